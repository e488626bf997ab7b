// The NVMe controller: every register access of its start, its queues and its end, in order.
// sources: drivers/nvme/nvme_command.c drivers/command_overdue.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c
// sources: tests/fakes/heap.c tests/fakes/pages.c

#include "tests/fakes/fence.h"
#include "tests/fakes/mmio.h"

// The pauses are listed with the registers.
#define wait_pause pause_listed
#include "drivers/nvme/nvme_controller.c"
#include "drivers/nvme/nvme_queue.c"

#include "tests/fakes/host.h"
#include "tests/fakes/pages.h"
#include "tests/fakes/register_events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { REGISTERS_SIZE = 0x2000, STRIDE = 8, MESSAGE = 1, CALL_DECODE = 1, CALL_MASTER, PAGES = 16 };
enum { CAP_HIGH = 0x21, RUNNING = 0x00460001, READY = 1, FATAL = 2 }; // commands supported, doorbells 8 bytes apart

// CAP's low dword: 16 entries, ready within 500 ms.
#define CAP_LOW UINT32_C(0x0100000f)
#define BASE    UINT64_C(0x30000000)

#define CALL(what, value)       \
    {                           \
        EVENT_CALL, what, value \
    }
#define DOORBELL(index) (0x1000 + (index)*STRIDE)

static struct device device;
static struct nvme_controller controller;
static uint32_t cap[2], configuration, late_reads; // looks at CSTS before it follows CC
static uint32_t status_bits;                       // of CSTS, besides ready
static bool is_gone, is_deaf;                      // it answers with all ones; it takes no command
static struct nvme_command sent[4];
static uint32_t sent_count;

void pause_listed(uint64_t nanoseconds)
{
    event_add(EVENT_SPIN, 0, nanoseconds);
}

void pci_memory_decode(struct device *unused, bool on)
{
    event_add(EVENT_CALL, CALL_DECODE, on);
}

void pci_bus_master(struct device *unused, bool on)
{
    event_add(EVENT_CALL, CALL_MASTER, on);
}

enum result pci_bar_map(struct device *unused, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    event_add(EVENT_MEMORY_MAP, bar, minimum);
    *pointer = (volatile void *)BASE;
    return RESULT_OK;
}

static uint32_t register_read(uint64_t offset)
{
    if (is_gone)
        return UINT32_MAX;
    switch (offset) {
    case REGISTER_CAP:
    case REGISTER_CAP + 4:
        return cap[offset / 4];
    case REGISTER_CC:
        return configuration;
    case REGISTER_CSTS:
        if (late_reads) {
            late_reads--;
            return status_bits | !(configuration & 1);
        }
        return status_bits | (configuration & 1);
    default:
        fail_msg("register 0x%llx is not for reading", (unsigned long long)offset);
        return 0;
    }
}

// An entry must be in memory when its doorbell is rung; its answer interrupts at once.
static void register_write(uint64_t offset, uint32_t value)
{
    if (offset == REGISTER_CC)
        configuration = value;
    if (offset != DOORBELL(0) || is_deaf)
        return;
    struct nvme_queue *admin = &controller.pairs[0]->queue;
    uint32_t slot = (value + admin->depth - 1) % admin->depth;
    sent[sent_count++] = admin->submissions[slot];
    admin->completions[slot].status = 1 << 16 | slot;
    assert_true(nvme_controller_serve(&controller, 0));
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
    cap[0] = CAP_LOW;
    cap[1] = CAP_HIGH;
    configuration = late_reads = status_bits = sent_count = 0;
    is_gone = is_deaf = false;
    memset(&controller, 0, sizeof(controller));
    event_clear();
    return 0;
}

static int tear_down(void **state)
{
    nvme_controller_release(&controller);
    return 0;
}

static void open(void)
{
    assert_int_equal(nvme_controller_open(&controller, &device, 1), RESULT_OK);
    event_clear();
}

static void enable(void)
{
    open();
    assert_int_equal(nvme_controller_enable(&controller), RESULT_OK);
    event_clear();
}

#define OPENED CALL(CALL_DECODE, 1), {EVENT_MEMORY_MAP, 0, 0x1008}, READ(0x00, CAP_LOW), READ(0x04, CAP_HIGH)

