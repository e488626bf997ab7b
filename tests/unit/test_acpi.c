// The table directory, on good and on hostile bytes.
// sources: arch/acpi/acpi.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c arch/acpi/acpi_walk.c
// sources: tests/fakes/acpi_image.c

#include "arch/acpi/acpi.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { RSDP_AT = 0xe0014, XSDT_AT = 0x7f0e8, RSDT_AT = 0x7f074, TABLES_AT = 0x800001, TABLE_STEP = 0x10000 };

static struct {
    struct acpi_image image;
    uint8_t rsdp[36];
    struct acpi_draft xsdt;
    struct acpi_draft rsdt;
    struct acpi_draft tables[80];
    uint32_t table_count;
    struct acpi_directory directory;
} machine;

static void fix_sum(uint8_t *bytes, uint32_t length, uint32_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)-sum;
}

static void make_rsdp(uint8_t revision)
{
    uint32_t rsdt = RSDT_AT;
    uint32_t length = sizeof(machine.rsdp);
    uint64_t xsdt = XSDT_AT;
    memset(machine.rsdp, 0, sizeof(machine.rsdp));
    memcpy(machine.rsdp, "RSD PTR ", 8);
    machine.rsdp[15] = revision;
    memcpy(machine.rsdp + 16, &rsdt, sizeof(rsdt));
    if (revision >= 2) {
        memcpy(machine.rsdp + 20, &length, sizeof(length));
        memcpy(machine.rsdp + 24, &xsdt, sizeof(xsdt));
    }
    fix_sum(machine.rsdp, 20, 8);
    fix_sum(machine.rsdp, sizeof(machine.rsdp), 32);
}

// A machine of both roots and the given tables, each with four bytes of body. Nothing is finished yet.
static void machine_begin(uint8_t revision)
{
    memset(&machine, 0, sizeof(machine));
    make_rsdp(revision);
    acpi_draft_begin(&machine.xsdt, "XSDT", 1);
    acpi_draft_begin(&machine.rsdt, "RSDT", 1);
}

static struct acpi_draft *machine_add(const char *signature)
{
    struct acpi_draft *draft = &machine.tables[machine.table_count];
    uint32_t address = TABLES_AT + machine.table_count++ * TABLE_STEP;
    acpi_draft_begin(draft, signature, 1);
    acpi_draft_put32(draft, 0x12345678);
    acpi_draft_finish(draft);
    acpi_draft_put64(&machine.xsdt, address);
    acpi_draft_put32(&machine.rsdt, address);
    return draft;
}

static enum result machine_read(void)
{
    acpi_image_add(&machine.image, RSDP_AT, machine.rsdp, machine.rsdp[15] >= 2 ? sizeof(machine.rsdp) : 20);
    acpi_image_add(&machine.image, XSDT_AT, machine.xsdt.bytes, machine.xsdt.length);
    acpi_image_add(&machine.image, RSDT_AT, machine.rsdt.bytes, machine.rsdt.length);
    for (uint32_t i = 0; i < machine.table_count; i++) {
        uint64_t address = TABLES_AT + i * TABLE_STEP;
        acpi_image_add(&machine.image, address, machine.tables[i].bytes, machine.tables[i].length);
    }
    struct acpi_memory memory = acpi_image_memory(&machine.image);
    return acpi_directory_read(&memory, (struct physical){RSDP_AT}, &machine.directory);
}

static void finish_roots(void)
{
    acpi_draft_finish(&machine.xsdt);
    acpi_draft_finish(&machine.rsdt);
}

static int machine_end(void **state)
{
    acpi_draft_free(&machine.xsdt);
    acpi_draft_free(&machine.rsdt);
    for (uint32_t i = 0; i < machine.table_count; i++) {
        acpi_draft_free(&machine.tables[i]);
    }
    return 0;
}

static bool found(const char *table, const char *what)
{
    return acpi_image_found(&machine.directory.findings, table, what);
}

static void tables_are_found_by_signature_and_instance(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    machine_add("SSDT");
    machine_add("SSDT");
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);

    struct acpi_directory *directory = &machine.directory;
    assert_true(directory->from_xsdt);
    assert_int_equal(directory->revision, 2);
    assert_int_equal(directory->count, 3);
    assert_int_equal(directory->usable, 3);
    assert_int_equal(directory->findings.count, 0);
    assert_int_equal(acpi_table_find(directory, "APIC", 0)->address.address, TABLES_AT);
    assert_int_equal(acpi_table_find(directory, "SSDT", 0)->address.address, TABLES_AT + TABLE_STEP);
    assert_int_equal(acpi_table_find(directory, "SSDT", 1)->address.address, TABLES_AT + 2 * TABLE_STEP);
    assert_null(acpi_table_find(directory, "SSDT", 2));
    assert_null(acpi_table_find(directory, "MCFG", 0));
}

