// Reading DMAR and IVRS: each unit once, and records that would lead astray left out.
// sources: arch/acpi/acpi_remap.c arch/acpi/acpi_dmar.c arch/acpi/acpi_ivrs.c arch/acpi/acpi_walk.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_remap.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CAPACITY = 2, DRHD = 0, RMRR = 1 };

#define UNIT_BASE UINT64_C(0xfed90000)

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_remap_unit units[CAPACITY];

static void begin(const char *signature, uint8_t flags)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, signature, 1);
    acpi_draft_put8(&draft, 38);
    acpi_draft_put8(&draft, flags);
    acpi_draft_put_zeros(&draft, 10);
}

static int dmar_begin(void **state)
{
    begin("DMAR", 1);
    return 0;
}

static int ivrs_begin(void **state)
{
    begin("IVRS", 0);
    return 0;
}

static int end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static void put_drhd(uint16_t type, uint16_t segment, uint64_t base)
{
    acpi_draft_put16(&draft, type);
    acpi_draft_put16(&draft, 24);
    acpi_draft_put16(&draft, 1);
    acpi_draft_put16(&draft, segment);
    acpi_draft_put64(&draft, base);
    acpi_draft_put_zeros(&draft, 8);
}

static void put_ivhd(uint8_t type, uint64_t base)
{
    acpi_draft_put8(&draft, type);
    acpi_draft_put8(&draft, 0xb0);
    acpi_draft_put16(&draft, type == 0x10 ? 24 : 40);
    acpi_draft_put16(&draft, 0x10);
    acpi_draft_put16(&draft, 0x40);
    acpi_draft_put64(&draft, base);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put_zeros(&draft, type == 0x10 ? 6 : 22);
}

static uint32_t dmar_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_dmar_read(&table, &findings, units, CAPACITY);
}

static uint32_t ivrs_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_ivrs_read(&table, &findings, units, CAPACITY);
}

static void units_and_segments_are_read_and_other_records_passed_over(void **state)
{
    put_drhd(RMRR, 0, 0x1000); // as long as one
    put_drhd(DRHD, 3, UNIT_BASE);
    assert_int_equal(dmar_read(), 1);
    assert_true(units[0].base.address == UNIT_BASE);
    assert_int_equal(units[0].segment, 3);
    assert_int_equal(findings.count, 0);
}

static void the_flags_are_the_platforms_word_on_interrupts_and_x2apic(void **state)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    assert_int_equal(acpi_dmar_flags(&table), ACPI_DMAR_INTERRUPTS);
    acpi_draft_set(&draft, 37, 1, 2);
    acpi_draft_finish(&draft);
    table = acpi_draft_table(&draft);
    assert_int_equal(acpi_dmar_flags(&table), ACPI_DMAR_X2APIC_OPT_OUT);
}

static void a_base_of_zero_is_no_unit(void **state)
{
    put_drhd(DRHD, 0, 0);
    assert_int_equal(dmar_read(), 0);
    assert_true(acpi_image_found(&findings, "DMAR", "register base is 0 in the record at offset"));
}

static void more_units_than_room_are_a_finding(void **state)
{
    for (uint32_t i = 0; i < 3; i++)
        put_drhd(DRHD, 0, UNIT_BASE + i * 0x1000);
    assert_int_equal(dmar_read(), CAPACITY);
    assert_true(acpi_image_found(&findings, "DMAR", "more units than there is room for, left out at offset"));
}

static void a_record_shorter_than_a_unit_is_a_finding(void **state)
{
    acpi_draft_put16(&draft, DRHD);
    acpi_draft_put16(&draft, 8);
    acpi_draft_put_zeros(&draft, 4);
    put_drhd(DRHD, 0, UNIT_BASE);
    assert_int_equal(dmar_read(), 1);
    assert_true(acpi_image_found(&findings, "DMAR", "record is too short for its type at offset"));
}

static void a_record_of_length_zero_ends_the_walk(void **state)
{
    acpi_draft_put_zeros(&draft, 8);
    put_drhd(DRHD, 0, UNIT_BASE);
    assert_int_equal(dmar_read(), 0);
    assert_int_equal(findings.count, 1);
}

static void a_unit_named_by_several_block_types_is_one(void **state)
{
    put_ivhd(0x10, UNIT_BASE);
    put_ivhd(0x11, UNIT_BASE);
    put_ivhd(0x40, UNIT_BASE);
    assert_int_equal(ivrs_read(), 1);
    assert_true(units[0].base.address == UNIT_BASE);
    assert_int_equal(findings.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(units_and_segments_are_read_and_other_records_passed_over, dmar_begin, end),
        cmocka_unit_test_setup_teardown(the_flags_are_the_platforms_word_on_interrupts_and_x2apic, dmar_begin, end),
        cmocka_unit_test_setup_teardown(a_base_of_zero_is_no_unit, dmar_begin, end),
        cmocka_unit_test_setup_teardown(more_units_than_room_are_a_finding, dmar_begin, end),
        cmocka_unit_test_setup_teardown(a_record_shorter_than_a_unit_is_a_finding, dmar_begin, end),
        cmocka_unit_test_setup_teardown(a_record_of_length_zero_ends_the_walk, dmar_begin, end),
        cmocka_unit_test_setup_teardown(a_unit_named_by_several_block_types_is_one, ivrs_begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
