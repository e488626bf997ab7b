// The operations, one phase each.

#include "tests/simulator/measure.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/runtime/page.h"
#include "tests/simulator/measured.h"
#include "tests/simulator/processors.h"
#include <stdio.h>

enum { ROUNDS = 64, LOOKUPS = 256, CHURN = 8 };

// The functions that the operations are performed on. The same on every machine.
static struct {
    struct simulated_function *single; // one message
    struct simulated_function *quad;   // four, which spread over four CPUs
    struct simulated_function *many;   // sixteen
    struct simulated_function *block;  // MSI, four, maskable
    struct simulated_function *bare;   // MSI, two, not maskable
    struct simulated_function *line;
} probes;

static bool failed;

static void expect(enum result result, const char *what)
{
    if (result != RESULT_OK && !failed)
        fprintf(stderr, "simulator: %s: %s\n", what, result_name(result));
    failed = failed || result != RESULT_OK;
}

__attribute__((noinline)) void measure_phase_end(const char *name, uint64_t count)
{
    printf("phase %s %llu\n", name, (unsigned long long)count);
    fflush(stdout);
}

static uint32_t draw(struct topology *topology, uint32_t bound)
{
    return random_below(&topology->random, bound);
}

static void unmeasured_disconnect(struct simulated_function *function)
{
    expect(irq_disconnect(function->device.irq.messages), "disconnect");
}

static void unmeasured_connect(struct simulated_function *function, enum irq_policy policy)
{
    expect(topology_connect(function, policy), "connect");
}

// ---- phases ---------------------------------------------------------------------------------------------------------

static void connect_phase(struct simulated_function *function, const char *name)
{
    struct irq_request request = function_request(function);
    struct irq_grant grant;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        unmeasured_disconnect(function);
        expect(measured_connect(&request, &grant), name);
    }
    measure_phase_end(name, (uint64_t)ROUNDS * function->shape.messages);
}

static void disconnect_phase(struct simulated_function *function, enum irq_policy policy, const char *name)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        unmeasured_disconnect(function);
        unmeasured_connect(function, policy);
        expect(measured_disconnect(function->device.irq.messages), name);
        unmeasured_connect(function, IRQ_POLICY_MACHINE_DEFAULT);
    }
    measure_phase_end(name, (uint64_t)ROUNDS * function->shape.messages);
}

static uint32_t other_cpu(struct topology *topology, const struct message *message)
{
    uint32_t cpu = draw(topology, topology->plan.cpus);

    return cpu != message->cpu ? cpu : (cpu + 1) % topology->plan.cpus;
}

static void retarget_phase(struct topology *topology, struct simulated_function *function, const char *name)
{
    struct message *message = message_find(&function->device.irq, 0);

    for (uint32_t i = 0; i < ROUNDS; i++)
        expect(measured_route_cpu(message, other_cpu(topology, message)), name);
    measure_phase_end(name, ROUNDS);
}

// A message that has never moved: its first move also makes room to count it by CPU.
static void first_move_phase(struct topology *topology, struct simulated_function *function, const char *name)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        unmeasured_disconnect(function);
        unmeasured_connect(function, IRQ_POLICY_MACHINE_DEFAULT);
        struct message *message = message_find(&function->device.irq, 0);
        expect(measured_route_cpu(message, other_cpu(topology, message)), name);
    }
    measure_phase_end(name, ROUNDS);
}

// Any CPU of a group but the one it is on.
static void route_phase(struct topology *topology, const char *name)
{
    struct message *message = message_find(&probes.single->device.irq, 0);

    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct group_affinity allowed = cpu_group_online(cpu_group(draw(topology, topology->plan.cpus)));
        if (cpu_in_set(message->cpu, allowed))
            allowed.mask &= ~BIT(cpu_group_number(message->cpu));
        expect(measured_route(message, allowed), name);
    }
    measure_phase_end(name, ROUNDS);
}

// The device seems to stand beside other CPUs each time, so that all its messages must move.
static void policy_phase(struct topology *topology, enum irq_policy policy, const char *name)
{
    struct message_set *set = probes.quad->device.irq.messages;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        set->device->node = (cpu_get(set->messages[0].cpu)->node + 1) % topology->plan.nodes;
        expect(measured_policy(set, policy), name);
    }
    measure_phase_end(name, (uint64_t)ROUNDS * set->message_count);
}

