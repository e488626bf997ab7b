// Moving live messages on a model of the machine: every interleaving of one shot with one move, and the protocol with
// one of its steps taken out, which must be seen to lose.
// sources: drivers/pci/pci_msix.c drivers/pci/pci_msi.c drivers/pci/pci_msi_source.c drivers/pci/pci_command.c
// sources: drivers/pci/pci_bar.c tests/fakes/heap.c tests/fakes/machine.c tests/fakes/machine_host.c
// sources: tests/fakes/machine_device.c tests/fakes/machine_msix.c tests/fakes/machine_check.c
// sources: drivers/pci/pci_msi_probe.c drivers/pci/pci_msix_probe.c

#include "kernel/core/irq_move.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/machine_check.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// ---- every interleaving of one shot with one move
// --------------------------------------------------------------------

enum ground { GROUND_MSIX, GROUND_MSI_MASKABLE, GROUND_MSI_ADDRESS, GROUND_MSI_BRIDGE, GROUND_COUNT };

// But for one case the vector is taken on the other processor, so that both address and data change.
static void ground_move(enum ground ground, struct message *message, uint32_t to)
{
    uint32_t vector = message->info.vector;
    bool is_taken = ground != GROUND_MSI_ADDRESS && vector_matrix_reserve_at(irq_vectors(), to, vector, 1) == RESULT_OK;

    assert_int_equal(irq_route_cpu(message, to), RESULT_OK);
    if (is_taken)
        vector_matrix_free(irq_vectors(), to, vector);
}

static struct message *ground_begin(enum ground ground)
{
    machine_begin(2, 1);
    struct machine_device *device =
        ground == GROUND_MSIX ? machine_add_msix(1) : machine_add_msi(1, ground == GROUND_MSI_MASKABLE);
    struct message_set *set = machine_connect(device, 1);

    assert_non_null(set);
    return set->messages;
}

// One move from the other processor to this one, with the events of one shot at these accesses.
static void interleaving_run(enum ground ground, struct message *message, uint32_t to, const uint32_t *script)
{
    machine.mode = MACHINE_QUIET;
    ground_move(ground, message, 1 - to);
    for (uint32_t i = 0; i < MACHINE_EVENTS; i++)
        machine.script[i] = script[i];
    machine.position = 0;
    machine_check_begin();
    machine.mode = MACHINE_SCRIPTED;
    ground_move(ground, message, to);
    machine.mode = MACHINE_QUIET;
    machine_settle();
}

// The next ascending quadruple of positions below the limit.
static bool script_next(uint32_t *script, uint32_t limit)
{
    uint32_t event = MACHINE_EVENTS;

    while (event > 0 && script[event - 1] == limit)
        event--;
    if (event == 0)
        return false;
    uint32_t position = script[event - 1] + 1;
    for (uint32_t i = event - 1; i < MACHINE_EVENTS; i++)
        script[i] = position;
    return true;
}

// Answers how many interleavings lost their shot or brought it to the wrong routine.
static uint64_t interleavings_run(enum ground ground, struct machine_damage damage, bool is_checked)
{
    struct message *message = ground_begin(ground);
    uint64_t runs = 0;

    for (uint32_t to = 0; to < 2; to++) {
        uint32_t script[MACHINE_EVENTS] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
        interleaving_run(ground, message, to, script);
        uint32_t limit = machine.position;
        assert_in_range(limit, 10, 60);
        for (uint32_t i = 0; i < MACHINE_EVENTS; i++)
            script[i] = 0;
        do {
            machine.damage = damage;
            interleaving_run(ground, message, to, script);
            machine.damage = (struct machine_damage){0};
            runs++;
            if (is_checked)
                machine_check_settled();
        } while (script_next(script, limit));
    }
    uint64_t faults = machine.losses + machine.misdeliveries;
    print_message("# %llu interleavings, %llu faults %s\n", (unsigned long long)runs, (unsigned long long)faults,
                  machine.first_fault);
    machine.losses = machine.misdeliveries = 0;
    irq_disconnect(message->set);
    machine_end();
    vector_matrix_destroy(irq_vectors());
    return faults;
}

