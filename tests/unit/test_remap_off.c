// Remapping units that firmware left on: off in the order the manuals give, one bit after the other, each awaited.
// sources: tests/fakes/pci_surroundings.c tests/fakes/mmio.c tests/fakes/events.c

#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pci_surroundings.h"

#include "arch/remap_off.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BASE = 0x10000, SIZE = 0x4000, COMMAND = 0x18, STATUS = 0x1c, PROTECTED = 0x64, HEAD = 0x80, TAIL = 0x88 };

static uint8_t *registers;
static bool is_stuck;

static void put32(uint32_t offset, uint32_t value)
{
    memcpy(registers + offset, &value, sizeof(value));
}

static uint32_t get32(uint32_t offset)
{
    uint32_t value;
    memcpy(&value, registers + offset, sizeof(value));
    return value;
}

// The hardware: the status follows the command, the enable bit its status, the queue is served.
static void follow(void)
{
    if (is_stuck)
        return;
    put32(STATUS, (get32(STATUS) & 0x69000000) | (get32(COMMAND) & 0x96ffffff));
    put32(PROTECTED, get32(PROTECTED) >> 31 ? 0x80000001 : 0);
    put32(HEAD, get32(TAIL));
}

static void amd_follow(void)
{
    put32(AMD_STATUS, 0);
}

static int set_up(void **state)
{
    fake_mmio_reset();
    surroundings_reset();
    registers = fake_memory_add(BASE, SIZE);
    surroundings_on_wait = follow;
    is_stuck = false;
    event_clear();
    return 0;
}

static int tear_down(void **state)
{
    fake_mmio_reset();
    return 0;
}

// The effects that are no waits.
static void writes_expect(const struct event *expected, uint32_t count)
{
    const struct event *event;
    uint32_t found = 0;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++) {
        if (event->kind == EVENT_WAIT)
            continue;
        assert_true(found < count);
        assert_int_equal(event->where, BASE + expected[found].where);
        assert_int_equal(event->value, expected[found].value);
        found++;
    }
    assert_int_equal(found, count);
}

static void vtd_goes_off_translation_first_and_the_queue_last(void **state)
{
    uint32_t was;
    put32(0x08, 0x60); // low and high protected memory
    put32(COMMAND, 0xc6800000);
    put32(STATUS, 0xc7800000); // translation, root table set, queue, interrupts, table set, compatibility format
    put32(PROTECTED, 0x80000001);
    put32(TAIL, 0x40);
    assert_int_equal(remap_off_vtd(registers, &was), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_MEMORY_WRITE, COMMAND, 0x06800000},
        {EVENT_MEMORY_WRITE, PROTECTED, 0x00000001},
        {EVENT_MEMORY_WRITE, COMMAND, 0x04800000},
        {EVENT_MEMORY_WRITE, COMMAND, 0x00800000},
    };
    writes_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(get32(HEAD), 0x40); // served before it went off
    assert_int_equal(was, REMAP_WAS_TRANSLATING | REMAP_WAS_PROTECTING | REMAP_WAS_REMAPPING | REMAP_WAS_QUEUEING);
}

static void the_queue_is_served_before_it_goes_off(void **state)
{
    uint32_t was;
    put32(COMMAND, 0x04000000);
    put32(STATUS, 0x04000000);
    put32(TAIL, 0x40);
    assert_int_equal(remap_off_vtd(registers, &was), RESULT_OK);
    assert_int_equal(event_effect(0)->kind, EVENT_WAIT);
    assert_int_equal(event_effect(1)->kind, EVENT_MEMORY_WRITE);
    assert_int_equal(event_effect(1)->where, BASE + COMMAND);
}

static void a_vtd_unit_that_is_off_is_left_alone(void **state)
{
    uint32_t was;
    assert_int_equal(remap_off_vtd(registers, &was), RESULT_OK);
    assert_int_equal(was, 0);
    assert_null(event_effect(0));
}

static void a_vtd_bit_that_does_not_follow_is_not_waited_for_for_ever(void **state)
{
    uint32_t was;
    is_stuck = true;
    put32(STATUS, 0x82000000);
    assert_int_equal(remap_off_vtd(registers, &was), RESULT_TIMEOUT);
    assert_int_equal(surroundings_waited(), WAIT_MILLISECONDS(200));
    assert_int_equal(was, REMAP_WAS_TRANSLATING | REMAP_WAS_REMAPPING); // the other was tried
}

static void amd_goes_off_event_log_then_commands_then_the_unit(void **state)
{
    uint32_t was;
    put32(AMD_CONTROL, 0x0000100d);
    put32(AMD_STATUS, 0x18);
    surroundings_on_wait = amd_follow;
    assert_int_equal(remap_off_amd(registers, &was), RESULT_OK);
    static const struct event expected[] = {
        {EVENT_MEMORY_WRITE, AMD_CONTROL, 0x1001},
        {EVENT_MEMORY_WRITE, AMD_CONTROL, 0x0001},
        {EVENT_MEMORY_WRITE, AMD_CONTROL, 0x0000},
    };
    writes_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(was, REMAP_WAS_TRANSLATING | REMAP_WAS_QUEUEING);
}

static void an_amd_unit_that_is_off_is_left_alone(void **state)
{
    uint32_t was;
    assert_int_equal(remap_off_amd(registers, &was), RESULT_OK);
    assert_int_equal(was, 0);
    assert_null(event_effect(0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(vtd_goes_off_translation_first_and_the_queue_last),
        TEST(the_queue_is_served_before_it_goes_off),
        TEST(a_vtd_unit_that_is_off_is_left_alone),
        TEST(a_vtd_bit_that_does_not_follow_is_not_waited_for_for_ever),
        TEST(amd_goes_off_event_log_then_commands_then_the_unit),
        TEST(an_amd_unit_that_is_off_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