// Brings messages back to a CPU from those that have more than their share, or the next round would move fewer.
static void refill(const struct topology *topology, uint32_t cpu)
{
    uint32_t share = topology->plan.messages / topology->plan.cpus;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            if (vector_matrix_counts(irq_vectors(), cpu).allocated >= share)
                return;
            if (set->source->kind == MESSAGE_MSIX &&
                vector_matrix_counts(irq_vectors(), message->cpu).allocated > share)
                expect(retarget_message(irq_vectors(), message, cpu, cpu_group_online(cpu_group(cpu))), "refill");
        }
    }
}

static void cpu_empty_and_refill(const struct topology *topology, uint32_t cpu)
{
    char refusal[IRQ_REFUSAL_LENGTH];

    expect(irq_cpu_offline(cpu, refusal), "offline");
    expect(irq_cpu_online(cpu), "online");
    refill(topology, cpu);
}

// All that a CPU is left by has moved before: on a large machine most would move for the first time, on a small one
// few.
static void offline_phase(struct topology *topology)
{
    char refusal[IRQ_REFUSAL_LENGTH];
    uint64_t routes = 0;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t cpu = 1 + draw(topology, topology->plan.cpus - 1);
        cpu_empty_and_refill(topology, cpu);
        routes += vector_matrix_counts(irq_vectors(), cpu).allocated;
        expect(measured_offline(cpu, refusal), "offline");
        expect(irq_cpu_online(cpu), "online");
        refill(topology, cpu);
    }
    measure_phase_end("offline", routes);
}

static void online_phase(struct topology *topology)
{
    char refusal[IRQ_REFUSAL_LENGTH];

    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t cpu = 1 + draw(topology, topology->plan.cpus - 1);
        expect(irq_cpu_offline(cpu, refusal), "offline");
        expect(measured_online(cpu), "online");
        refill(topology, cpu);
    }
    measure_phase_end("online", ROUNDS);
}

static void lookup_phases(struct topology *topology)
{
    struct simulated_function *function;
    uint64_t found = 0;

    for (uint32_t i = 0; i < LOOKUPS; i++) {
        function = topology->functions[draw(topology, topology->function_count)];
        found += measured_find(&function->device, draw(topology, function->shape.messages)) != NULL;
    }
    measure_phase_end("message_find", LOOKUPS);
    // Of messages that have moved: their counts are in more than one place.
    const struct message *message = message_find(&probes.single->device.irq, 0);
    for (uint32_t i = 0; i < LOOKUPS; i++)
        found += measured_count_on(message, draw(topology, topology->plan.cpus)) != 0;
    measure_phase_end("message_count_on", LOOKUPS);
    for (uint32_t i = 0; i < LOOKUPS; i++)
        found += measured_slot(draw(topology, topology->plan.cpus),
                               VECTOR_DEVICE_FIRST + draw(topology, VECTOR_DEVICE_COUNT)) != NULL;
    measure_phase_end("slot_to_message", LOOKUPS);
    for (uint32_t i = 0; i < LOOKUPS; i++) {
        function = topology->functions[draw(topology, topology->function_count)];
        if (measured_device_find(function->device.address) != &function->device)
            expect(RESULT_NOT_FOUND, "device_find");
    }
    measure_phase_end("device_find", LOOKUPS);
    for (uint32_t i = 0; i < LOOKUPS; i++) {
        function = topology->functions[draw(topology, topology->function_count)];
        if (!measured_device_parent(&function->device))
            expect(RESULT_NOT_FOUND, "device_parent");
    }
    measure_phase_end("device_parent", LOOKUPS);
}

static void device_add_phase(struct topology *topology)
{
    static struct device added[LOOKUPS];
    struct pci_address last = topology->functions[topology->function_count - 1]->device.address;

    for (uint32_t i = 0; i < LOOKUPS; i++) {
        added[i].address = last;
        added[i].address.segment++;
        added[i].address.device = (uint8_t)(i / 8);
        added[i].address.function = (uint8_t)(i % 8);
        measured_device_add(&added[i]);
    }
    measure_phase_end("device_add", LOOKUPS);
}

// Every vector is taken but one, on a CPU that nobody has told.
static void exhausted_phase(struct topology *topology)
{
    struct irq_request request = function_request(probes.single);
    struct irq_grant grant;
    uint32_t first;

    unmeasured_disconnect(probes.single);
    for (uint32_t cpu = 0; cpu < topology->plan.cpus; cpu++)
        while (vector_matrix_counts(irq_vectors(), cpu).free)
            expect(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &first),
                   "reserve");
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t cpu = draw(topology, topology->plan.cpus);
        vector_matrix_free(irq_vectors(), cpu, VECTOR_DEVICE_FIRST);
        expect(measured_connect(&request, &grant), "connect to the last vector");
        unmeasured_disconnect(probes.single);
        expect(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &first),
               "reserve");
    }
    measure_phase_end("connect_to_the_last_vector", ROUNDS);
}