static void no_interleaving_of_a_shot_with_a_move_loses_it(void **state)
{
    for (uint32_t ground = 0; ground < GROUND_COUNT; ground++)
        assert_int_equal(interleavings_run((enum ground)ground, (struct machine_damage){0}, true), 0);
}

// A processor has accepted the drain interrupt of a move that ran out of time, and counts it only at this access of the
// next move; a shot of that one's message has arrived there meanwhile.
static void late_answer_run(struct message_set *set, uint32_t position)
{
    struct machine_device *device = &machine.devices[0];

    machine.mode = MACHINE_QUIET;
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(irq_route_cpu(&set->messages[i], 1), RESULT_OK);
    machine.cpus[1].is_deaf = true;
    assert_int_equal(irq_route_cpu(&set->messages[1], 0), RESULT_TIMEOUT);
    machine.cpus[1].is_deaf = false;
    assert_true(machine_cpu_accept(1));
    assert_true(machine_device_fire(device, 0) && machine_device_deliver(device));
    for (uint32_t i = 0; i < MACHINE_EVENTS; i++)
        machine.script[i] = i == EVENT_ENTER ? position : UINT32_MAX;
    machine.position = 0;
    machine_check_begin();
    machine.mode = MACHINE_SCRIPTED;
    assert_int_equal(irq_route_cpu(&set->messages[0], 0), RESULT_OK);
    machine.mode = MACHINE_QUIET;
    machine_check_settled();
}

static void a_late_answer_to_an_earlier_drain_proves_nothing(void **state)
{
    machine_begin(2, 1);
    machine_add_msix(2);
    struct message_set *set = machine_connect(&machine.devices[0], 2);

    for (uint32_t position = 0; position < 40; position++)
        late_answer_run(set, position);
    machine_finish();
}

static void without_the_mask_the_model_sees_a_loss(void **state)
{
    struct machine_damage damage = {.mask = true};

    assert_true(interleavings_run(GROUND_MSIX, damage, false) > 0);
    assert_true(interleavings_run(GROUND_MSI_MASKABLE, damage, false) > 0);
}

static void without_the_read_back_the_model_sees_a_loss(void **state)
{
    for (uint32_t ground = 0; ground < GROUND_COUNT; ground++)
        assert_true(interleavings_run((enum ground)ground, (struct machine_damage){.push = true}, false) > 0);
}

static void without_the_drain_the_model_sees_a_loss(void **state)
{
    for (uint32_t ground = 0; ground < GROUND_COUNT; ground++)
        assert_true(interleavings_run((enum ground)ground, (struct machine_damage){.drain = true}, false) > 0);
}

static void without_the_bridge_the_model_sees_a_loss(void **state)
{
    struct machine_damage damage = {.bridge = true};

    assert_int_equal(interleavings_run(GROUND_MSI_ADDRESS, damage, false), 0);
    assert_true(interleavings_run(GROUND_MSI_BRIDGE, damage, false) > 0);
}

static void publishing_after_the_write_the_model_sees_a_loss(void **state)
{
    for (uint32_t ground = 0; ground < GROUND_COUNT; ground++)
        assert_true(interleavings_run((enum ground)ground, (struct machine_damage){.publish = true}, false) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_interleaving_of_a_shot_with_a_move_loses_it),
        cmocka_unit_test(a_late_answer_to_an_earlier_drain_proves_nothing),
        cmocka_unit_test(without_the_mask_the_model_sees_a_loss),
        cmocka_unit_test(without_the_read_back_the_model_sees_a_loss),
        cmocka_unit_test(without_the_drain_the_model_sees_a_loss),
        cmocka_unit_test(without_the_bridge_the_model_sees_a_loss),
        cmocka_unit_test(publishing_after_the_write_the_model_sees_a_loss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
