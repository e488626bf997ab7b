// The xHCI controller: every register access of its start, its events and its end, in order.
// sources: drivers/xhci/xhci_memory.c drivers/xhci/xhci_ring.c drivers/xhci/xhci_events.c drivers/xhci/xhci_trb.c
// sources: drivers/xhci/xhci_context.c drivers/command_overdue.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/heap.c tests/fakes/pages.c

#include "tests/fakes/fence.h"
#include "tests/fakes/mmio.h"

// The pauses are listed with the registers.
#define wait_pause pause_listed
#include "drivers/register_wait.c"
#undef STEP
#include "drivers/xhci/xhci_controller.c"
#undef STEP
#include "drivers/xhci/xhci_device.c"

#include "tests/fakes/host.h"
#include "tests/fakes/pages.h"
#include "tests/fakes/register_events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { REGISTERS_SIZE = 0x4000, PAGES = 64, CALL_HANDOFF = 1 };
enum { OPERATIONAL = 0x40, RUNTIME = 0x1000, DOORBELLS = 0x2000, EXTENDED = 0x500 };
enum { PORT_2 = OPERATIONAL + 0x410 };
enum { COMMAND = OPERATIONAL, STATUS = OPERATIONAL + 4, HALTED = 1, NOT_READY = 0x800 };

#define BASE        UINT64_C(0x40000000)
#define PARAMETERS1 UINT32_C(0x05000420) // 5 ports, 4 interrupters, 32 slots
#define PARAMETERS2 UINT32_C(0x18200000) // 32 + 3 scratchpad pages
#define PARAMETERS3 UINT32_C(0x01400005) // extended capabilities, wide contexts, 64 bits

#define INTERRUPTER(index) (RUNTIME + 0x20 + 0x20 * (index))

static struct device device;
static struct xhci_controller controller;
static uint32_t parameters1, parameters3, command, status, busy_reads, pagesize;
static uint32_t late_halts, late_resets, late_readies; // looks before it follows
static bool is_gone, is_deaf, is_master;
static uint32_t port, port_reads; // PORTSC of port 2, and looks before it is enabled
static uint32_t posted;           // events, by the controller
static bool posts_at_last_moment;

void pause_listed(uint64_t nanoseconds)
{
    event_add(EVENT_SPIN, 0, nanoseconds);
    fake_host.nanoseconds += nanoseconds;
}

void pci_bus_master(struct device *unused, bool on)
{
    is_master = on;
}

enum result pci_bar_map(struct device *unused, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    event_add(EVENT_MEMORY_MAP, bar, minimum);
    *pointer = (volatile void *)BASE;
    return RESULT_OK;
}

enum result xhci_handoff(volatile uint8_t *registers, uint64_t size, uint32_t first, bool *was_held)
{
    assert_ptr_equal(registers, BASE);
    assert_int_equal(size, REGISTERS_SIZE);
    event_add(EVENT_CALL, CALL_HANDOFF, first);
    return RESULT_TIMEOUT; // a firmware that keeps it: the controller is taken all the same
}

static uint32_t count_down(uint32_t *left, uint32_t meanwhile, uint32_t afterwards)
{
    if (*left == 0)
        return afterwards;
    (*left)--;
    return meanwhile;
}

static uint32_t register_read(uint64_t offset)
{
    if (is_gone)
        return UINT32_MAX;
    switch (offset) {
    case XHCI_CAPLENGTH:
        return 0x01200000 | OPERATIONAL;
    case XHCI_HCSPARAMS1:
        return parameters1;
    case XHCI_HCSPARAMS2:
        return PARAMETERS2;
    case XHCI_HCCPARAMS1:
        return parameters3;
    case XHCI_DBOFF:
        return DOORBELLS | 3; // reserved bits set
    case XHCI_RTSOFF:
        return RUNTIME | 0x1f;
    case COMMAND:
        return count_down(&late_resets, 2, command & ~2U);
    case STATUS:
        if (late_readies)
            return count_down(&late_readies, NOT_READY, 0) | status;
        return status | count_down(&late_halts, command & 1 ? HALTED : 0, command & 1 ? 0 : HALTED);
    case OPERATIONAL + XHCI_PAGESIZE:
        return pagesize;
    case PORT_2:
        return count_down(&port_reads, port, port | 2);
    case INTERRUPTER(1) + XHCI_ERDP:
        return count_down(&busy_reads, 0x1008, 0x1000);
    default:
        fail_msg("register 0x%llx is not for reading", (unsigned long long)offset);
        return 0;
    }
}

