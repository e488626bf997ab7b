// xHCI rings against a controller made of memory: cycle bits, links, wrapping, full rings, events that make no sense.
// sources: drivers/xhci/xhci_ring.c drivers/xhci/xhci_events.c drivers/xhci/xhci_trb.c

#include "drivers/xhci/xhci_events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAST_COMMAND = XHCI_RING_TRB_COUNT - 2, LINK = XHCI_RING_TRB_COUNT - 1, CODE_TRB_ERROR = 5 };

#define COMMANDS  UINT64_C(0x123451000)
#define TRANSFERS UINT64_C(0x123452000)
#define EVENTS    UINT64_C(0x123453000)
#define BUFFER    UINT64_C(0x123454000)

// The controller's side: where it reads, and where it writes events.
struct controller {
    struct xhci_trb command_trbs[XHCI_RING_TRB_COUNT];
    struct xhci_trb transfer_trbs[XHCI_RING_TRB_COUNT];
    struct xhci_trb event_trbs[XHCI_EVENT_TRB_COUNT];
    struct xhci_ring commands;
    struct xhci_ring transfers;
    struct xhci_events events;
    uint32_t dequeue;
    uint32_t cycle;
    uint32_t posted;
};

static int start(void **state)
{
    static struct controller controller;

    memset(&controller, 0, sizeof(controller));
    controller.cycle = 1;
    xhci_ring_start(&controller.commands, controller.command_trbs, (struct physical){COMMANDS}, 1);
    xhci_ring_start(&controller.transfers, controller.transfer_trbs, (struct physical){TRANSFERS}, XHCI_STATUS_STAGES);
    xhci_events_start(&controller.events, controller.event_trbs, (struct physical){EVENTS});
    *state = &controller;
    return 0;
}

static uint32_t command(struct controller *controller, enum xhci_descriptor_state how)
{
    struct xhci_trb trb = xhci_trb_no_op();
    uint32_t index = 99;

    assert_int_equal(xhci_ring_submit(&controller->commands, &trb, how, &index), RESULT_OK);
    return index;
}

static enum result ask(struct controller *controller, uint32_t *index)
{
    struct xhci_trb stages[XHCI_STATUS_STAGES];

    xhci_trb_get_status(stages, (struct physical){BUFFER}, 7);
    return xhci_ring_submit(&controller->transfers, stages, XHCI_DESCRIPTOR_SHOT, index);
}

// What the controller sees next on a ring, following the link as 4.11.5.1 says; NULL when nothing is handed over.
static const struct xhci_trb *fetch(struct controller *controller, const struct xhci_trb *trbs, uint64_t base)
{
    const struct xhci_trb *trb = &trbs[controller->dequeue];

    if ((trb->control & 1) != controller->cycle)
        return NULL;
    controller->dequeue++;
    if ((trb->control >> 10 & 0x3f) != 6)
        return trb;
    assert_int_equal(trb->parameter, base);
    controller->dequeue = 0;
    controller->cycle ^= trb->control >> 1 & 1;
    return fetch(controller, trbs, base);
}

// An event as 6.4.2 prints it, with the cycle bit of its lap.
static void post(struct controller *controller, uint32_t type, uint64_t parameter, uint32_t code, uint32_t slot)
{
    uint32_t cycle = controller->posted / XHCI_EVENT_TRB_COUNT % 2 == 0;

    controller->event_trbs[controller->posted++ % XHCI_EVENT_TRB_COUNT] =
        (struct xhci_trb){parameter, code << 24, slot << 24 | type << 10 | cycle};
}

static uint32_t take(struct controller *controller)
{
    return xhci_events_take(&controller->events, &controller->commands, &controller->transfers, NULL);
}

static void a_command_is_handed_over_by_its_cycle_bit(void **state)
{
    struct controller *controller = *state;

    assert_null(fetch(controller, controller->command_trbs, COMMANDS));
    assert_int_equal(command(controller, XHCI_DESCRIPTOR_SHOT), 0);
    const struct xhci_trb *seen = fetch(controller, controller->command_trbs, COMMANDS);
    assert_non_null(seen);
    assert_int_equal(seen->control, 23 << 10 | 1);
    assert_null(fetch(controller, controller->command_trbs, COMMANDS));
}

