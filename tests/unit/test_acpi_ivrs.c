// Reading the IVRS: blocks of every type, device entries, and which unit is responsible for what.
// sources: arch/acpi/acpi_ivrs.c arch/acpi/acpi_ivrs_match.c arch/acpi/acpi_walk.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_ivrs.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FIRST  UINT64_C(0xfd380000)
#define SECOND UINT64_C(0xfd390000)

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_table table;
static uint32_t block_at;

static int begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "IVRS", 2);
    acpi_draft_put_zeros(&draft, 12);
    return 0;
}

static int end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static void finish(void)
{
    acpi_draft_finish(&draft);
    table = acpi_draft_table(&draft);
}

static void block_length_set(void)
{
    acpi_draft_set(&draft, block_at + 2, 2, draft.length - block_at);
}

static void put_unit(uint8_t type, uint16_t segment, uint64_t base)
{
    block_at = draft.length;
    acpi_draft_put8(&draft, type);
    acpi_draft_put8(&draft, 0xb0);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put16(&draft, 2);
    acpi_draft_put16(&draft, 0x40);
    acpi_draft_put64(&draft, base);
    acpi_draft_put16(&draft, segment);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put32(&draft, 0x80048f6f);
    if (type != ACPI_IVRS_UNIT) {
        acpi_draft_put64(&draft, UINT64_C(0x58f77ef22294ade));
        acpi_draft_put64(&draft, 0);
    }
    block_length_set();
}

static void put_entry(uint8_t type, uint16_t id)
{
    acpi_draft_put8(&draft, type);
    acpi_draft_put16(&draft, id);
    acpi_draft_put8(&draft, 0);
    block_length_set();
}

static void put_long_entry(uint8_t type, uint16_t id, uint8_t handle, uint16_t source, uint8_t variety)
{
    put_entry(type, id);
    acpi_draft_put8(&draft, handle);
    acpi_draft_put16(&draft, source);
    acpi_draft_put8(&draft, variety);
    block_length_set();
}

static void put_range(uint16_t first, uint16_t last)
{
    put_entry(ACPI_IVRS_RANGE_START, first);
    put_entry(ACPI_IVRS_RANGE_END, last);
}

static struct acpi_remap_match unit_of(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function)
{
    struct acpi_remap_function asked = {segment, {bus, device, function}, NULL, 0};

    return acpi_ivrs_unit_of(&table, &asked);
}

static void units_of_three_types_and_memory_are_read(void **state)
{
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;

    put_unit(ACPI_IVRS_UNIT, 1, FIRST);
    put_unit(ACPI_IVRS_UNIT_EFR, 1, FIRST);
    put_unit(ACPI_IVRS_UNIT_ACPI, 1, FIRST);
    acpi_draft_put32(&draft, 32u << 16 | 0x0300 | ACPI_IVRS_MEMORY_RANGE);
    acpi_draft_put32(&draft, 0x00200010);
    acpi_draft_put64(&draft, 0);
    acpi_draft_put64(&draft, 0x7c000000);
    acpi_draft_put64(&draft, 0x1000);
    finish();
    acpi_ivrs_begin(&ivrs, &table, &findings);
    assert_true(acpi_ivrs_next(&ivrs, &block));
    assert_int_equal(block.type, ACPI_IVRS_UNIT);
    assert_int_equal(block.features, 0x80048f6f);
    assert_int_equal(block.flags, 0xb0);
    assert_int_equal(block.segment, 1);
    assert_false(acpi_ivrs_is_best(&table, &block));
    assert_true(acpi_ivrs_next(&ivrs, &block));
    assert_true(block.extended_features == UINT64_C(0x58f77ef22294ade));
    assert_false(acpi_ivrs_is_best(&table, &block));
    assert_true(acpi_ivrs_next(&ivrs, &block));
    assert_true(acpi_ivrs_is_best(&table, &block));
    assert_true(acpi_ivrs_next(&ivrs, &block));
    assert_int_equal(block.flags, 3);
    assert_int_equal(block.device_id, 0x10);
    assert_int_equal(block.last_id, 0x20);
    assert_true(block.base.address == 0x7c000000 && block.size == 0x1000);
    assert_false(acpi_ivrs_is_best(&table, &block));
    assert_false(acpi_ivrs_next(&ivrs, &block));
    assert_int_equal(findings.count, 0);
}