// As 6.4.2.2 prints it: a command's completion.
static void post(void)
{
    struct xhci_trb *ring = xhci_memory_pointer(&controller.memory, XHCI_MEMORY_EVENTS);
    uint64_t of = xhci_memory_physical(&controller.memory, XHCI_MEMORY_COMMANDS).address;

    ring[posted++] = (struct xhci_trb){of, 1 << 24, 33 << 10 | 1};
}

static void memory_check_at(uint64_t offset)
{
    const uint64_t *directory = xhci_memory_pointer(&controller.memory, XHCI_MEMORY_DIRECTORY);
    uint64_t base = controller.memory.base.address;

    if (offset == OPERATIONAL + XHCI_DCBAAP)
        assert_int_equal(directory[1], base + XHCI_MEMORY_DEVICE);
    for (uint32_t i = 0; i < 2; i++) {
        const struct xhci_segment *segment = xhci_memory_pointer(&controller.memory, XHCI_MEMORY_SEGMENTS + i * 64);
        if (offset != (uint64_t)INTERRUPTER(i) + XHCI_ERSTBA)
            continue;
        assert_int_equal(segment->base, base + XHCI_MEMORY_EVENTS + i * 0x1000);
        assert_int_equal(segment->size, XHCI_EVENT_TRB_COUNT);
    }
}

static void register_write(uint64_t offset, uint32_t value)
{
    memory_check_at(offset);
    if (offset == COMMAND)
        command = value;
    if (offset == DOORBELLS && !is_deaf) {
        post();
        assert_true(xhci_controller_serve(&controller, 0));
    }
    if (offset == INTERRUPTER(0) + XHCI_IMAN && posts_at_last_moment)
        post();
    posts_at_last_moment = posts_at_last_moment && offset != INTERRUPTER(0) + XHCI_IMAN;
}

static int set_up(void **state)
{
    static const struct fake_window window = {BASE, REGISTERS_SIZE, register_read, register_write};
    static bool has_pages;

    fake_host_reset();
    fake_mmio_window(&window);
    if (!has_pages)
        fake_pages_add(PAGES);
    has_pages = true;
    device = (struct device){.bars[0] = {.kind = BAR_MEM64, .base = {BASE}, .size = REGISTERS_SIZE}};
    parameters1 = PARAMETERS1;
    parameters3 = PARAMETERS3;
    command = status = late_halts = late_resets = late_readies = posted = busy_reads = 0;
    pagesize = 1;
    is_gone = is_deaf = posts_at_last_moment = false;
    memset(&controller, 0, sizeof(controller));
    event_clear();
    return 0;
}

static int tear_down(void **state)
{
    xhci_controller_release(&controller);
    return 0;
}

static void open(void)
{
    assert_int_equal(xhci_controller_open(&controller, &device), RESULT_OK);
    event_clear();
}

static void run(uint32_t interrupters, bool is_line)
{
    open();
    assert_int_equal(xhci_controller_run(&controller, interrupters, is_line), RESULT_OK);
    event_clear();
}

#define CAPABILITIES                                                                                                \
    {EVENT_MEMORY_MAP, 0, 0x20}, READ(0x04, PARAMETERS1), READ(0x08, PARAMETERS2), READ(0x10, PARAMETERS3),         \
        READ(0x00, 0x01200000 | OPERATIONAL), READ(0x18, RUNTIME | 0x1f), READ(0x14, DOORBELLS | 3), READ(0x48, 1), \
        READ(0x10, PARAMETERS3),                                                                                    \
    {                                                                                                               \
        EVENT_CALL, CALL_HANDOFF, EXTENDED                                                                          \
    }

// Ready before the first write; halted before the reset; the reset's end and readiness before anything else.
static void a_running_controller_is_taken_halted_and_reset_in_this_order(void **state)
{
    command = 0x205; // running, interrupts on, and a bit that is not ours
    late_readies = 1;
    assert_int_equal(xhci_controller_open(&controller, &device), RESULT_OK);
    EXPECT(CAPABILITIES, READ(STATUS, NOT_READY), PAUSE(50000), READ(STATUS, 0), READ(COMMAND, 0x205),
           WRITE(COMMAND, 0x200), READ(STATUS, HALTED), WRITE(COMMAND, 2), PAUSE(1000000), READ(COMMAND, 0),
           READ(STATUS, HALTED));
    assert_int_equal(controller.context_stride, 64);
    assert_int_equal(controller.scratch_pages, 35);
    assert_int_equal(controller.address_limit, 0);
}