// Functions come and go in any order, until free memory is as it is after years: in pieces.
static void churn(struct topology *topology)
{
    for (uint32_t i = 0; i < CHURN * topology->function_count; i++) {
        struct simulated_function *function = topology->functions[draw(topology, topology->function_count)];
        if (function->device.irq.messages)
            unmeasured_disconnect(function);
        else
            unmeasured_connect(function, IRQ_POLICY_MACHINE_DEFAULT);
    }
    for (uint32_t i = 0; i < topology->function_count; i++)
        if (!topology->functions[i]->device.irq.messages)
            unmeasured_connect(topology->functions[i], IRQ_POLICY_MACHINE_DEFAULT);
}

static struct simulated_function *probe_add(struct topology *topology, struct function_shape shape)
{
    struct simulated_function *function = topology_add(topology, shape);

    if (function)
        unmeasured_connect(function, IRQ_POLICY_MACHINE_DEFAULT);
    else
        expect(RESULT_NO_MEMORY, "a probe");
    return function;
}

static void probes_add(struct topology *topology)
{
    probes.single = probe_add(topology, (struct function_shape){.kind = MESSAGE_MSIX, .messages = 1});
    probes.quad = probe_add(topology, (struct function_shape){.kind = MESSAGE_MSIX, .messages = 4});
    probes.many = probe_add(topology, (struct function_shape){.kind = MESSAGE_MSIX, .messages = 16});
    probes.block = probe_add(topology, (struct function_shape){MESSAGE_MSI, 4, true, 0});
    probes.bare = probe_add(topology, (struct function_shape){MESSAGE_MSI, 2, false, 0});
    probes.line = probe_add(topology, (struct function_shape){.kind = MESSAGE_LINE, .messages = 1});
}

// Allowed everywhere again: a message that may live on one CPU only keeps it from going offline.
static void probes_renew(void)
{
    struct simulated_function *const all[] = {probes.single, probes.quad, probes.many,
                                              probes.block,  probes.bare, probes.line};

    for (uint32_t i = 0; i < ARRAY_COUNT(all); i++) {
        unmeasured_disconnect(all[i]);
        unmeasured_connect(all[i], IRQ_POLICY_MACHINE_DEFAULT);
    }
}

void measure_memory(const char *name, uint64_t before, uint64_t count)
{
    printf("memory %s %llu %llu\n", name, (unsigned long long)((before - page_free_total()) * PAGE_SIZE),
           (unsigned long long)count);
}

bool measure_run(struct topology *topology)
{
    uint64_t before = page_free_total();

    for (uint32_t i = 0; i < topology->function_count; i++)
        unmeasured_connect(topology->functions[i], IRQ_POLICY_MACHINE_DEFAULT);
    measure_memory("message", before, message_total());
    probes_add(topology);
    if (failed)
        return false;
    connect_phase(probes.single, "connect_1");
    connect_phase(probes.many, "connect_16");
    connect_phase(probes.block, "connect_msi_4");
    connect_phase(probes.line, "connect_line");
    disconnect_phase(probes.quad, IRQ_POLICY_MACHINE_DEFAULT, "disconnect_4_cpus");
    disconnect_phase(probes.many, IRQ_POLICY_ONE_CLOSE_PROCESSOR, "disconnect_1_cpu");
    retarget_phase(topology, probes.single, "retarget");
    retarget_phase(topology, probes.block, "retarget_msi_4");
    retarget_phase(topology, probes.bare, "retarget_msi_bare_2");
    retarget_phase(topology, probes.line, "retarget_line");
    first_move_phase(topology, probes.single, "retarget_first");
    route_phase(topology, "route_in_group");
    policy_phase(topology, IRQ_POLICY_ONE_CLOSE_PROCESSOR, "policy_one_close");
    policy_phase(topology, IRQ_POLICY_ALL_CLOSE_PROCESSORS, "policy_all_close");
    lookup_phases(topology);
    probes_renew();
    offline_phase(topology);
    online_phase(topology);
    device_add_phase(topology);
    churn(topology);
    connect_phase(probes.many, "connect_16_after_churn");
    disconnect_phase(probes.many, IRQ_POLICY_ONE_CLOSE_PROCESSOR, "disconnect_after_churn");
    retarget_phase(topology, probes.single, "retarget_after_churn");
    exhausted_phase(topology);
    return !failed;
}
