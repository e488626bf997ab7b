// The walk over untrusted lists of records, on good and on hostile bytes.
// sources: arch/acpi/acpi_walk.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c
#include "arch/acpi/acpi_walk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint32_t walk_all(struct acpi_walk *walk, const void *bytes, uint32_t length, enum acpi_walk_width width)
{
    struct acpi_record record;
    uint32_t count = 0;
    acpi_walk_begin(walk, bytes, length, 0, width);
    while (acpi_walk_next(walk, &record)) {
        assert_true(record.offset + record.length <= length);
        assert_true(++count <= length / 2); // or else it would not end
    }
    assert_false(acpi_walk_next(walk, &record));
    return count;
}

static void records_of_both_widths_are_walked_to_the_end(void **state)
{
    static const uint8_t narrow[] = {0, 8, 1, 2, 3, 4, 5, 6, 9, 2, 7, 3, 0xff};
    static const uint8_t wide[] = {1, 0, 6, 0, 0xaa, 0xbb, 0x34, 0x12, 4, 0};
    struct acpi_walk walk;
    assert_int_equal(walk_all(&walk, narrow, sizeof(narrow), ACPI_WALK_8BIT), 3);
    assert_null(walk.fault);
    assert_int_equal(walk_all(&walk, wide, sizeof(wide), ACPI_WALK_16BIT), 2);
    assert_null(walk.fault);

    struct acpi_record record;
    acpi_walk_begin(&walk, wide, sizeof(wide), 6, ACPI_WALK_16BIT);
    assert_true(acpi_walk_next(&walk, &record));
    assert_int_equal(record.type, 0x1234);
    assert_int_equal(record.length, 4);
    assert_int_equal(record.offset, 6);
}

static void expect_fault(const uint8_t *bytes, uint32_t length, enum acpi_walk_width width, uint32_t good,
                         uint32_t offset, const char *fault)
{
    struct acpi_walk walk;
    struct acpi_findings findings = {0};
    assert_int_equal(walk_all(&walk, bytes, length, width), good);
    assert_string_equal(walk.fault, fault);
    acpi_walk_report(&walk, &findings, "APIC");
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].value, offset);
}

static void a_walk_stops_at_the_first_broken_record_and_says_where(void **state)
{
    static const char shorter[] = "record is shorter than its own header at offset";
    static const char past[] = "record runs past the end at offset";
    static const char cut[] = "record header is cut off at offset";
    static const uint8_t zero[] = {0, 4, 1, 2, 5, 0, 0, 0};
    static const uint8_t one[] = {5, 1, 5, 2};
    static const uint8_t long_record[] = {0, 2, 1, 4, 9};
    static const uint8_t half[] = {0, 2, 1};
    static const uint8_t wide_short[] = {1, 0, 3, 0, 0, 0};
    static const uint8_t wide_half[] = {1, 0, 4, 0, 2, 0, 4};
    static const uint8_t wide_long[] = {1, 0, 0xff, 0xff};
    expect_fault(zero, sizeof(zero), ACPI_WALK_8BIT, 1, 4, shorter);
    expect_fault(one, sizeof(one), ACPI_WALK_8BIT, 0, 0, shorter);
    expect_fault(long_record, sizeof(long_record), ACPI_WALK_8BIT, 1, 2, past);
    expect_fault(half, sizeof(half), ACPI_WALK_8BIT, 1, 2, cut);
    expect_fault(wide_short, sizeof(wide_short), ACPI_WALK_16BIT, 0, 0, shorter);
    expect_fault(wide_half, sizeof(wide_half), ACPI_WALK_16BIT, 1, 4, cut);
    expect_fault(wide_long, sizeof(wide_long), ACPI_WALK_16BIT, 0, 0, past);
}

static void a_walk_that_starts_beyond_the_end_is_empty_with_a_fault(void **state)
{
    static const uint8_t bytes[4];
    struct acpi_walk walk;
    struct acpi_record record;
    acpi_walk_begin(&walk, bytes, sizeof(bytes), 5, ACPI_WALK_8BIT);
    assert_false(acpi_walk_next(&walk, &record));
    assert_non_null(walk.fault);
    acpi_walk_begin(&walk, bytes, sizeof(bytes), 4, ACPI_WALK_8BIT);
    assert_false(acpi_walk_next(&walk, &record));
    assert_null(walk.fault);
}

static void a_record_is_copied_only_when_it_is_long_enough(void **state)
{
    static const uint8_t bytes[] = {1, 4, 0xaa, 0xbb};
    struct acpi_record record = {.type = 1, .length = 4, .bytes = bytes};
    uint8_t to[5] = {0};
    assert_false(acpi_record_copy(&record, to, 5));
    assert_int_equal(to[0], 0);
    assert_true(acpi_record_copy(&record, to, 4));
    assert_int_equal(to[3], 0xbb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_both_widths_are_walked_to_the_end),
        cmocka_unit_test(a_walk_stops_at_the_first_broken_record_and_says_where),
        cmocka_unit_test(a_walk_that_starts_beyond_the_end_is_empty_with_a_fault),
        cmocka_unit_test(a_record_is_copied_only_when_it_is_long_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