static void a_halt_is_waited_for_before_the_reset(void **state)
{
    open();
    command = 1;
    late_halts = 2;
    assert_int_equal(halt(&controller), RESULT_OK);
    EXPECT(READ(COMMAND, 1), WRITE(COMMAND, 0), READ(STATUS, 0), PAUSE(50000), READ(STATUS, 0), PAUSE(50000),
           READ(STATUS, HALTED));
}

static void a_reset_is_waited_for_and_then_readiness(void **state)
{
    open();
    late_resets = 1;
    late_readies = 1;
    assert_int_equal(reset(&controller), RESULT_OK);
    EXPECT(WRITE(COMMAND, 2), PAUSE(1000000), READ(COMMAND, 2), PAUSE(50000), READ(COMMAND, 0), READ(STATUS, NOT_READY),
           PAUSE(50000), READ(STATUS, HALTED));
    late_resets = UINT32_MAX;
    assert_int_equal(reset(&controller), RESULT_TIMEOUT);
}

static void what_cannot_work_is_refused_before_anything_is_written(void **state)
{
    static const uint32_t refused[] = {0x05000400, 0x05000020, 0xff000420 | 0x7ff00}; // no slot; no interrupter; ports

    for (uint32_t i = 0; i < ARRAY_COUNT(refused); i++) {
        event_clear();
        parameters1 = refused[i];
        device.bars[0].size = i == 2 ? 0x500 : REGISTERS_SIZE;
        assert_int_equal(xhci_controller_open(&controller, &device), RESULT_UNSUPPORTED);
        for (uint32_t n = 1; event_effect(n - 1); n++)
            assert_int_equal(event_effect(n - 1)->kind, EVENT_MEMORY_MAP);
    }
    is_gone = true;
    assert_int_equal(xhci_controller_open(&controller, &device), RESULT_GONE);
}

// Every part of the controller's memory before Run; of each interrupter ERSTBA after size and pointer, which it starts.
static void everything_is_set_before_the_controller_runs(void **state)
{
    open();
    event_clear();
    late_halts = 1;
    assert_int_equal(xhci_controller_run(&controller, 2, false), RESULT_OK);
    uint64_t base = controller.memory.base.address;
    assert_true(base >> 32);
    EXPECT(WRITE(0x78, 31), HALVES(0x70, base), HALVES(0x58, (base + 0x1000) | 1),
           // interrupter 0
           WRITE(INTERRUPTER(0) + 0x08, 1), HALVES(INTERRUPTER(0) + 0x18, base + 0x4000),
           HALVES(INTERRUPTER(0) + 0x10, base + 0x400), WRITE(INTERRUPTER(0) + 4, 0), WRITE(INTERRUPTER(0), 3),
           // interrupter 1
           WRITE(INTERRUPTER(1) + 0x08, 1), HALVES(INTERRUPTER(1) + 0x18, base + 0x5000),
           HALVES(INTERRUPTER(1) + 0x10, base + 0x440), WRITE(INTERRUPTER(1) + 4, 0), WRITE(INTERRUPTER(1), 3),
           // run
           WRITE(COMMAND, 5), READ(STATUS, HALTED), PAUSE(50000), READ(STATUS, 0));
}

static void a_controller_of_32_bits_gets_no_memory_above_4_gib(void **state)
{
    parameters3 &= ~1U;
    open();
    assert_int_equal(xhci_controller_run(&controller, 1, false), RESULT_NO_MEMORY);
    assert_int_equal(event_total(), 0);
}

static void a_doorbell_is_rung_behind_a_fence(void **state)
{
    run(1, false);
    xhci_controller_ring(&controller, 1, 7);
    EXPECT({EVENT_FENCE}, WRITE(DOORBELLS + 4, 7));
}

// The message clears its pending bit itself.
static void a_messages_events_are_taken_and_ended_by_one_write_of_the_pointer(void **state)
{
    run(1, false);
    uint64_t ring = controller.memory.base.address + 0x4000;
    post();
    assert_true(xhci_controller_serve(&controller, 0));
    EXPECT(HALVES(INTERRUPTER(0) + 0x18, (ring + 16) | 8));
    assert_false(xhci_controller_serve(&controller, 1));
    assert_false(xhci_controller_serve(&controller, 0));
}

