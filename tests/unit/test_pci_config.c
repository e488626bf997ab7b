// Access to configuration space: which method reaches what, and with which address.
// sources: tests/fakes/mmio.c tests/fakes/events.c tests/fakes/pci_surroundings.c

// The code is compiled in here, so that its device memory and ports are the recorded ones.
#include "tests/fakes/mmio.h"

#include "drivers/pci/pci_config.c"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool lock_held;

bool spinlock_acquire(struct spinlock *lock)
{
    assert_false(lock_held);
    lock_held = true;
    return true;
}

void spinlock_release(struct spinlock *lock, bool were_on)
{
    assert_true(lock_held && were_on);
    lock_held = false;
}

static int set_up(void **state)
{
    fake_mmio_reset();
    surroundings_reset();
    event_clear();
    region_count = 0;
    segment_count = 1;
    return 0;
}

static int tear_down(void **state)
{
    fake_mmio_reset();
    return 0;
}

static enum result add(uint64_t base, uint16_t segment, uint8_t start_bus, uint8_t end_bus)
{
    return pci_config_add_ecam((struct physical){base}, segment, start_bus, end_bus);
}

static const struct pci_address place = {.bus = 2, .device = 31, .function = 7};

static void ports_select_bus_device_function_and_register(void **state)
{
    fake_host_answer(0xcfe, 0xabcd);
    assert_int_equal(pci_config_read16(place, 0xa6), 0xabcd);
    assert_int_equal(event_effect(0)->where, 0xcf8);
    assert_int_equal(event_effect(0)->value, 0x8002ffa4);
    assert_int_equal(event_effect(1)->where, 0xcfe);
}

static void ports_write_with_the_width_asked_for(void **state)
{
    pci_config_write8(place, 0x3d, 0x12);
    pci_config_write16(place, 0x04, 0x0406);
    pci_config_write32(place, 0x10, 0xffffffff);
    static const struct event expected[] = {
        {EVENT_PORT_WRITE, 0xcf8, 0x8002ff3c}, {EVENT_PORT_WRITE, 0xcfd, 0x12},
        {EVENT_PORT_WRITE, 0xcf8, 0x8002ff04}, {EVENT_PORT_WRITE, 0xcfc, 0x0406},
        {EVENT_PORT_WRITE, 0xcf8, 0x8002ff10}, {EVENT_PORT_WRITE, 0xcfc, 0xffffffff},
    };
    event_expect(expected, ARRAY_COUNT(expected));
    assert_int_equal(fake_port_width(0xcf8), 32);
    assert_int_equal(fake_port_width(0xcfd), 8);
    assert_int_equal(fake_port_width(0xcfc), 32);
}

static void ports_reach_256_bytes_of_segment_0(void **state)
{
    struct pci_address elsewhere = {.segment = 1};
    assert_int_equal(pci_config_read32(place, 0x100), 0xffffffff);
    assert_int_equal(pci_config_read8(elsewhere, 0), 0xff);
    pci_config_write32(place, 0x100, 0);
    pci_config_write32(elsewhere, 0, 0);
    assert_int_equal(event_total(), 0);
    assert_true(pci_config_reaches(0, 255));
    assert_false(pci_config_reaches(1, 0));
}

