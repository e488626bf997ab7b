// Reading the DMAR: records, scopes, and which unit is responsible for what.
// sources: arch/acpi/acpi_dmar.c arch/acpi/acpi_dmar_match.c arch/acpi/acpi_walk.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_dmar.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define GRAPHICS UINT64_C(0xfed90000)
#define REST     UINT64_C(0xfed91000)
#define OTHER    UINT64_C(0xfed92000)

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_table table;
static uint32_t record_at;

static int begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "DMAR", 1);
    acpi_draft_put8(&draft, 38);
    acpi_draft_put8(&draft, 5);
    acpi_draft_put_zeros(&draft, 10);
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

static void record_length_set(void)
{
    acpi_draft_set(&draft, record_at + 2, 2, draft.length - record_at);
}

static void put_unit(uint8_t flags, uint16_t segment, uint64_t base)
{
    record_at = draft.length;
    acpi_draft_put32(&draft, 16u << 16 | ACPI_DMAR_DRHD);
    acpi_draft_put16(&draft, flags);
    acpi_draft_put16(&draft, segment);
    acpi_draft_put64(&draft, base);
}

// Pairs of device and function number, up to one of 0xff.
static void put_scope(uint8_t type, uint8_t id, uint8_t bus, const uint8_t *path)
{
    uint32_t at = draft.length;

    acpi_draft_put8(&draft, type);
    acpi_draft_put8(&draft, 0);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put8(&draft, id);
    acpi_draft_put8(&draft, bus);
    for (; *path != 0xff; path++)
        acpi_draft_put8(&draft, *path);
    acpi_draft_set(&draft, at + 1, 1, draft.length - at);
    record_length_set();
}

#define PATH(...) ((const uint8_t[]){__VA_ARGS__, 0xff})

// A function two bridges down: 00:1c.2 leads to bus 2, 02:00.0 to bus 3, and there it is device 5, function 1.
static const struct acpi_remap_address bridges[] = {{2, 0, 0}, {0, 0x1c, 2}};
static const struct acpi_remap_function deep = {0, {3, 5, 1}, bridges, 2};
static const struct acpi_remap_function graphics = {.address = {0, 2, 0}};

static void all_seven_types_are_read(void **state)
{
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;

    put_unit(ACPI_DMAR_INCLUDE_ALL, 3, REST);
    acpi_draft_set(&draft, record_at + 5, 1, 2);
    record_at = draft.length;
    acpi_draft_put32(&draft, 24u << 16 | ACPI_DMAR_RMRR);
    acpi_draft_put32(&draft, 4u << 16);
    acpi_draft_put64(&draft, 0x7c000000);
    acpi_draft_put64(&draft, 0x7fffffff);
    acpi_draft_put32(&draft, 8u << 16 | ACPI_DMAR_ATSR);
    acpi_draft_put32(&draft, 5u << 16 | 1);
    acpi_draft_put32(&draft, 20u << 16 | ACPI_DMAR_RHSA);
    acpi_draft_put32(&draft, 0);
    acpi_draft_put64(&draft, OTHER);
    acpi_draft_put32(&draft, 7);
    acpi_draft_put32(&draft, 16u << 16 | ACPI_DMAR_ANDD);
    acpi_draft_put32(&draft, 9u << 24);
    acpi_draft_put64(&draft, UINT64_C(0x0030435832)); // "2XC0"
    acpi_draft_put32(&draft, 8u << 16 | ACPI_DMAR_SATC);
    acpi_draft_put32(&draft, 6u << 16 | 1);
    acpi_draft_put32(&draft, 8u << 16 | ACPI_DMAR_SIDP);
    acpi_draft_put32(&draft, 7u << 16);
    finish();

    acpi_dmar_begin(&dmar, &table, &findings);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.segment, 3);
    assert_true(record.base.address == REST);
    assert_int_equal(record.size, 0x4000);
    assert_true(record.flags & ACPI_DMAR_INCLUDE_ALL);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.segment, 4);
    assert_true(record.base.address == 0x7c000000 && record.limit.address == 0x7fffffff);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.type, ACPI_DMAR_ATSR);
    assert_int_equal(record.segment, 5);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_true(record.base.address == OTHER);
    assert_int_equal(record.domain, 7);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.device_number, 9);
    assert_int_equal(record.name_length, 4);
    assert_memory_equal(record.name, "2XC0", 4);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.segment, 6);
    assert_true(acpi_dmar_next(&dmar, &record));
    assert_int_equal(record.segment, 7);
    assert_false(acpi_dmar_next(&dmar, &record));
    assert_int_equal(findings.count, 0);
}

