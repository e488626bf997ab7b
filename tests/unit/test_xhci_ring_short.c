// xHCI rings with descriptors shorter than their room, and who else gets events.
// sources: drivers/xhci/xhci_ring.c drivers/xhci/xhci_events.c drivers/xhci/xhci_trb.c

#include "drivers/xhci/xhci_events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TRANSFERS UINT64_C(0x123452000)
#define EVENTS    UINT64_C(0x123456000)
#define COMMANDS  UINT64_C(0x123451000)

// The controller's side: what it has fetched and posted.
static struct controller {
    struct xhci_trb transfer_trbs[XHCI_RING_TRB_COUNT];
    struct xhci_trb command_trbs[XHCI_RING_TRB_COUNT];
    struct xhci_trb event_trbs[XHCI_EVENT_TRB_COUNT];
    struct xhci_ring transfers, commands;
    struct xhci_events events;
    uint32_t dequeue, cycle, posted;
} machine;

static int start(void **state)
{
    memset(&machine, 0, sizeof(machine));
    machine.cycle = 1;
    xhci_ring_start(&machine.transfers, machine.transfer_trbs, (struct physical){TRANSFERS}, XHCI_STATUS_STAGES);
    xhci_ring_start(&machine.commands, machine.command_trbs, (struct physical){COMMANDS}, 1);
    xhci_events_start(&machine.events, machine.event_trbs, (struct physical){EVENTS});
    *state = &machine;
    return 0;
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
    if (trb->parameter != base) { // to the next descriptor
        assert_int_equal(trb->control & 2, 0);
        controller->dequeue = (uint32_t)((trb->parameter - base) / sizeof(*trb));
        return fetch(controller, trbs, base);
    }
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

static uint32_t listened;
static bool is_listeners;

static bool listen(struct xhci_listener *self, const struct xhci_trb *event)
{
    listened++;
    return is_listeners;
}

static struct xhci_listener listener = {listen};

static uint32_t take(struct controller *controller)
{
    return xhci_events_take(&controller->events, &controller->commands, &controller->transfers, &listener);
}

static void short_descriptors_are_followed_by_the_next_for_many_laps(void **state)
{
    struct controller *controller = *state;

    for (uint32_t n = 0; n < 200; n++) {
        struct xhci_trb stages[XHCI_STATUS_STAGES] = {{.control = 2 << 10}, {.control = 3 << 10}, {.control = 4 << 10}};
        uint32_t index, count = n % 5 < 2 ? 3 : n % 3 == 0 ? 1 : 2, ignored;
        assert_int_equal(xhci_ring_submit_short(&controller->transfers, stages, count, XHCI_DESCRIPTOR_WAITED, &index),
                         RESULT_OK);
        const struct xhci_trb *seen = NULL;
        for (uint32_t i = 0; i < count; i++) {
            seen = fetch(controller, controller->transfer_trbs, TRANSFERS);
            assert_non_null(seen);
            assert_int_equal(seen->control >> 10 & 0x3f, 2 + i);
        }
        assert_null(fetch(controller, controller->transfer_trbs, TRANSFERS));
        assert_int_equal(xhci_ring_position(&controller->transfers) & 1, controller->cycle);
        post(controller, 32, TRANSFERS + (uint64_t)(seen - controller->transfer_trbs) * 16, 13, 1);
        assert_int_equal(take(controller), 1);
        assert_int_equal(xhci_ring_finish(&controller->transfers, index, &ignored), XHCI_CODE_SHORT_PACKET);
    }
}

static void an_answer_tells_how_many_bytes_are_left(void **state)
{
    struct controller *controller = *state;
    struct xhci_trb trb = xhci_trb_no_op();
    uint32_t index;

    assert_int_equal(xhci_ring_submit(&controller->commands, &trb, XHCI_DESCRIPTOR_WAITED, &index), RESULT_OK);

    post(controller, 33, COMMANDS, 13, 1);
    controller->event_trbs[controller->posted - 1].status |= 0x1234;
    assert_int_equal(take(controller), 1);
    assert_int_equal(controller->commands.descriptors[index].left, 0x1234);
}

static void a_listener_gets_ports_and_other_transfers_and_what_is_not_its_own_is_a_stray(void **state)
{
    struct controller *controller = *state;

    listened = 0;
    is_listeners = true;
    post(controller, 34, 0x5000000, 1, 0);
    post(controller, 32, 0x777000, 1, 2);
    assert_int_equal(take(controller), 2);
    assert_int_equal(listened, 2);
    assert_int_equal(controller->events.strays, 0);
    is_listeners = false;
    post(controller, 32, 0x777000, 1, 2);
    assert_int_equal(take(controller), 1);
    assert_int_equal(controller->events.strays, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(short_descriptors_are_followed_by_the_next_for_many_laps, start),
        cmocka_unit_test_setup(an_answer_tells_how_many_bytes_are_left, start),
        cmocka_unit_test_setup(a_listener_gets_ports_and_other_transfers_and_what_is_not_its_own_is_a_stray, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