static void a_cycle_bit_of_the_caller_counts_for_nothing(void **state)
{
    struct controller *controller = *state;
    struct xhci_trb trb = {.control = 23 << 10};
    uint32_t index;

    controller->commands.cycle = 0;
    trb.control |= 1;
    assert_int_equal(xhci_ring_submit(&controller->commands, &trb, XHCI_DESCRIPTOR_SHOT, &index), RESULT_OK);
    assert_int_equal(controller->command_trbs[0].control & 1, 0);
}

static void a_waited_command_keeps_code_and_slot_of_its_event(void **state)
{
    struct controller *controller = *state;
    uint32_t slot = 0, index = command(controller, XHCI_DESCRIPTOR_WAITED);

    assert_false(xhci_ring_is_done(&controller->commands, index));
    post(controller, 33, COMMANDS, 1, 42);
    assert_int_equal(take(controller), 1);
    assert_true(xhci_ring_is_done(&controller->commands, index));
    assert_int_equal(xhci_ring_finish(&controller->commands, index, &slot), XHCI_CODE_SUCCESS);
    assert_int_equal(slot, 42);
    assert_false(xhci_ring_is_done(&controller->commands, index));
    assert_int_equal(controller->events.strays, 0);
}

static void rings_wrap_through_their_link_for_many_laps(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < 10 * XHCI_EVENT_TRB_COUNT + 1; i++) {
        uint32_t index = command(controller, XHCI_DESCRIPTOR_SHOT);
        assert_int_equal(index, i % (LAST_COMMAND + 1));
        const struct xhci_trb *seen = fetch(controller, controller->command_trbs, COMMANDS);
        assert_ptr_equal(seen, &controller->command_trbs[index]);
        assert_null(fetch(controller, controller->command_trbs, COMMANDS));
        post(controller, 33, COMMANDS + 16 * index, 1, 0);
        assert_int_equal(take(controller), 1);
        assert_int_equal(take(controller), 0);
        assert_int_equal(xhci_events_dequeue(&controller->events).address,
                         EVENTS + 16 * (controller->posted % XHCI_EVENT_TRB_COUNT));
    }
    assert_int_equal(controller->events.strays + controller->commands.failures, 0);
}

static void the_link_goes_over_only_with_the_last_descriptor(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < LAST_COMMAND; i++) {
        command(controller, XHCI_DESCRIPTOR_SHOT);
        assert_int_equal(controller->command_trbs[LINK].control, 6 << 10 | 2);
    }
    post(controller, 33, COMMANDS, 1, 0);
    assert_int_equal(take(controller), 1);
    command(controller, XHCI_DESCRIPTOR_SHOT);
    assert_int_equal(controller->command_trbs[LINK].control, 6 << 10 | 2 | 1);
    assert_int_equal(controller->command_trbs[LINK].parameter, COMMANDS);
}

static void a_transfer_is_three_trbs_that_never_lie_across_the_link(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(ask(controller, &index), RESULT_OK);
        assert_int_equal(index, i % 21);
        for (uint32_t stage = 0; stage < XHCI_STATUS_STAGES; stage++) {
            const struct xhci_trb *seen = fetch(controller, controller->transfer_trbs, TRANSFERS);
            assert_ptr_equal(seen, &controller->transfer_trbs[3 * index + stage]);
            assert_int_equal(xhci_trb_type(seen), XHCI_TRB_SETUP + stage);
        }
        post(controller, 32, TRANSFERS + 16 * (3 * index + 2), 1, 1);
        assert_int_equal(take(controller), 1);
    }
    assert_int_equal(controller->events.strays + controller->transfers.failures, 0);
}

static void a_full_ring_is_busy_and_one_descriptor_stays_empty(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(ask(controller, &index), RESULT_OK);
    assert_int_equal(ask(controller, &index), RESULT_BUSY);
    // One that ends first does not make room: descriptors are used in order.
    post(controller, 32, TRANSFERS + 16 * 5, 1, 1);
    assert_int_equal(take(controller), 1);
    assert_int_equal(ask(controller, &index), RESULT_BUSY);
    post(controller, 32, TRANSFERS + 16 * 2, 1, 1);
    assert_int_equal(take(controller), 1);
    assert_int_equal(ask(controller, &index), RESULT_OK);
    assert_int_equal(index, 20);
}