static void a_named_function_has_its_unit_and_others_the_rest(void **state)
{
    put_unit(0, 0, GRAPHICS);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2, 0));
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST);
    finish();
    struct acpi_remap_match match = acpi_dmar_unit_of(&table, &graphics);
    assert_null(match.fault);
    assert_true(match.unit.base.address == GRAPHICS);
    match = acpi_dmar_unit_of(&table, &deep);
    assert_null(match.fault);
    assert_true(match.unit.base.address == REST);
    assert_int_equal(match.source, 0x0329);
}

static void a_bridge_scope_covers_what_is_below_and_the_deepest_wins(void **state)
{
    put_unit(0, 0, OTHER);
    put_scope(ACPI_DMAR_SCOPE_BRIDGE, 0, 0, PATH(0x1c, 2));
    put_unit(0, 0, GRAPHICS);
    put_scope(ACPI_DMAR_SCOPE_BRIDGE, 0, 0, PATH(0x1c, 2, 0, 0));
    finish();
    assert_true(acpi_dmar_unit_of(&table, &deep).unit.base.address == GRAPHICS);
    struct acpi_remap_function beside = {0, {2, 1, 0}, &bridges[1], 1};
    assert_true(acpi_dmar_unit_of(&table, &beside).unit.base.address == OTHER);
}

static void an_endpoint_scope_covers_nothing_below(void **state)
{
    put_unit(0, 0, GRAPHICS);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(0x1c, 2));
    finish();
    assert_string_equal(acpi_dmar_unit_of(&table, &deep).fault,
                        "no unit names it, and none of its segment takes all others");
}

static void a_path_may_start_at_a_bus_below_the_root(void **state)
{
    put_unit(0, 0, GRAPHICS);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 3, PATH(5, 1));
    finish();
    assert_null(acpi_dmar_unit_of(&table, &deep).fault);
    struct acpi_remap_function sibling = {0, {3, 5, 0}, bridges, 2};
    assert_non_null(acpi_dmar_unit_of(&table, &sibling).fault);
}

static void segments_are_kept_apart(void **state)
{
    put_unit(ACPI_DMAR_INCLUDE_ALL, 1, REST);
    finish();
    assert_non_null(acpi_dmar_unit_of(&table, &graphics).fault);
    struct acpi_remap_function there = {1, {0, 2, 0}, NULL, 0};
    assert_null(acpi_dmar_unit_of(&table, &there).fault);
}

static void two_units_that_claim_one_function_are_a_fault(void **state)
{
    put_unit(0, 0, GRAPHICS);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2, 0));
    put_unit(0, 0, OTHER);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2, 0));
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST);
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST + 0x1000);
    finish();
    assert_string_equal(acpi_dmar_unit_of(&table, &graphics).fault, "two units name it");
    assert_string_equal(acpi_dmar_unit_of(&table, &deep).fault,
                        "two units of its segment take all that no other names");
}

static void a_unit_without_registers_is_responsible_for_nothing(void **state)
{
    put_unit(0, 0, 0);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2, 0));
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST);
    finish();
    assert_true(acpi_dmar_unit_of(&table, &graphics).unit.base.address == REST);
}

static struct acpi_remap_match ioapic_unit(uint8_t id, bool is_only, const struct acpi_remap_function *at)
{
    struct acpi_remap_ioapic ioapic = {id, is_only, at};

    return acpi_dmar_unit_of_ioapic(&table, &ioapic);
}

