// Reading the SRAT: processors to proximity domains.
// sources: arch/acpi/acpi_srat.c arch/acpi/acpi_table.c arch/acpi/acpi_walk.c arch/acpi/acpi_findings.c
// sources: tests/fakes/acpi_image.c

#include "arch/acpi/acpi_srat.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_RECORD = 48 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_srat srat;
static struct acpi_srat_affinity affinity;

static void srat_begin(uint8_t revision)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "SRAT", revision);
    acpi_draft_put32(&draft, 1);
    acpi_draft_put64(&draft, 0);
}

static int srat_end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static void put_apic(uint8_t id, uint32_t domain, uint32_t flags)
{
    acpi_draft_put8(&draft, 0);
    acpi_draft_put8(&draft, 16);
    acpi_draft_put8(&draft, (uint8_t)domain);
    acpi_draft_put8(&draft, id);
    acpi_draft_put32(&draft, flags);
    acpi_draft_put32(&draft, domain & 0xffffff00);
    acpi_draft_put32(&draft, 0);
}

static void put_x2apic(uint32_t id, uint32_t domain, uint32_t flags)
{
    acpi_draft_put8(&draft, 2);
    acpi_draft_put8(&draft, 24);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put32(&draft, domain);
    acpi_draft_put32(&draft, id);
    acpi_draft_put32(&draft, flags);
    acpi_draft_put64(&draft, 0);
}

static void put_memory(void)
{
    acpi_draft_put8(&draft, 1);
    acpi_draft_put8(&draft, 40);
    acpi_draft_put_zeros(&draft, 38);
}

static void srat_start(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    acpi_srat_begin(&srat, &table, &findings);
}

static void expect_affinity(uint32_t id, uint32_t domain)
{
    assert_true(acpi_srat_next(&srat, &affinity));
    assert_int_equal(affinity.apic_id.value, id);
    assert_int_equal(affinity.domain, domain);
}

static void enabled_processors_of_both_types_are_answered(void **state)
{
    srat_begin(3);
    put_apic(4, 1, 1);
    put_memory();
    put_apic(5, 1, 0);
    put_x2apic(0x10000, 0x12345678, 1);
    put_x2apic(0x10001, 2, 0);
    put_apic(6, 0xabcdef01, 1);
    srat_start();
    expect_affinity(4, 1);
    expect_affinity(0x10000, 0x12345678);
    expect_affinity(6, 0xabcdef01);
    assert_false(acpi_srat_next(&srat, &affinity));
    assert_int_equal(findings.count, 0);
}

static void revision_1_has_domains_of_eight_bits(void **state)
{
    srat_begin(1);
    put_apic(6, 0xabcdef01, 1);
    srat_start();
    expect_affinity(6, 1);
}

static void short_records_are_left_out_with_a_finding(void **state)
{
    srat_begin(3);
    acpi_draft_put8(&draft, 0);
    acpi_draft_put8(&draft, 15);
    acpi_draft_put_zeros(&draft, 13);
    acpi_draft_put8(&draft, 2);
    acpi_draft_put8(&draft, 23);
    acpi_draft_put_zeros(&draft, 21);
    put_apic(1, 0, 1);
    srat_start();
    expect_affinity(1, 0);
    assert_false(acpi_srat_next(&srat, &affinity));
    assert_int_equal(findings.count, 2);
    assert_int_equal(findings.items[1].value, FIRST_RECORD + 15);
}

static void a_broken_end_is_reported_once(void **state)
{
    srat_begin(3);
    put_apic(1, 0, 1);
    acpi_draft_put16(&draft, 0);
    srat_start();
    expect_affinity(1, 0);
    assert_false(acpi_srat_next(&srat, &affinity));
    assert_false(acpi_srat_next(&srat, &affinity));
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].value, FIRST_RECORD + 16);
}

static void a_table_without_its_fixed_part_is_an_empty_list_with_a_finding(void **state)
{
    srat_begin(3);
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    table.length = FIRST_RECORD - 1;
    acpi_srat_begin(&srat, &table, &findings);
    assert_false(acpi_srat_next(&srat, &affinity));
    assert_int_equal(findings.count, 1);
    table.bytes = NULL;
    acpi_srat_begin(&srat, &table, &findings);
    assert_false(acpi_srat_next(&srat, &affinity));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(enabled_processors_of_both_types_are_answered, srat_end),
        cmocka_unit_test_teardown(revision_1_has_domains_of_eight_bits, srat_end),
        cmocka_unit_test_teardown(short_records_are_left_out_with_a_finding, srat_end),
        cmocka_unit_test_teardown(a_broken_end_is_reported_once, srat_end),
        cmocka_unit_test_teardown(a_table_without_its_fixed_part_is_an_empty_list_with_a_finding, srat_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