static void the_last_descriptor_is_free_once_its_event_is_taken(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    assert_true(xhci_ring_is_free(&controller->transfers));
    for (uint32_t i = 0; i < 22; i++) {
        assert_int_equal(ask(controller, &index), RESULT_OK);
        assert_false(xhci_ring_is_free(&controller->transfers));
        post(controller, 32, TRANSFERS + 16 * (3 * index + 2), 1, 1);
        assert_int_equal(take(controller), 1);
        assert_true(xhci_ring_is_free(&controller->transfers));
    }
}

static void an_answer_not_fetched_yet_keeps_its_descriptor(void **state)
{
    struct controller *controller = *state;
    struct xhci_trb trb = xhci_trb_no_op();
    uint32_t index, slot;

    command(controller, XHCI_DESCRIPTOR_WAITED);
    post(controller, 33, COMMANDS, 1, 3);
    assert_int_equal(take(controller), 1);
    for (uint32_t i = 1; i < LAST_COMMAND + 1 - 1; i++)
        command(controller, XHCI_DESCRIPTOR_SHOT);
    assert_int_equal(xhci_ring_submit(&controller->commands, &trb, XHCI_DESCRIPTOR_SHOT, &index), RESULT_BUSY);
    assert_int_equal(xhci_ring_finish(&controller->commands, 0, &slot), 1);
    assert_int_equal(slot, 3);
    assert_int_equal(xhci_ring_submit(&controller->commands, &trb, XHCI_DESCRIPTOR_SHOT, &index), RESULT_OK);
}

static void a_shot_that_fails_at_any_stage_is_counted_and_freed(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    assert_int_equal(ask(controller, &index), RESULT_OK);
    post(controller, 32, TRANSFERS + 16, CODE_TRB_ERROR, 1); // its data stage
    assert_int_equal(take(controller), 1);
    assert_int_equal(controller->transfers.failures, 1);
    assert_int_equal(controller->transfers.descriptors[0].state, XHCI_DESCRIPTOR_FREE);
    assert_int_equal(controller->events.strays, 0);
}