// Until the controller says that it is not ready it still uses the firmware's queues.
static void a_running_controller_is_disabled_and_waited_for(void **state)
{
    configuration = RUNNING | 0x100;
    late_reads = 1;
    assert_int_equal(nvme_controller_open(&controller, &device, 1), RESULT_OK);
    EXPECT(OPENED, READ(0x14, RUNNING | 0x100), WRITE(0x14, (RUNNING & ~1) | 0x100), READ(0x1c, 1), PAUSE(100000),
           READ(0x1c, 0));
}

static void a_controller_at_rest_is_only_looked_at(void **state)
{
    status_bits = FATAL; // what an earlier run left: disabling is the way out of it
    assert_int_equal(nvme_controller_open(&controller, &device, 1), RESULT_OK);
    EXPECT(OPENED, READ(0x14, 0), READ(0x1c, FATAL));
    assert_int_equal(controller.depth, 16);
    assert_int_equal(controller.doorbell_stride, STRIDE);
    assert_int_equal(controller.pair_limit, 0x1000 / (2 * STRIDE) - 1);
}

static void the_queues_depth_is_the_smaller_of_the_controllers_and_ours(void **state)
{
    cap[0] |= 0xffff;
    open();
    assert_int_equal(controller.depth, NVME_QUEUE_DEPTH);
}

// Both halves of both addresses, low before high, all before the enable bit.
static void the_admin_queues_are_set_before_the_controller_is_enabled(void **state)
{
    open();
    uint64_t pages = controller.pairs[0]->pages.address;
    assert_true(pages >> 32);
    late_reads = 2;
    assert_int_equal(nvme_controller_enable(&controller), RESULT_OK);
    EXPECT(WRITE(0x24, 0x003f003f), HALVES(0x28, pages), HALVES(0x30, pages + 0x1000), WRITE(0x14, RUNNING),
           READ(0x1c, 0), PAUSE(100000), READ(0x1c, 0), PAUSE(100000), READ(0x1c, 1));
}

static void a_controller_that_reports_a_fatal_status_is_not_waited_for(void **state)
{
    open();
    status_bits = FATAL;
    late_reads = 100;
    assert_int_equal(nvme_controller_enable(&controller), RESULT_FAILED);
    assert_int_equal(event_total(), 6 + 1);
}

static void a_fatal_status_is_no_readiness(void **state)
{
    open();
    status_bits = FATAL;
    assert_int_equal(nvme_controller_enable(&controller), RESULT_FAILED);
}

static void a_controller_that_is_gone_is_not_waited_for(void **state)
{
    open();
    is_gone = true;
    assert_int_equal(nvme_controller_enable(&controller), RESULT_GONE);
    assert_int_equal(event_total(), 6 + 1);
}

// CAP.TO counts half seconds, looks are 100 us apart; 0 counts as one.
static void readiness_is_waited_for_as_long_as_the_controller_says(void **state)
{
    for (uint32_t units = 0; units <= 1; units++) {
        tear_down(state);
        set_up(state);
        cap[0] = (CAP_LOW & 0xffffff) | units << 24;
        open();
        late_reads = UINT32_MAX;
        assert_int_equal(nvme_controller_enable(&controller), RESULT_TIMEOUT);
        assert_int_equal(event_total(), 6 + 2 * (5000 + 1));
    }
}

static void what_cannot_work_is_refused_before_anything_is_written(void **state)
{
    static const uint32_t refused[][2] = {
        {CAP_LOW, CAP_HIGH & ~0x20},      // no NVM commands
        {CAP_LOW, CAP_HIGH | 1 << 16},    // pages of 8 KiB at least
        {CAP_LOW & ~0xffffU, CAP_HIGH},   // one entry
        {CAP_LOW, (CAP_HIGH & ~0xf) | 10} // doorbells 4096 bytes apart
    };

    for (uint32_t i = 0; i < ARRAY_COUNT(refused); i++) {
        event_clear();
        memcpy(cap, refused[i], sizeof(cap));
        assert_int_equal(nvme_controller_open(&controller, &device, 1), RESULT_UNSUPPORTED);
        EXPECT(CALL(CALL_DECODE, 1), {EVENT_MEMORY_MAP, 0, 0x1008}, READ(0x00, refused[i][0]),
               READ(0x04, refused[i][1]));
    }
    is_gone = true;
    assert_int_equal(nvme_controller_open(&controller, &device, 1), RESULT_GONE);
}

