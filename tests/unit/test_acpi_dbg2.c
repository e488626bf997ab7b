// Reading the DBG2: ports, their first address, and devices that do not fit.
// sources: arch/acpi/acpi_dbg2.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_dbg2.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { DEVICE_AT = 44, NAME_AT = 22 + 12 + 4 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_dbg2 dbg2;
static struct acpi_dbg2_port port;

// One UART in memory at 0xfedc9000, registers of four bytes, named "\_SB".
static int begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "DBG2", 0);
    acpi_draft_put32(&draft, DEVICE_AT);
    acpi_draft_put32(&draft, 1);
    acpi_draft_put8(&draft, 0);
    acpi_draft_put16(&draft, NAME_AT + 5);
    acpi_draft_put8(&draft, 1);
    acpi_draft_put16(&draft, 5);
    acpi_draft_put16(&draft, NAME_AT);
    acpi_draft_put32(&draft, 0);
    acpi_draft_put16(&draft, ACPI_DBG2_SERIAL);
    acpi_draft_put16(&draft, 0x12);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put16(&draft, 22);
    acpi_draft_put16(&draft, 34);
    acpi_draft_put32(&draft, 3u << 24 | 32u << 8);
    acpi_draft_put64(&draft, 0xfedc9000);
    acpi_draft_put32(&draft, 0x1000);
    acpi_draft_put32(&draft, 0x42535f5c);
    acpi_draft_put8(&draft, 0);
    return 0;
}

static int end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static bool next(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    acpi_dbg2_begin(&dbg2, &table, &findings);
    return acpi_dbg2_next(&dbg2, &port);
}

static void a_port_is_read_with_its_address_and_name(void **state)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    acpi_dbg2_begin(&dbg2, &table, &findings);
    assert_true(acpi_dbg2_next(&dbg2, &port));
    assert_int_equal(port.port_type, ACPI_DBG2_SERIAL);
    assert_int_equal(port.port_subtype, 0x12);
    assert_int_equal(port.address_count, 1);
    assert_true(port.address.address == 0xfedc9000);
    assert_int_equal(port.address.access_size, 3);
    assert_int_equal(port.address_size, 0x1000);
    assert_int_equal(port.name_length, 4);
    assert_memory_equal(port.name, "\\_SB", 4);
    assert_false(acpi_dbg2_next(&dbg2, &port));
    assert_int_equal(findings.count, 0);
}

static void a_device_that_does_not_fit_ends_the_reading(void **state)
{
    acpi_draft_set(&draft, DEVICE_AT + 1, 2, 200);
    assert_false(next());
    acpi_draft_set(&draft, DEVICE_AT + 1, 2, 21);
    assert_false(next());
    acpi_draft_set(&draft, 36, 4, 0xfffffff0);
    assert_false(next());
    assert_int_equal(findings.count, 3);
    assert_true(acpi_image_found(&findings, "DBG2", "device does not fit into the table at offset"));
}

static void addresses_and_names_outside_the_device_are_left_out(void **state)
{
    acpi_draft_set(&draft, DEVICE_AT + 3, 1, 3);
    acpi_draft_set(&draft, DEVICE_AT + 4, 2, 6);
    assert_true(next());
    assert_int_equal(port.address_count, 0);
    assert_int_equal(port.name_length, 0);
    assert_true(acpi_image_found(&findings, "DBG2", "addresses lie outside the device at offset"));
    assert_true(acpi_image_found(&findings, "DBG2", "name lies outside the device at offset"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_port_is_read_with_its_address_and_name, begin, end),
        cmocka_unit_test_setup_teardown(a_device_that_does_not_fit_ends_the_reading, begin, end),
        cmocka_unit_test_setup_teardown(addresses_and_names_outside_the_device_are_left_out, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
