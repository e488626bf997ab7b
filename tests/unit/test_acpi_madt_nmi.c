// Reading the MADT's NMI wires.
// sources: arch/acpi/acpi_madt.c arch/acpi/acpi_madt_processor.c arch/acpi/acpi_madt_wiring.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_walk.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c tests/fakes/heap.c
#include "arch/acpi/acpi_madt.h"
#include "tests/fakes/acpi_image.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_madt madt;

static int madt_begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "APIC", 4);
    acpi_draft_put32(&draft, 0xfee00000);
    acpi_draft_put32(&draft, 1);
    return 0;
}

static int madt_end(void **state)
{
    acpi_madt_release(&madt);
    acpi_draft_free(&draft);
    assert_int_equal(fake_heap_live(), 0);
    return 0;
}

static enum result madt_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_madt_read(&table, &findings, &madt);
}

static void put_header(uint8_t type, uint8_t length)
{
    acpi_draft_put8(&draft, type);
    acpi_draft_put8(&draft, length);
}

static void nmi_wires_of_all_three_types_are_read(void **state)
{
    put_header(3, 8);
    acpi_draft_put16(&draft, 0xd);
    acpi_draft_put32(&draft, 30);
    put_header(4, 6);
    acpi_draft_put8(&draft, 0xff);
    acpi_draft_put16(&draft, 5);
    acpi_draft_put8(&draft, 1);
    put_header(10, 12);
    acpi_draft_put16(&draft, 0xf);
    acpi_draft_put32(&draft, 0xff);
    acpi_draft_put8(&draft, 0);
    acpi_draft_put_zeros(&draft, 3);
    put_header(10, 12);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put32(&draft, 0xffffffff);
    acpi_draft_put8(&draft, 2);
    acpi_draft_put_zeros(&draft, 3);
    assert_int_equal(madt_read(), RESULT_OK);

    assert_int_equal(madt.nmi_source_count, 1);
    assert_int_equal(madt.nmi_sources[0].gsi, 30);
    assert_int_equal(madt.nmi_sources[0].mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(madt.local_nmi_count, 2);
    assert_true(madt.local_nmis[0].all_processors);
    assert_int_equal(madt.local_nmis[0].lint, 1);
    assert_false(madt.local_nmis[1].all_processors);
    assert_int_equal(madt.local_nmis[1].uid, 0xff);
    assert_int_equal(madt.local_nmis[1].polarity, INTERRUPT_ACTIVE_LOW);
    assert_true(acpi_image_found(&findings, "APIC", "NMI on a local pin that does not exist at offset"));
}

static void put_local_nmi(uint16_t flags)
{
    put_header(4, 6);
    acpi_draft_put8(&draft, 0xff);
    acpi_draft_put16(&draft, flags);
    acpi_draft_put8(&draft, 1);
}

static void local_nmis_with_reserved_flags_are_garbage_and_left_out(void **state)
{
    static const uint16_t garbage[] = {0x0010, 0x8005, 0x0002, 0x0008};

    for (size_t i = 0; i < ARRAY_COUNT(garbage); i++)
        put_local_nmi(garbage[i]);
    put_local_nmi(0xd);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.local_nmi_count, 1);
    assert_true(acpi_image_found(&findings, "APIC", "NMI on a local pin with reserved flags, left out, at offset"));
    assert_int_equal(findings.count, ARRAY_COUNT(garbage));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nmi_wires_of_all_three_types_are_read, madt_begin, madt_end),
        cmocka_unit_test_setup_teardown(local_nmis_with_reserved_flags_are_garbage_and_left_out, madt_begin, madt_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
