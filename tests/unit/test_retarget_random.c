// Moving live messages on a model of the machine in long random sequences: moves, masks, policies, processors that go
// and come, devices that go and come, hardware that refuses, processors that do not answer.
// sources: drivers/pci/pci_msix.c drivers/pci/pci_msi.c drivers/pci/pci_msi_source.c drivers/pci/pci_command.c
// sources: drivers/pci/pci_bar.c tests/fakes/heap.c tests/fakes/machine.c tests/fakes/machine_host.c
// sources: tests/fakes/machine_device.c tests/fakes/machine_msix.c tests/fakes/machine_check.c
// sources: drivers/pci/pci_msi_probe.c drivers/pci/pci_msix_probe.c

#include "kernel/core/irq_move.h"
#include "tests/fakes/machine_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEED = 20261122 };

static uint64_t seed_chosen(void)
{
    const char *text = getenv("SIGNALBOX_SEED");

    return text ? strtoull(text, NULL, 0) : SEED;
}

// ---- random sequences
// --------------------------------------------------------------------------------------------------

struct world {
    const char *name;
    uint32_t cpus;
    uint32_t operations;
    uint32_t free; // vectors of each processor that are not other devices'
};

static const struct world worlds[] = {
    {"two processors", 2, 250000, VECTOR_DEVICE_COUNT},
    {"four processors", 4, 300000, VECTOR_DEVICE_COUNT},
    {"four processors, few vectors", 4, 400000, 9},
    {"two groups of processors", 72, 50000, 12},
};

static struct message *random_message(void)
{
    const struct machine_device *device = &machine.devices[machine_random(machine.device_count)];
    const struct message_set *set = device->device.irq.messages;

    return set ? message_find(&device->device.irq, machine_random(set->message_count)) : NULL;
}

// Whatever is short or away is a fair answer; what it leaves behind the invariants judge.
static void expect_fair(enum result result)
{
    if (result != RESULT_OK && result != RESULT_INVALID && result != RESULT_NO_VECTORS &&
        result != RESULT_UNSUPPORTED && result != RESULT_BUSY)
        fail_msg("%s", result_name(result));
}

static void route_somewhere(struct message *message)
{
    uint64_t mask = (uint64_t)machine_random(UINT32_MAX) << 32 | machine_random(UINT32_MAX);
    uint16_t group = cpu_group(machine_random(machine.cpu_count));

    if (machine_random(2))
        expect_fair(irq_route(message, (struct group_affinity){group, mask}));
    else
        expect_fair(irq_route_cpu(message, machine_random(machine.cpu_count)));
}

static void policy_change(struct message *message)
{
    expect_fair(irq_policy_set(message->set, (enum irq_policy)machine_random(IRQ_POLICY_COUNT)));
}

static void mask_change(struct message *message)
{
    enum result result = irq_mask(message, machine_random(2));

    assert_true(result == RESULT_OK || result == RESULT_UNSUPPORTED);
}

static void power_change(struct message *message)
{
    char refusal[IRQ_REFUSAL_LENGTH] = "";
    uint32_t cpu = machine_random(machine.cpu_count);

    if (cpu_get(cpu)->state == CPU_OFFLINE)
        assert_int_equal(irq_cpu_online(cpu), RESULT_OK);
    else
        expect_fair(irq_cpu_offline(cpu, refusal));
}

static void connection_change(struct message *message)
{
    struct machine_device *device = &machine.devices[machine_random(machine.device_count)];

    if (device->device.irq.messages)
        irq_disconnect(device->device.irq.messages);
    else
        machine_connect(device, 1 + machine_random(device->capacity));
    machine_check_begin();
}

// The hardware forgets a write of data or address: the message stays where it was.
static void refused_move(struct message *message)
{
    struct machine_device *device = message->objects[0].context;
    uint32_t from = message->cpu, to = machine_random(machine.cpu_count);

    device->refusals = 1;
    device->refuses_address = machine_random(2);
    enum result result = irq_route_cpu(message, to);
    if (result == RESULT_MISMATCH)
        assert_int_equal(message->cpu, from);
    else
        expect_fair(result);
    device->refusals = 0;
}

// A processor that takes no interrupt for longer than the drain waits, and then for a part of what comes next.
static void deaf_move(struct message *message)
{
    struct machine_cpu *cpu = &machine.cpus[message->cpu];
    uint32_t from = message->cpu, to = machine_random(machine.cpu_count);

    cpu->is_deaf = from != 0;
    enum result result = irq_route_cpu(message, to);
    if (result == RESULT_TIMEOUT)
        assert_true(from != to && message->old_count > 0);
    else
        expect_fair(result);
    machine_check();
    if (result == RESULT_TIMEOUT && machine_random(2))
        assert_int_equal(irq_route_cpu(message, from), RESULT_BUSY);
    cpu->is_deaf = false;
}

static const struct {
    const char *name;
    uint32_t share; // of a thousand
    void (*run)(struct message *message);
} operations[] = {
    {"route", 650, route_somewhere}, {"policy", 30, policy_change},         {"mask", 200, mask_change},
    {"power", 58, power_change},     {"connection", 40, connection_change}, {"refused", 20, refused_move},
    {"deaf", 2, deaf_move},
};

static void random_operation(void)
{
    struct message *message = random_message();
    uint32_t die = machine_random(1000), at = 0;

    while (die >= operations[at].share)
        die -= operations[at++].share;
    machine_check_begin();
    machine.doing = operations[at].name;
    if (message)
        operations[at].run(message);
    else
        connection_change(NULL);
}

static void world_run(const struct world *world, uint64_t seed)
{
    machine_begin(world->cpus, seed);
    machine_add_msix(16);
    machine_add_msix(5);
    machine_add_msi(16, false);
    machine_add_msi(8, true);
    machine_check_crowd(world->free);
    machine.mode = MACHINE_RANDOM;
    for (uint32_t i = 0; i < world->operations; i++) {
        random_operation();
        machine_check();
    }
    machine.mode = MACHINE_QUIET;
    machine_check_begin();
    machine_check_settled();
    uint64_t sent = 0;
    for (uint32_t i = 0; i < machine.device_count; i++)
        for (uint32_t j = 0; j < MACHINE_MESSAGES; j++)
            sent += machine.devices[i].messages[j].sent;
    print_message("# %s: %u operations, %llu events, %llu shots\n", world->name, world->operations,
                  (unsigned long long)machine.events, (unsigned long long)sent);
    machine_finish();
}

static void a_million_random_operations_keep_every_shot(void **state)
{
    uint64_t seed = seed_chosen();

    print_message("# seed %llu (SIGNALBOX_SEED)\n", (unsigned long long)seed);
    for (uint32_t i = 0; i < ARRAY_COUNT(worlds); i++)
        world_run(&worlds[i], seed + i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_random_operations_keep_every_shot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