static void a_second_table_of_a_kind_is_named_and_many_ssdts_are_not(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    machine_add("SSDT");
    machine_add("SSDT");
    machine_add("APIC");
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);
    assert_int_equal(machine.directory.findings.count, 1);
    assert_true(found("APIC", "one more table of this kind, the first stands: address"));
}

static void fields_beyond_the_end_of_a_table_read_as_zero(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);

    const struct acpi_table *table = acpi_table_find(&machine.directory, "APIC", 0);
    assert_int_equal(acpi_table_read32(table, 36), 0x12345678);
    assert_int_equal(acpi_table_read16(table, 37), 0x3456);
    assert_int_equal(acpi_table_read8(table, 39), 0x12);
    assert_int_equal(acpi_table_read32(table, 37), 0);
    assert_int_equal(acpi_table_read64(table, 36), 0);
    assert_int_equal(acpi_table_read8(table, UINT32_MAX), 0);
    assert_int_equal(acpi_table_read_address(table, 36).address, 0);
    assert_true(acpi_table_has(table, 36, 4));
    assert_false(acpi_table_has(table, 36, 5));
    assert_false(acpi_table_has(table, 37, UINT32_MAX));
}

static void revision_0_reads_the_rsdt_and_no_extended_bytes(void **state)
{
    machine_begin(0);
    machine_add("APIC");
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);
    assert_false(machine.directory.from_xsdt);
    assert_int_equal(machine.directory.usable, 1);
    assert_int_equal(machine.directory.findings.count, 0);
}

static void a_bad_xsdt_falls_back_to_the_rsdt(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    finish_roots();
    machine.xsdt.bytes[36] ^= 1;
    assert_int_equal(machine_read(), RESULT_OK);
    assert_false(machine.directory.from_xsdt);
    assert_int_equal(machine.directory.usable, 1);
    assert_true(found("XSDT", "checksum is off by"));
}

static void a_root_with_another_signature_is_refused(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    memcpy(machine.xsdt.bytes, "DSDT", 4);
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);
    assert_false(machine.directory.from_xsdt);
    assert_true(found("XSDT", "another table stands at address"));
}

static void a_bad_extended_checksum_leaves_the_rsdt(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    finish_roots();
    machine.rsdp[32]++;
    assert_int_equal(machine_read(), RESULT_OK);
    assert_false(machine.directory.from_xsdt);
    assert_true(found("RSDP", "extended checksum is off by"));
}

static void a_bad_short_checksum_under_a_good_extended_one_is_only_a_finding(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    finish_roots();
    machine.rsdp[8]++;
    machine.rsdp[32]--;
    assert_int_equal(machine_read(), RESULT_OK);
    assert_true(machine.directory.from_xsdt);
    assert_true(found("RSDP", "checksum is off by"));
}

static void an_rsdp_without_any_good_checksum_is_refused(void **state)
{
    machine_begin(2);
    finish_roots();
    machine.rsdp[9]++;
    assert_int_equal(machine_read(), RESULT_BAD_CHECKSUM);
    assert_int_equal(machine.directory.count, 0);
}

static void an_rsdp_whose_length_makes_no_sense_leaves_the_rsdt(void **state)
{
    static const uint32_t lengths[] = {0, 35, 4097, UINT32_MAX, 40};
    for (uint32_t i = 0; i < ARRAY_COUNT(lengths); i++) {
        machine_begin(2);
        machine_add("APIC");
        finish_roots();
        memcpy(machine.rsdp + 20, &lengths[i], 4);
        fix_sum(machine.rsdp, sizeof(machine.rsdp), 32);
        assert_int_equal(machine_read(), RESULT_OK);
        assert_false(machine.directory.from_xsdt);
        const char *what =
            lengths[i] == 40 ? "not all of it is readable memory: length" : "extended length makes no sense:";
        assert_true(found("RSDP", what));
        machine_end(NULL);
    }
    machine.table_count = 0;
}

static void an_rsdp_that_is_none_is_named_and_its_absence_is_no_fault(void **state)
{
    struct acpi_memory memory = acpi_image_memory(&machine.image);
    machine_begin(2);
    assert_int_equal(acpi_directory_read(&memory, (struct physical){0}, &machine.directory), RESULT_NOT_FOUND);
    assert_int_equal(machine.directory.findings.count, 0);
    assert_int_equal(acpi_directory_read(&memory, (struct physical){0x1000}, &machine.directory), RESULT_NOT_FOUND);
    assert_true(found("RSDP", "no readable memory at address"));
    machine.rsdp[0] = 'r';
    assert_int_equal(machine_read(), RESULT_INVALID);
    assert_true(found("RSDP", "no signature at address"));
}