static void events_out_of_order_free_their_own_descriptors(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(ask(controller, &index), RESULT_OK);
    post(controller, 32, TRANSFERS + 16 * 8, 1, 1);
    post(controller, 32, TRANSFERS + 16 * 2, 1, 1);
    post(controller, 32, TRANSFERS + 16 * 5, 1, 1);
    assert_int_equal(take(controller), 3);
    assert_int_equal(controller->events.strays, 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(controller->transfers.descriptors[i].state, XHCI_DESCRIPTOR_FREE);
}

static void events_of_nothing_in_flight_are_counted_and_harm_nobody(void **state)
{
    static const uint64_t hostile[] = {
        0,
        UINT64_MAX,
        UINT64_MAX - 15,
        COMMANDS - 16,
        COMMANDS + 8,         // inside a TRB
        COMMANDS + 16,        // free
        COMMANDS + 16 * LINK, // the link
        COMMANDS + 16 * 64,   // behind the ring
        TRANSFERS,            // another ring's
        (uint32_t)COMMANDS,   // cut off
    };
    struct controller *controller = *state;
    uint32_t slot, index = command(controller, XHCI_DESCRIPTOR_WAITED);

    for (uint32_t i = 0; i < ARRAY_COUNT(hostile); i++)
        post(controller, 33, hostile[i], 1, 9);
    assert_int_equal(take(controller), ARRAY_COUNT(hostile));
    assert_int_equal(controller->events.strays, ARRAY_COUNT(hostile));
    assert_false(xhci_ring_is_done(&controller->commands, index));
    post(controller, 33, COMMANDS, 1, 1);
    post(controller, 33, COMMANDS, 5, 2); // the same once more
    assert_int_equal(take(controller), 2);
    assert_int_equal(controller->events.strays, ARRAY_COUNT(hostile) + 1);
    assert_int_equal(xhci_ring_finish(&controller->commands, index, &slot), 1);
    assert_int_equal(slot, 1);
}

// The ring is an object of its own, so that the sanitizer sees what lies behind it.
static void an_event_of_the_link_touches_nothing_behind_the_descriptors(void **state)
{
    static struct xhci_trb trbs[XHCI_RING_TRB_COUNT];
    struct xhci_trb event = {.parameter = COMMANDS + 16 * LINK};
    struct xhci_ring *ring = malloc(sizeof(*ring));

    xhci_ring_start(ring, trbs, (struct physical){COMMANDS}, 1);
    assert_false(xhci_ring_take(ring, &event));
    free(ring);
}

static void an_event_goes_to_the_ring_of_its_type_only(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    command(controller, XHCI_DESCRIPTOR_SHOT);
    assert_int_equal(ask(controller, &index), RESULT_OK);
    post(controller, 32, COMMANDS, 1, 0);
    post(controller, 33, TRANSFERS + 32, 1, 1);
    assert_int_equal(take(controller), 2);
    assert_int_equal(controller->events.strays, 2);
    assert_int_equal(controller->commands.descriptors[0].state, XHCI_DESCRIPTOR_SHOT);
    assert_int_equal(controller->transfers.descriptors[0].state, XHCI_DESCRIPTOR_SHOT);
}

static void event_data_is_no_address(void **state)
{
    struct controller *controller = *state;
    uint32_t index;

    assert_int_equal(ask(controller, &index), RESULT_OK);
    post(controller, 32, TRANSFERS + 32, 1, 1);
    controller->event_trbs[0].control |= 1 << 2;
    assert_int_equal(take(controller), 1);
    assert_int_equal(controller->events.strays, 1);
    assert_int_equal(controller->transfers.descriptors[0].state, XHCI_DESCRIPTOR_SHOT);
}

static void port_changes_are_taken_and_unknown_types_are_strays(void **state)
{
    struct controller *controller = *state;

    post(controller, 34, 5 << 24, 1, 0);
    assert_int_equal(take(controller), 1);
    assert_int_equal(controller->events.strays, 0);
    post(controller, 0, 0, 0, 0);
    post(controller, 63, COMMANDS, 1, 0);
    assert_int_equal(take(controller), 2);
    assert_int_equal(controller->events.strays, 2);
}

static void a_whole_turn_is_taken_at_once_and_its_events_not_twice(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < XHCI_EVENT_TRB_COUNT; i++)
        post(controller, 34, 0, 1, 0);
    assert_int_equal(take(controller), XHCI_EVENT_TRB_COUNT);
    assert_int_equal(xhci_events_dequeue(&controller->events).address, EVENTS);
    assert_int_equal(take(controller), 0);
    // With the cycle bit of the next lap they are all new once more.
    for (uint32_t i = 0; i < XHCI_EVENT_TRB_COUNT; i++)
        controller->event_trbs[i].control = 34 << 10;
    assert_int_equal(take(controller), XHCI_EVENT_TRB_COUNT);
    assert_int_equal(take(controller), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_command_is_handed_over_by_its_cycle_bit, start),
        cmocka_unit_test_setup(a_cycle_bit_of_the_caller_counts_for_nothing, start),
        cmocka_unit_test_setup(a_waited_command_keeps_code_and_slot_of_its_event, start),
        cmocka_unit_test_setup(rings_wrap_through_their_link_for_many_laps, start),
        cmocka_unit_test_setup(the_link_goes_over_only_with_the_last_descriptor, start),
        cmocka_unit_test_setup(a_transfer_is_three_trbs_that_never_lie_across_the_link, start),
        cmocka_unit_test_setup(a_full_ring_is_busy_and_one_descriptor_stays_empty, start),
        cmocka_unit_test_setup(the_last_descriptor_is_free_once_its_event_is_taken, start),
        cmocka_unit_test_setup(an_answer_not_fetched_yet_keeps_its_descriptor, start),
        cmocka_unit_test_setup(a_shot_that_fails_at_any_stage_is_counted_and_freed, start),
        cmocka_unit_test_setup(events_out_of_order_free_their_own_descriptors, start),
        cmocka_unit_test_setup(events_of_nothing_in_flight_are_counted_and_harm_nobody, start),
        cmocka_unit_test_setup(an_event_goes_to_the_ring_of_its_type_only, start),
        cmocka_unit_test_setup(event_data_is_no_address, start),
        cmocka_unit_test_setup(port_changes_are_taken_and_unknown_types_are_strays, start),
        cmocka_unit_test_setup(an_event_of_the_link_touches_nothing_behind_the_descriptors, start),
        cmocka_unit_test_setup(a_whole_turn_is_taken_at_once_and_its_events_not_twice, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