static void the_best_block_of_a_unit_decides(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_range(0x0000, 0xffff);
    put_unit(ACPI_IVRS_UNIT_EFR, 0, FIRST);
    put_entry(ACPI_IVRS_SELECT, 0x0010);
    finish();
    assert_null(unit_of(0, 0, 2, 0).fault);
    assert_string_equal(unit_of(0, 0, 3, 0).fault, "no unit names it or a bridge above it");
}

static void ranges_and_selections_keep_their_ends(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_range(0x0008, 0x00ff);
    put_long_entry(ACPI_IVRS_EXTENDED_SELECT, 0x0300, 0, 0, 0);
    put_unit(ACPI_IVRS_UNIT, 0, SECOND);
    put_entry(ACPI_IVRS_PADDING, 0);
    put_range(0x0100, 0x01ff);
    finish();
    assert_non_null(unit_of(0, 0, 0, 7).fault);
    assert_true(unit_of(0, 0, 1, 0).unit.base.address == FIRST);
    assert_true(unit_of(0, 0, 31, 7).unit.base.address == FIRST);
    assert_true(unit_of(0, 1, 0, 0).unit.base.address == SECOND);
    assert_true(unit_of(0, 3, 0, 0).unit.base.address == FIRST);
    assert_non_null(unit_of(0, 2, 0, 0).fault);
    assert_non_null(unit_of(1, 1, 0, 0).fault);
}

static void an_alias_changes_what_requests_carry(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_range(0x0008, 0xfffe);
    put_long_entry(ACPI_IVRS_ALIAS_RANGE_START, 0xff00, 0, 0x00a5, 0);
    put_entry(ACPI_IVRS_RANGE_END, 0xffff);
    put_long_entry(ACPI_IVRS_ALIAS_SELECT, 0x0400, 0, 0x0028, 0);
    finish();
    assert_int_equal(unit_of(0, 0xff, 0, 1).source, 0x00a5);
    assert_int_equal(unit_of(0, 4, 0, 0).source, 0x0028);
    assert_int_equal(unit_of(0, 4, 0, 1).source, 0x0401);
}

static void an_entry_for_all_and_a_bridge_stand_in(void **state)
{
    const struct acpi_remap_address bridge = {0, 0x14, 4};
    struct acpi_remap_function behind = {0, {5, 0, 0}, &bridge, 1};

    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_entry(ACPI_IVRS_SELECT, 0x00a4);
    put_unit(ACPI_IVRS_UNIT, 1, SECOND);
    put_entry(ACPI_IVRS_ALL, 0);
    finish();
    struct acpi_remap_match match = acpi_ivrs_unit_of(&table, &behind);
    assert_true(match.unit.base.address == FIRST);
    assert_int_equal(match.source, 0x00a4);
    assert_true(unit_of(1, 9, 9, 1).unit.base.address == SECOND);
}

static void two_units_that_claim_one_function_are_a_fault(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_range(0, 0xff);
    put_unit(ACPI_IVRS_UNIT, 0, SECOND);
    put_entry(ACPI_IVRS_SELECT, 0x10);
    finish();
    assert_string_equal(unit_of(0, 0, 2, 0).fault, "two units name it");
}

static struct acpi_remap_match ioapic_unit(uint8_t id, bool is_only, const struct acpi_remap_function *at)
{
    struct acpi_remap_ioapic ioapic = {id, is_only, at};

    return acpi_ivrs_unit_of_ioapic(&table, &ioapic);
}

static void ioapics_and_hpets_are_special_devices(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_long_entry(ACPI_IVRS_SPECIAL, 0, 0, 0x00a0, ACPI_IVRS_HPET);
    put_long_entry(ACPI_IVRS_SPECIAL, 0, 0x0d, 0x00a0, ACPI_IVRS_IOAPIC);
    put_unit(ACPI_IVRS_UNIT, 0, SECOND);
    put_long_entry(ACPI_IVRS_SPECIAL, 0, 0x0e, 0x0001, ACPI_IVRS_IOAPIC);
    finish();
    assert_int_equal(acpi_ivrs_unit_of_hpet(&table, 0).source, 0x00a0);
    assert_true(ioapic_unit(0x0e, false, NULL).unit.base.address == SECOND);
    struct acpi_remap_function at = {0, {0, 0x14, 0}, NULL, 0};
    assert_true(ioapic_unit(0x0e, false, &at).unit.base.address == FIRST);
    assert_string_equal(ioapic_unit(2, false, NULL).fault, "no unit names it");
}