// The summary bit before the interrupter's, both before the events are read: one added later asserts the line again.
// The last read lets the line be low before the end of interrupt.
static void the_lines_pending_bits_are_cleared_summary_first_and_before_the_events(void **state)
{
    run(1, true);
    uint64_t ring = controller.memory.base.address + 0x4000;
    posts_at_last_moment = true;
    assert_true(xhci_controller_serve(&controller, 0));
    EXPECT(WRITE(STATUS, 8), WRITE(INTERRUPTER(0), 3), HALVES(INTERRUPTER(0) + 0x18, (ring + 16) | 8), READ(STATUS, 0));
}

static void a_command_rings_doorbell_0_and_its_event_ends_it(void **state)
{
    struct xhci_trb no_op = xhci_trb_no_op();
    uint32_t slot;

    run(1, false);
    uint64_t ring = controller.memory.base.address + 0x4000;
    assert_int_equal(xhci_controller_command(&controller, &no_op, &slot), RESULT_OK);
    EXPECT({EVENT_FENCE}, WRITE(DOORBELLS, 0), HALVES(INTERRUPTER(0) + 0x18, (ring + 16) | 8));
}

static void a_command_that_never_ends_takes_the_controller_down(void **state)
{
    struct xhci_trb no_op = xhci_trb_no_op();
    uint32_t slot;

    run(1, false);
    uint64_t ring = controller.memory.base.address + 0x4000;
    is_deaf = true;
    assert_int_equal(xhci_controller_command(&controller, &no_op, &slot), RESULT_TIMEOUT);
    EXPECT({EVENT_FENCE}, WRITE(DOORBELLS, 0), HALVES(INTERRUPTER(0) + 0x18, ring | 8), READ(STATUS, 0),
           READ(COMMAND, 5), WRITE(COMMAND, 0), READ(STATUS, HALTED));
    assert_int_equal(xhci_controller_command(&controller, &no_op, &slot), RESULT_GONE);
}

static void one_that_does_not_halt_loses_its_bus_master_bit(void **state)
{
    run(1, false);
    is_master = true;
    late_halts = UINT32_MAX;
    xhci_controller_halt(&controller);
    assert_false(is_master);
}

static void what_is_in_service_is_told_by_one_read_and_not_waited_for(void **state)
{
    run(2, false);
    busy_reads = 1;
    assert_true(xhci_controller_is_serving(&controller, 1));
    EXPECT(READ(INTERRUPTER(1) + 0x18, 0x1008));
    event_clear();
    assert_false(xhci_controller_is_serving(&controller, 1));
    EXPECT(READ(INTERRUPTER(1) + 0x18, 0x1000));
}

// Connected, powered, three changes: a 1 written back to a change bit would clear it, one to "enabled" disable the
// port.
static void a_port_is_reset_without_touching_its_write_1_to_clear_bits(void **state)
{
    open();
    port = 0x02aa0ee1 & ~0x12U;
    port_reads = 2;
    assert_int_equal(xhci_device_enable_port(&controller, 2), RESULT_OK);
    EXPECT(READ(PORT_2, port), WRITE(PORT_2, 0x02000210), READ(PORT_2, port), PAUSE(1000000), READ(PORT_2, port | 2),
           PAUSE(10000000));
    event_clear();
    port = 0x02aa0ee3; // enabled already
    assert_int_equal(xhci_device_enable_port(&controller, 2), RESULT_OK);
    EXPECT(READ(PORT_2, port | 2));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_running_controller_is_taken_halted_and_reset_in_this_order),
        TEST(a_halt_is_waited_for_before_the_reset),
        TEST(a_reset_is_waited_for_and_then_readiness),
        TEST(what_cannot_work_is_refused_before_anything_is_written),
        TEST(everything_is_set_before_the_controller_runs),
        TEST(a_controller_of_32_bits_gets_no_memory_above_4_gib),
        TEST(a_doorbell_is_rung_behind_a_fence),
        TEST(a_messages_events_are_taken_and_ended_by_one_write_of_the_pointer),
        TEST(the_lines_pending_bits_are_cleared_summary_first_and_before_the_events),
        TEST(a_command_rings_doorbell_0_and_its_event_ends_it),
        TEST(a_command_that_never_ends_takes_the_controller_down),
        TEST(one_that_does_not_halt_loses_its_bus_master_bit),
        TEST(what_is_in_service_is_told_by_one_read_and_not_waited_for),
        TEST(a_port_is_reset_without_touching_its_write_1_to_clear_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