static void ecam_counts_buses_from_the_base_even_when_it_starts_later(void **state)
{
    // Buses 0x40 to 0x41 of segment 3; the base is where bus 0 would be.
    char *memory = fake_memory_add(0x800000000 + 0x4000000, 2 << 20);
    assert_int_equal(add(0x800000000, 3, 0x40, 0x41), RESULT_OK);
    struct pci_address address = {.segment = 3, .bus = 0x41, .device = 2, .function = 1};
    memcpy(memory + (1 << 20) + (2 << 15) + (1 << 12) + 0xffc, "\x78\x56\x34\x12", 4);
    assert_int_equal(pci_config_read32(address, 0xffc), 0x12345678);
    assert_int_equal(pci_config_read16(address, 0xffe), 0x1234);
    assert_int_equal(pci_config_read8(address, 0xffd), 0x56);
    pci_config_write16(address, 0x04, 0x0406);
    pci_config_write8(address, 0x06, 0x99);
    pci_config_write32(address, 0x10, 0xfee00000);
    assert_memory_equal(memory + (1 << 20) + (2 << 15) + (1 << 12) + 4, "\x06\x04\x99", 3);
    assert_memory_equal(memory + (1 << 20) + (2 << 15) + (1 << 12) + 16, "\x00\x00\xe0\xfe", 4);
    assert_false(pci_config_reaches(3, 0x3f));
    assert_false(pci_config_reaches(3, 0x42));
    assert_int_equal(pci_config_read32(address, 0x1000), 0xffffffff);
}

static void buses_no_entry_covers_stay_with_the_ports(void **state)
{
    fake_memory_add(0xb0000000, 1 << 20);
    assert_int_equal(add(0xb0000000, 0, 0, 0), RESULT_OK);
    fake_host_answer(0xcfc, 0x11111111);
    assert_int_equal(pci_config_read32(place, 0), 0x11111111);
    assert_int_equal(pci_config_read32((struct pci_address){.bus = 0}, 0), 0);
}

static void segments_are_counted_once_and_0_is_the_first(void **state)
{
    fake_memory_add(0x800000000, 8 << 20);
    assert_int_equal(pci_config_segment_total(), 1);
    assert_int_equal(add(0x800000000, 5, 0, 1), RESULT_OK);
    assert_int_equal(add(0x800000000, 5, 2, 3), RESULT_OK);
    assert_int_equal(pci_config_segment_total(), 2);
    assert_int_equal(pci_config_segment(0), 0);
    assert_int_equal(pci_config_segment(1), 5);
}

static void nonsense_entries_are_refused_and_logged(void **state)
{
    assert_int_equal(add(0xb0000800, 1, 0, 0), RESULT_INVALID);
    assert_int_equal(add(0xb0000000, 1, 9, 8), RESULT_INVALID);
    assert_int_equal(add(0xb0000000, 1, 0, 0), RESULT_NO_MEMORY); // cannot be mapped
    assert_int_equal(surroundings_log_total(), 3);
    assert_int_equal(pci_config_segment_total(), 1);
    assert_false(pci_config_reaches(1, 0));
}

static void ecam_that_shows_another_host_bridge_than_the_ports_is_refused(void **state)
{
    uint32_t *memory = fake_memory_add(0xb0000000, 1 << 20);
    fake_host_answer(0xcfc, 0x29c08086);
    assert_int_equal(add(0xb0000000, 0, 0, 0), RESULT_MISMATCH);
    memory[0] = 0x29c08086;
    assert_int_equal(add(0xb0000000, 0, 0, 0), RESULT_OK);
}

static void entries_beyond_the_room_are_refused(void **state)
{
    fake_memory_add(0x800000000, 256 << 20);
    for (uint32_t i = 0; i < REGION_COUNT; i++)
        assert_int_equal(add(0x800000000, 1, (uint8_t)i, (uint8_t)i), RESULT_OK);
    assert_int_equal(add(0x800000000, 1, 100, 100), RESULT_NO_MEMORY);
    assert_false(pci_config_reaches(1, 100));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ports_select_bus_device_function_and_register),
        TEST(ports_write_with_the_width_asked_for),
        TEST(ports_reach_256_bytes_of_segment_0),
        TEST(ecam_counts_buses_from_the_base_even_when_it_starts_later),
        TEST(buses_no_entry_covers_stay_with_the_ports),
        TEST(segments_are_counted_once_and_0_is_the_first),
        TEST(nonsense_entries_are_refused_and_logged),
        TEST(ecam_that_shows_another_host_bridge_than_the_ports_is_refused),
        TEST(entries_beyond_the_room_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