static void the_only_ioapic_is_the_only_entrys_whatever_their_ids(void **state)
{
    put_unit(ACPI_IVRS_UNIT, 0, FIRST);
    put_long_entry(ACPI_IVRS_SPECIAL, 0, 0x21, 0x00a0, ACPI_IVRS_IOAPIC);
    finish();
    assert_non_null(ioapic_unit(2, false, NULL).fault);
    assert_int_equal(ioapic_unit(2, true, NULL).source, 0x00a0);
    put_long_entry(ACPI_IVRS_SPECIAL, 0, 0x22, 0x0001, ACPI_IVRS_IOAPIC);
    finish();
    assert_non_null(ioapic_unit(2, true, NULL).fault);
}

static void acpi_names_of_any_length_are_walked_over(void **state)
{
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry;

    put_unit(ACPI_IVRS_UNIT_ACPI, 0, FIRST);
    put_entry(ACPI_IVRS_ACPI_NAME, 0x00a5);
    acpi_draft_put64(&draft, UINT64_C(0x3032303049444d41)); // "AMDI0020"
    acpi_draft_put64(&draft, 0);
    acpi_draft_put8(&draft, 2);
    acpi_draft_put8(&draft, 9);
    acpi_draft_put_zeros(&draft, 9);
    put_entry(ACPI_IVRS_SELECT, 0x0010);
    put_entry(ACPI_IVRS_ALIAS_SELECT, 0x0011); // cut off
    finish();
    acpi_ivrs_begin(&ivrs, &table, &findings);
    assert_true(acpi_ivrs_next(&ivrs, &block));
    acpi_ivrs_entry_begin(&block, &entries);
    assert_true(acpi_ivrs_entry_next(&entries, &entry));
    assert_memory_equal(entry.name, "AMDI0020", 8);
    assert_int_equal(entry.uid_length, 9);
    assert_true(acpi_ivrs_entry_next(&entries, &entry));
    assert_int_equal(entry.device_id, 0x0010);
    assert_false(acpi_ivrs_entry_next(&entries, &entry));
    assert_string_equal(entries.fault, "device entry runs past its block, at its byte");
}

static void blocks_that_are_short_or_unknown_are_findings(void **state)
{
    struct acpi_ivrs ivrs;
    struct acpi_ivrs_block block;

    acpi_draft_put32(&draft, 24u << 16 | ACPI_IVRS_UNIT_EFR);
    acpi_draft_put_zeros(&draft, 20);
    acpi_draft_put32(&draft, 4u << 16 | 0x51);
    finish();
    acpi_ivrs_begin(&ivrs, &table, &findings);
    assert_false(acpi_ivrs_next(&ivrs, &block));
    assert_true(acpi_image_found(&findings, "IVRS", "block is too short for its type at offset"));
    assert_true(acpi_image_found(&findings, "IVRS", "block of an unknown type, passed over at offset"));
}

#define IVRS_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IVRS_TEST(units_of_three_types_and_memory_are_read),
        IVRS_TEST(the_best_block_of_a_unit_decides),
        IVRS_TEST(ranges_and_selections_keep_their_ends),
        IVRS_TEST(an_alias_changes_what_requests_carry),
        IVRS_TEST(an_entry_for_all_and_a_bridge_stand_in),
        IVRS_TEST(two_units_that_claim_one_function_are_a_fault),
        IVRS_TEST(ioapics_and_hpets_are_special_devices),
        IVRS_TEST(the_only_ioapic_is_the_only_entrys_whatever_their_ids),
        IVRS_TEST(acpi_names_of_any_length_are_walked_over),
        IVRS_TEST(blocks_that_are_short_or_unknown_are_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
