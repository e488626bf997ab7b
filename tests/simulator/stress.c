// The steps, chosen at random, each with the answers it may have.

#include "tests/simulator/stress.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/irq_program.h"
#include "kernel/core/vector_matrix.h"
#include "tests/simulator/check.h"
#include "tests/simulator/processors.h"
#include <stdio.h>

enum { FIRE_COUNT = 8, SPECIFIED_LIMIT = 2048 };

// What a step may answer is a fault when it is not one of these.
static char fault[160];

static uint32_t draw(struct topology *topology, uint32_t bound)
{
    return random_below(&topology->random, bound);
}

static struct simulated_function *any_function(struct topology *topology)
{
    return topology->functions[draw(topology, topology->function_count)];
}

// A connected one, or NULL after some tries.
static struct simulated_function *any_connected(struct topology *topology)
{
    for (uint32_t i = 0; i < 16; i++) {
        struct simulated_function *function = any_function(topology);
        if (function->device.irq.messages)
            return function;
    }
    return NULL;
}

static struct message *any_message(struct topology *topology)
{
    struct simulated_function *function = any_connected(topology);

    return function ? message_find(&function->device.irq, draw(topology, function->device.irq.messages->message_count))
                    : NULL;
}

static void expect(const char *step, enum result result, uint64_t allowed)
{
    if (!(allowed & BIT(result)) && !fault[0])
        snprintf(fault, sizeof(fault), "%s answers %s", step, result_name(result));
}

static void step_connect(struct topology *topology, struct stress *stress)
{
    static uint32_t wanted[SPECIFIED_LIMIT];
    struct simulated_function *function = any_function(topology);
    struct irq_request request = function_request(function);
    struct irq_grant grant;

    if (function->device.irq.messages)
        return;
    for (uint32_t i = 0; i < function->shape.messages; i++) {
        wanted[i] = draw(topology, topology->plan.cpus);
        function->entries[i].handled = 0;
    }
    request.policy = (enum irq_policy)draw(topology, IRQ_POLICY_COUNT);
    request.priority = (enum irq_priority)draw(topology, IRQ_PRIORITY_COUNT);
    if (request.policy == IRQ_POLICY_SPECIFIED_PROCESSORS || draw(topology, 8) == 0)
        request.message_cpus = wanted;
    if (draw(topology, 4) == 0)
        request.minimum = request.maximum;
    if (draw(topology, 8) == 0)
        function->refusals = 1 + draw(topology, function->shape.messages);
    enum result result = irq_connect(&request, &grant);
    function->refusals = 0;
    expect("connect", result, BIT(RESULT_OK) | BIT(RESULT_NO_VECTORS) | BIT(RESULT_MISMATCH));
    stress->connects += result == RESULT_OK;
    stress->exhaustions += result == RESULT_NO_VECTORS;
}

static void step_disconnect(struct topology *topology, struct stress *stress)
{
    struct simulated_function *function = any_connected(topology);

    if (!function)
        return;
    expect("disconnect", irq_disconnect(function->device.irq.messages), BIT(RESULT_OK));
    stress->disconnects++;
}

static void step_fire(struct topology *topology, struct stress *stress)
{
    for (uint32_t i = 0; i < FIRE_COUNT; i++) {
        struct simulated_function *function = any_connected(topology);
        if (function)
            stress->fires += function_fire(function, draw(topology, function->device.irq.messages->entry_count));
    }
}

static void step_route(struct topology *topology, struct stress *stress)
{
    struct message *message = any_message(topology);
    uint32_t cpu = draw(topology, topology->plan.cpus);
    struct group_affinity allowed = {cpu_group(cpu), random_next(&topology->random)};

    if (!message)
        return;
    enum result result = draw(topology, 2) ? irq_route_cpu(message, cpu) : irq_route(message, allowed);
    expect("route", result, BIT(RESULT_OK) | BIT(RESULT_INVALID) | BIT(RESULT_NO_VECTORS));
    stress->moves += result == RESULT_OK;
}

static void step_refused(struct topology *topology, struct stress *stress)
{
    struct message *message = any_message(topology);

    if (!message)
        return;
    struct simulated_function *function = CONTAINER_OF(device_of(message->set), struct simulated_function, device);
    function->refusals = 1;
    enum result result = irq_route_cpu(message, draw(topology, topology->plan.cpus));
    stress->refusals += function->refusals == 0;
    function->refusals = 0;
    expect("refused route", result,
           BIT(RESULT_OK) | BIT(RESULT_INVALID) | BIT(RESULT_NO_VECTORS) | BIT(RESULT_MISMATCH));
}

