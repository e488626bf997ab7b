// Reading the MCFG: segments, start buses, padding, and entries that would send configuration cycles astray.
// sources: arch/acpi/acpi_mcfg.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_mcfg.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_ENTRY = 44, CAPACITY = 4 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_mcfg_entry entries[CAPACITY];

static int mcfg_begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "MCFG", 1);
    acpi_draft_put_zeros(&draft, 8);
    return 0;
}

static int mcfg_end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static void put_entry(uint64_t base, uint16_t segment, uint8_t start, uint8_t end)
{
    acpi_draft_put64(&draft, base);
    acpi_draft_put16(&draft, segment);
    acpi_draft_put8(&draft, start);
    acpi_draft_put8(&draft, end);
    acpi_draft_put32(&draft, 0);
}

static uint32_t mcfg_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_mcfg_read(&table, &findings, entries, CAPACITY);
}

// One entry, refused for this reason; and the good one after it still read.
static void expect_refusal(uint64_t base, uint8_t start, uint8_t end, const char *what)
{
    mcfg_begin(NULL);
    put_entry(base, 0, start, end);
    put_entry(0xc0000000, 1, 0, 255);
    assert_int_equal(mcfg_read(), 1);
    assert_int_equal(entries[0].segment, 1);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].what, what);
    assert_int_equal(findings.items[0].value, FIRST_ENTRY);
    mcfg_end(NULL);
}

static void segments_and_start_buses_are_read(void **state)
{
    put_entry(0xb0000000, 0, 0, 255);
    put_entry(UINT64_C(0x2000000000), 3, 0x80, 0x8f);
    assert_int_equal(mcfg_read(), 2);
    assert_int_equal(entries[0].base.address, 0xb0000000);
    assert_int_equal(entries[0].end_bus, 255);
    assert_true(entries[1].base.address == UINT64_C(0x2000000000));
    assert_int_equal(entries[1].segment, 3);
    assert_int_equal(entries[1].start_bus, 0x80);
    assert_int_equal(entries[1].end_bus, 0x8f);
    assert_int_equal(findings.count, 0);
}

static void padding_after_the_entries_is_tolerated_and_reported(void **state)
{
    put_entry(0xb0000000, 0, 0, 255);
    acpi_draft_put_zeros(&draft, 16);
    acpi_draft_put_zeros(&draft, 7);
    assert_int_equal(mcfg_read(), 1);
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].what, "padding of zeros at offset");
    assert_int_equal(findings.items[0].value, FIRST_ENTRY + 16);
    assert_string_equal(findings.items[1].what, "padding, to length");
    assert_int_equal(findings.items[1].value, FIRST_ENTRY + 39);
}

static void entries_that_cannot_be_true_are_refused_with_the_reason(void **state)
{
    mcfg_end(NULL);
    expect_refusal(0, 0, 255, "base address is 0 in the entry at offset");
    expect_refusal(0xb0080000, 0, 255, "base address is not on a 1 MiB boundary in the entry at offset");
    expect_refusal(0xb0000001, 0, 255, "base address is not on a 1 MiB boundary in the entry at offset");
    expect_refusal(0xb0000000, 1, 0, "last bus is below the first in the entry at offset");
    expect_refusal(UINT64_C(0xfffffffff0100000), 0, 255,
                   "last bus lies beyond the address space in the entry at offset");
}

static void buses_claimed_twice_in_a_segment_stay_with_the_first(void **state)
{
    put_entry(0xb0000000, 0, 0, 0x7f);
    put_entry(0xc0000000, 0, 0x7f, 0xff);
    put_entry(0xd0000000, 1, 0x7f, 0xff);
    put_entry(0xe0000000, 0, 0x80, 0xff);
    assert_int_equal(mcfg_read(), 3);
    assert_int_equal(entries[1].segment, 1);
    assert_int_equal(entries[2].base.address, 0xe0000000);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].what, "buses already belong to an earlier entry, at offset");
}

static void more_entries_than_the_caller_has_room_for_are_reported(void **state)
{
    for (uint16_t i = 0; i < CAPACITY + 2; i++) {
        put_entry(0xb0000000, i, 0, 255);
    }
    assert_int_equal(mcfg_read(), CAPACITY);
    assert_int_equal(findings.count, 2);
    struct acpi_table table = acpi_draft_table(&draft);
    assert_int_equal(acpi_mcfg_entry_room(&table), CAPACITY + 2);
}

static void a_table_without_its_fixed_part_or_bytes_has_no_entries(void **state)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    table.length = FIRST_ENTRY - 1;
    assert_int_equal(acpi_mcfg_entry_room(&table), 0);
    assert_int_equal(acpi_mcfg_read(&table, &findings, entries, CAPACITY), 0);
    assert_true(acpi_image_found(&findings, "MCFG", "shorter than its fixed part: length"));
    table.length = FIRST_ENTRY + 32;
    table.bytes = NULL;
    assert_int_equal(acpi_mcfg_read(&table, &findings, entries, CAPACITY), 0);
}

#define MCFG_TEST(f) cmocka_unit_test_setup_teardown(f, mcfg_begin, mcfg_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MCFG_TEST(segments_and_start_buses_are_read),
        MCFG_TEST(padding_after_the_entries_is_tolerated_and_reported),
        MCFG_TEST(entries_that_cannot_be_true_are_refused_with_the_reason),
        MCFG_TEST(buses_claimed_twice_in_a_segment_stay_with_the_first),
        MCFG_TEST(more_entries_than_the_caller_has_room_for_are_reported),
        MCFG_TEST(a_table_without_its_fixed_part_or_bytes_has_no_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
