// Reading the SPCR: where the firmware's serial console is.
// sources: arch/acpi/acpi_spcr.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_spcr.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH_1 = 80, LENGTH_4 = 88 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_spcr spcr;

static void set_address(uint8_t space, uint64_t address)
{
    acpi_draft_set(&draft, 40, 1, space);
    acpi_draft_set(&draft, 41, 1, 8);
    acpi_draft_set(&draft, 44, 8, address);
}

// COM1 at 115200, no PCI device.
static void spcr_begin(uint8_t revision, uint32_t length)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "SPCR", revision);
    acpi_draft_put_zeros(&draft, length - ACPI_HEADER_SIZE);
    set_address(1, 0x3f8);
    acpi_draft_set(&draft, 58, 1, 7);
    acpi_draft_set(&draft, 64, 4, 0xffffffff);
}

static int spcr_end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static enum result spcr_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_spcr_read(&table, &findings, &spcr);
}

static void a_legacy_port_is_read(void **state)
{
    spcr_begin(1, LENGTH_1);
    assert_int_equal(spcr_read(), RESULT_OK);
    assert_int_equal(spcr.interface_type, ACPI_SPCR_16550);
    assert_int_equal(spcr.address.space, ACPI_SPACE_PORT);
    assert_int_equal(spcr.address.address, 0x3f8);
    assert_int_equal(spcr.baud, 115200);
    assert_false(spcr.is_pci);
    assert_int_equal(findings.count, 0);
}

static void a_memory_mapped_pci_port_is_read(void **state)
{
    spcr_begin(2, LENGTH_1);
    set_address(0, UINT64_C(0xe000001000));
    acpi_draft_set(&draft, 36, 1, 0x12);
    acpi_draft_set(&draft, 64, 2, 0xa13d);
    acpi_draft_set(&draft, 66, 2, 0x8086);
    acpi_draft_set(&draft, 68, 1, 2);
    acpi_draft_set(&draft, 69, 1, 0x16);
    acpi_draft_set(&draft, 70, 1, 3);
    acpi_draft_set(&draft, 75, 1, 1);
    assert_int_equal(spcr_read(), RESULT_OK);
    assert_int_equal(spcr.interface_type, ACPI_SPCR_16550_ANY);
    assert_true(spcr.address.address == UINT64_C(0xe000001000));
    assert_true(spcr.is_pci);
    assert_int_equal(spcr.pci_device_id, 0xa13d);
    assert_int_equal(spcr.pci_vendor, 0x8086);
    assert_int_equal(spcr.pci_segment, 1);
    assert_int_equal(spcr.pci_bus, 2);
    assert_int_equal(spcr.pci_device, 0x16);
    assert_int_equal(spcr.pci_function, 3);
}

static void baud_codes_are_decoded_and_unknown_ones_reported(void **state)
{
    static const uint32_t expected[][2] = {{0, 0}, {3, 9600}, {4, 19200}, {6, 57600}, {7, 115200}, {5, 0}, {255, 0}};
    for (uint32_t i = 0; i < ARRAY_COUNT(expected); i++) {
        spcr_begin(1, LENGTH_1);
        acpi_draft_set(&draft, 58, 1, expected[i][0]);
        assert_int_equal(spcr_read(), RESULT_OK);
        assert_int_equal(spcr.baud, expected[i][1]);
        assert_int_equal(findings.count, expected[i][0] == 5 || expected[i][0] == 255);
        spcr_end(NULL);
    }
}

static void a_precise_baud_rate_counts_from_revision_4_on(void **state)
{
    spcr_begin(4, LENGTH_4);
    acpi_draft_set(&draft, 80, 4, 1500000);
    assert_int_equal(spcr_read(), RESULT_OK);
    assert_int_equal(spcr.baud, 1500000);
    spcr_end(NULL);

    spcr_begin(3, LENGTH_4);
    acpi_draft_set(&draft, 80, 4, 1500000);
    assert_int_equal(spcr_read(), RESULT_OK);
    assert_int_equal(spcr.baud, 115200);
}

static void address_zero_means_redirection_is_off(void **state)
{
    spcr_begin(2, LENGTH_1);
    set_address(0, 0);
    assert_int_equal(spcr_read(), RESULT_NOT_FOUND);
    assert_int_equal(findings.count, 0);
}

static void an_unknown_address_space_is_refused(void **state)
{
    spcr_begin(2, LENGTH_1);
    set_address(0x7f, 0x3f8);
    assert_int_equal(spcr_read(), RESULT_UNSUPPORTED);
    assert_int_equal(findings.count, 1);
}

static void every_length_below_the_first_revision_is_refused(void **state)
{
    for (uint32_t length = ACPI_HEADER_SIZE + 40; length <= LENGTH_1; length++) {
        spcr_begin(4, length);
        assert_int_equal(spcr_read(), RESULT_OK);
        spcr_end(NULL);
    }
    spcr_begin(1, LENGTH_1);
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    for (table.length = 0; table.length < 76; table.length++) {
        assert_int_equal(acpi_spcr_read(&table, &findings, &spcr), RESULT_TRUNCATED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_legacy_port_is_read, spcr_end),
        cmocka_unit_test_teardown(a_memory_mapped_pci_port_is_read, spcr_end),
        cmocka_unit_test(baud_codes_are_decoded_and_unknown_ones_reported),
        cmocka_unit_test_teardown(a_precise_baud_rate_counts_from_revision_4_on, spcr_end),
        cmocka_unit_test_teardown(address_zero_means_redirection_is_off, spcr_end),
        cmocka_unit_test_teardown(an_unknown_address_space_is_refused, spcr_end),
        cmocka_unit_test_teardown(every_length_below_the_first_revision_is_refused, spcr_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