// The old places stay, and are given back by the next move.
static void step_undrained(struct topology *topology, struct stress *stress)
{
    struct message *message = any_message(topology);

    if (!message || message->cpu == 0)
        return;
    struct simulated_processor *old = &simulation.processors[message->cpu];
    uint32_t cpu = message->cpu;
    old->is_deaf = true;
    // On its way while the message moves: taken late, at the old place.
    (void)function_fire(CONTAINER_OF(device_of(message->set), struct simulated_function, device), message->index);
    enum result result = irq_route_cpu(message, draw(topology, topology->plan.cpus));
    expect("undrained route", result,
           BIT(RESULT_OK) | BIT(RESULT_INVALID) | BIT(RESULT_NO_VECTORS) | BIT(RESULT_TIMEOUT) | BIT(RESULT_BUSY));
    old->is_deaf = false;
    processors_take(cpu);
}

static void step_policy(struct topology *topology, struct stress *stress)
{
    struct simulated_function *function = any_connected(topology);

    if (!function)
        return;
    enum result result =
        irq_policy_set(function->device.irq.messages, (enum irq_policy)draw(topology, IRQ_POLICY_COUNT));
    expect("policy", result, BIT(RESULT_OK) | BIT(RESULT_INVALID) | BIT(RESULT_NO_VECTORS));
}

static void step_processor(struct topology *topology, struct stress *stress)
{
    uint32_t cpu = draw(topology, topology->plan.cpus);
    char refusal[IRQ_REFUSAL_LENGTH] = "";

    if (cpu_get(cpu)->state == CPU_OFFLINE) {
        expect("online", irq_cpu_online(cpu), BIT(RESULT_OK));
        stress->onlines++;
        return;
    }
    enum result result = irq_cpu_offline(cpu, refusal);
    expect("offline", result,
           BIT(RESULT_OK) | BIT(RESULT_BUSY) | BIT(RESULT_NO_VECTORS) | (cpu ? 0 : BIT(RESULT_INVALID)));
    stress->offlines += result == RESULT_OK;
}

static void step_silence(struct topology *topology, struct stress *stress)
{
    struct simulated_function *function = any_connected(topology);

    if (!function)
        return;
    if (draw(topology, 2)) {
        struct message_set *set = function->device.irq.messages;
        enum result result = set->is_inactive ? irq_activate(set) : irq_deactivate(set);
        expect("activate or deactivate", result, BIT(RESULT_OK));
        return;
    }
    struct message *message =
        message_find(&function->device.irq, draw(topology, function->device.irq.messages->message_count));
    expect("mask", irq_mask(message, draw(topology, 2)), BIT(RESULT_OK) | BIT(RESULT_UNSUPPORTED));
}

static const struct step {
    const char *name;
    uint32_t weight; // of a hundred
    void (*take)(struct topology *topology, struct stress *stress);
} steps[] = {
    {"connect", 22, step_connect}, {"disconnect", 10, step_disconnect}, {"fire", 22, step_fire},
    {"route", 22, step_route},     {"refused route", 4, step_refused},  {"undrained route", 2, step_undrained},
    {"policy", 6, step_policy},    {"processor", 8, step_processor},    {"silence", 4, step_silence},
};

static const struct step *step_draw(struct topology *topology)
{
    uint32_t left = draw(topology, 100), i = 0;

    for (; left >= steps[i].weight; i++)
        left -= steps[i].weight;
    return &steps[i];
}

static const char *steps_take(struct topology *topology, struct stress *stress)
{
    while (stress->done < stress->steps) {
        const struct step *step = step_draw(topology);
        stress->last = step->name;
        step->take(topology, stress);
        stress->done++;
        if (fault[0])
            return fault;
        bool is_checked = stress->done % stress->check_every == 0 || stress->done == stress->steps;
        const char *wrong = is_checked ? check_machine(topology) : NULL;
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *all_disconnect(struct topology *topology, struct stress *stress)
{
    stress->last = "the last disconnects";
    for (uint32_t i = 0; i < topology->function_count; i++)
        if (topology->functions[i]->device.irq.messages)
            expect("disconnect", irq_disconnect(topology->functions[i]->device.irq.messages), BIT(RESULT_OK));
    const char *wrong = fault[0] ? fault : check_machine(topology);
    for (uint32_t cpu = 0; cpu < topology->plan.cpus && !wrong; cpu++)
        if (vector_matrix_counts(irq_vectors(), cpu).free != VECTOR_DEVICE_COUNT)
            wrong = "a vector is left behind";
    return wrong || message_total() == 0 ? wrong : "a message is left behind";
}

const char *stress_run(struct topology *topology, struct stress *stress)
{
    const char *wrong = steps_take(topology, stress);

    return wrong ? wrong : all_disconnect(topology, stress);
}

void stress_print(const struct stress *stress)
{
    printf(
        "# %u steps: %u connects, %u refused, %u disconnects, %u moves, %u taken back, %u shots, %u cpus off, %u on\n",
        stress->done, stress->connects, stress->exhaustions, stress->disconnects, stress->moves, stress->refusals,
        stress->fires, stress->offlines, stress->onlines);
}