static void no_usable_root_is_an_error_with_its_reasons(void **state)
{
    machine_begin(2);
    finish_roots();
    machine.xsdt.bytes[9]++;
    acpi_draft_set(&machine.rsdt, 4, 4, 35);
    assert_int_equal(machine_read(), RESULT_OUT_OF_BOUNDS);
    assert_true(found("XSDT", "checksum is off by"));
    assert_true(found("RSDT", "shorter than a table header: length"));
    assert_true(found("RSDP", "leads to no usable XSDT or RSDT; revision"));
}

static void one_bad_table_does_not_spoil_the_others(void **state)
{
    machine_begin(2);
    struct acpi_draft *sum = machine_add("APIC");
    struct acpi_draft *small = machine_add("MCFG");
    struct acpi_draft *large = machine_add("SRAT");
    struct acpi_draft *huge = machine_add("SPCR");
    machine_add("FACP");
    acpi_draft_put64(&machine.xsdt, UINT64_MAX - 8);
    acpi_draft_put64(&machine.xsdt, 0);
    finish_roots();
    sum->bytes[38]++;
    acpi_draft_set(small, 4, 4, 0);
    acpi_draft_set(large, 4, 4, large->length + 1);
    acpi_draft_set(huge, 4, 4, ACPI_TABLE_MAXIMUM + 1);
    assert_int_equal(machine_read(), RESULT_OK);

    assert_int_equal(machine.directory.count, 6);
    assert_int_equal(machine.directory.usable, 1);
    assert_non_null(acpi_table_find(&machine.directory, "FACP", 0));
    assert_null(acpi_table_find(&machine.directory, "APIC", 0));
    assert_true(found("APIC", "checksum is off by"));
    assert_true(found("MCFG", "shorter than a table header: length"));
    assert_true(found("SRAT", "not all of it is readable memory: length"));
    assert_true(found("SPCR", "longer than any real table: length"));
    assert_true(found("????", "no readable memory at address"));
    assert_true(found("XSDT", "empty entry at offset"));
}

static void bytes_after_the_last_entry_are_reported(void **state)
{
    machine_begin(2);
    machine_add("APIC");
    acpi_draft_put32(&machine.xsdt, 0x1000);
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);
    assert_int_equal(machine.directory.count, 1);
    assert_true(found("XSDT", "bytes left over after the last entry:"));
}

static void tables_beyond_the_limit_are_counted_and_reported(void **state)
{
    machine_begin(2);
    for (uint32_t i = 0; i < ACPI_TABLE_COUNT + 3; i++) {
        machine_add("SSDT");
    }
    finish_roots();
    assert_int_equal(machine_read(), RESULT_OK);
    assert_int_equal(machine.directory.count, ACPI_TABLE_COUNT);
    assert_int_equal(machine.directory.dropped, 3);
    assert_true(found("XSDT", "more tables than this kernel keeps:"));
}

static void findings_beyond_the_list_are_counted_and_unprintable_names_are_masked(void **state)
{
    struct acpi_findings findings = {0};
    for (uint32_t i = 0; i < ACPI_FINDING_COUNT + 5; i++) {
        acpi_findings_add(&findings, "A\x1b[2", "checksum is off by", i);
    }
    assert_int_equal(findings.count, ACPI_FINDING_COUNT);
    assert_int_equal(findings.dropped, 5);
    assert_string_equal(findings.items[0].table, "A?[2");
    assert_int_equal(findings.items[63].value, 63);
    acpi_findings_add(NULL, "APIC", "nothing to keep it in", 0);
}

#define MACHINE_TEST(f) cmocka_unit_test_teardown(f, machine_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MACHINE_TEST(tables_are_found_by_signature_and_instance),
        MACHINE_TEST(a_second_table_of_a_kind_is_named_and_many_ssdts_are_not),
        MACHINE_TEST(fields_beyond_the_end_of_a_table_read_as_zero),
        MACHINE_TEST(revision_0_reads_the_rsdt_and_no_extended_bytes),
        MACHINE_TEST(a_bad_xsdt_falls_back_to_the_rsdt),
        MACHINE_TEST(a_root_with_another_signature_is_refused),
        MACHINE_TEST(a_bad_extended_checksum_leaves_the_rsdt),
        MACHINE_TEST(a_bad_short_checksum_under_a_good_extended_one_is_only_a_finding),
        MACHINE_TEST(an_rsdp_without_any_good_checksum_is_refused),
        MACHINE_TEST(an_rsdp_whose_length_makes_no_sense_leaves_the_rsdt),
        MACHINE_TEST(an_rsdp_that_is_none_is_named_and_its_absence_is_no_fault),
        MACHINE_TEST(no_usable_root_is_an_error_with_its_reasons),
        MACHINE_TEST(one_bad_table_does_not_spoil_the_others),
        MACHINE_TEST(bytes_after_the_last_entry_are_reported),
        MACHINE_TEST(tables_beyond_the_limit_are_counted_and_reported),
        cmocka_unit_test(findings_beyond_the_list_are_counted_and_unprintable_names_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