static void ioapics_and_hpets_go_by_id_and_by_function_where_ids_disagree(void **state)
{
    put_unit(0, 0, OTHER);
    put_scope(ACPI_DMAR_SCOPE_IOAPIC, 9, 0, PATH(5, 4));
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST);
    put_scope(ACPI_DMAR_SCOPE_IOAPIC, 8, 0xf0, PATH(0x1f, 0));
    put_scope(ACPI_DMAR_SCOPE_HPET, 0, 0xf0, PATH(0x0f, 0));
    finish();
    struct acpi_remap_match match = ioapic_unit(8, false, NULL);
    assert_true(match.unit.base.address == REST);
    assert_int_equal(match.source, 0xf0f8);
    struct acpi_remap_function at = {0, {0, 5, 4}, NULL, 0};
    match = ioapic_unit(8, false, &at);
    assert_true(match.unit.base.address == OTHER);
    assert_string_equal(ioapic_unit(1, false, NULL).fault, "no unit names it");
    assert_int_equal(acpi_dmar_unit_of_hpet(&table, 0).source, 0xf078);
}

static void the_only_ioapic_is_the_only_scopes_whatever_their_ids(void **state)
{
    put_unit(ACPI_DMAR_INCLUDE_ALL, 0, REST);
    put_scope(ACPI_DMAR_SCOPE_IOAPIC, 8, 0xf0, PATH(0x1f, 0));
    finish();
    assert_non_null(ioapic_unit(2, false, NULL).fault);
    assert_true(ioapic_unit(2, true, NULL).unit.base.address == REST);
    put_scope(ACPI_DMAR_SCOPE_IOAPIC, 9, 0xf0, PATH(0x1f, 1));
    finish();
    assert_non_null(ioapic_unit(2, true, NULL).fault);
}

static void records_and_scopes_that_lie_about_their_length_are_findings(void **state)
{
    struct acpi_dmar dmar;
    struct acpi_dmar_record record;
    struct acpi_dmar_scope scope;
    struct acpi_walk walk;

    acpi_draft_put32(&draft, 8u << 16 | ACPI_DMAR_RMRR);
    acpi_draft_put32(&draft, 0);
    acpi_draft_put32(&draft, 4u << 16 | 77);
    put_unit(0, 0, REST);
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2));    // half a path
    put_scope(ACPI_DMAR_SCOPE_ENDPOINT, 0, 0, PATH(2, 0)); // then one past the end
    acpi_draft_set(&draft, draft.length - 7, 1, 200);
    finish();
    acpi_dmar_begin(&dmar, &table, &findings);
    assert_true(acpi_dmar_next(&dmar, &record));
    acpi_dmar_scope_begin(&record, &walk);
    assert_false(acpi_dmar_scope_next(&walk, &findings, &scope));
    assert_false(acpi_dmar_next(&dmar, &record));
    assert_true(acpi_image_found(&findings, "DMAR", "record is too short for its type at offset"));
    assert_true(acpi_image_found(&findings, "DMAR", "record of an unknown type, passed over at offset"));
    assert_true(acpi_image_found(&findings, "DMAR", "scope without a whole path, passed over: type"));
    assert_true(acpi_image_found(&findings, "DMAR", "scopes of a record end early, at its byte"));
}

#define DMAR_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DMAR_TEST(all_seven_types_are_read),
        DMAR_TEST(a_named_function_has_its_unit_and_others_the_rest),
        DMAR_TEST(a_bridge_scope_covers_what_is_below_and_the_deepest_wins),
        DMAR_TEST(an_endpoint_scope_covers_nothing_below),
        DMAR_TEST(a_path_may_start_at_a_bus_below_the_root),
        DMAR_TEST(segments_are_kept_apart),
        DMAR_TEST(two_units_that_claim_one_function_are_a_fault),
        DMAR_TEST(a_unit_without_registers_is_responsible_for_nothing),
        DMAR_TEST(ioapics_and_hpets_go_by_id_and_by_function_where_ids_disagree),
        DMAR_TEST(the_only_ioapic_is_the_only_scopes_whatever_their_ids),
        DMAR_TEST(records_and_scopes_that_lie_about_their_length_are_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