// Each command: in memory, a fence, its doorbell; the answer's doorbell.
static void a_pair_is_created_completion_queue_first_with_both_halves_of_its_addresses(void **state)
{
    enable();
    assert_int_equal(nvme_controller_add_pair(&controller, MESSAGE), RESULT_OK);
    EXPECT({EVENT_FENCE}, WRITE(DOORBELL(0), 1), WRITE(DOORBELL(1), 1), {EVENT_FENCE}, WRITE(DOORBELL(0), 2),
           WRITE(DOORBELL(1), 2));
    uint64_t pages = controller.pairs[1]->pages.address;
    const uint32_t completions[] = {
        5, 0, 0, 0, 0, 0, (uint32_t)(pages + 0x1000), (pages + 0x1000) >> 32, 0, 0, 15 << 16 | 1, MESSAGE << 16 | 3};
    const uint32_t submissions[] = {1 << 16 | 1,  0,          0, 0, 0, 0, (uint32_t)pages, pages >> 32, 0, 0,
                                    15 << 16 | 1, 1 << 16 | 1};
    assert_memory_equal(sent[0].dword, completions, sizeof(completions));
    assert_memory_equal(sent[1].dword, submissions, sizeof(submissions));
    assert_ptr_equal(controller.by_message[MESSAGE], controller.pairs[1]);
}

static void the_doorbells_of_a_pair_are_its_own(void **state)
{
    struct nvme_command command = nvme_command_get_queue_count();
    uint32_t slot;

    enable();
    assert_int_equal(nvme_controller_add_pair(&controller, 1), RESULT_OK);
    struct nvme_queue *queue = &controller.pairs[1]->queue;
    event_clear();
    assert_int_equal(nvme_queue_submit(queue, &command, NVME_SLOT_SHOT, &slot), RESULT_OK);
    queue->completions[0].status = 1 << 16;
    assert_true(nvme_controller_serve(&controller, 1));
    assert_false(nvme_controller_serve(&controller, 1));
    EXPECT({EVENT_FENCE}, WRITE(DOORBELL(2), 1), WRITE(DOORBELL(3), 1));
}

// The controller may still write to the command's memory, so it is stopped, and what it says is logged first.
static void a_command_that_never_ends_takes_the_controller_down(void **state)
{
    struct nvme_command command = nvme_command_get_queue_count();
    uint32_t answer;

    enable();
    is_deaf = true;
    assert_int_equal(nvme_controller_run(&controller, controller.pairs[0], &command, &answer), RESULT_TIMEOUT);
    EXPECT({EVENT_FENCE}, WRITE(DOORBELL(0), 1), READ(0x1c, 1), READ(0x14, RUNNING), WRITE(0x14, RUNNING & ~1),
           READ(0x1c, 0));
    event_clear();
    assert_int_equal(nvme_controller_run(&controller, controller.pairs[0], &command, &answer), RESULT_GONE);
    assert_int_equal(event_total(), 0);
}

static void one_that_does_not_stop_loses_its_bus_master_bit(void **state)
{
    enable();
    late_reads = UINT32_MAX;
    nvme_controller_disable(&controller);
    assert_int_equal(event_total(), 2 + 2 * (5000 + 1) + 1);
    assert_int_equal(event_effect(5002)->kind, EVENT_CALL);
    assert_int_equal(event_effect(5002)->where, CALL_MASTER);
    assert_int_equal(event_effect(5002)->value, 0);
}

static void one_that_stops_keeps_its_bus_master_bit(void **state)
{
    enable();
    nvme_controller_disable(&controller);
    EXPECT(READ(0x14, RUNNING), WRITE(0x14, RUNNING & ~1), READ(0x1c, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_running_controller_is_disabled_and_waited_for),
        TEST(a_controller_at_rest_is_only_looked_at),
        TEST(the_queues_depth_is_the_smaller_of_the_controllers_and_ours),
        TEST(the_admin_queues_are_set_before_the_controller_is_enabled),
        TEST(a_controller_that_reports_a_fatal_status_is_not_waited_for),
        TEST(a_fatal_status_is_no_readiness),
        TEST(a_controller_that_is_gone_is_not_waited_for),
        TEST(readiness_is_waited_for_as_long_as_the_controller_says),
        TEST(what_cannot_work_is_refused_before_anything_is_written),
        TEST(a_pair_is_created_completion_queue_first_with_both_halves_of_its_addresses),
        TEST(the_doorbells_of_a_pair_are_its_own),
        TEST(a_command_that_never_ends_takes_the_controller_down),
        TEST(one_that_does_not_stop_loses_its_bus_master_bit),
        TEST(one_that_stops_keeps_its_bus_master_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
