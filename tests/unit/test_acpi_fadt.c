// Reading the FADT in all the lengths it has had since ACPI 1.0.
// sources: arch/acpi/acpi_fadt.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c

#include "arch/acpi/acpi_fadt.h"
#include "tests/fakes/acpi_image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// Lengths by ACPI version: 1.0, 1.5 (reset register), 2.0 to 4.0, 5.0, 5.1 and later.
enum { LENGTH_1_0 = 116, LENGTH_1_5 = 132, LENGTH_2_0 = 244, LENGTH_5_0 = 268, LENGTH_6_0 = 276 };
enum { TMR_VAL_EXT = 1 << 8, RESET_REG_SUP = 1 << 10, HW_REDUCED = 1 << 20 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_fadt fadt;

static void set(uint32_t offset, uint32_t size, uint64_t value)
{
    if (offset + size <= draft.length) {
        acpi_draft_set(&draft, offset, size, value);
    }
}

static void set_address(uint32_t offset, uint8_t space, uint64_t address)
{
    set(offset, 1, space);
    set(offset + 1, 1, 32);
    set(offset + 3, 1, 3);
    set(offset + 4, 8, address);
}

// A PC's FADT of that length: every field set that lies inside.
static void fadt_begin(uint8_t revision, uint32_t length, uint32_t flags)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "FACP", revision);
    acpi_draft_put_zeros(&draft, length - ACPI_HEADER_SIZE);
    set(40, 4, 0x7fe0000);
    set(46, 2, 9);
    set(76, 4, 0x608);
    set(91, 1, 4);
    set(109, 2, 0x3);
    set(112, 4, flags);
    set_address(116, 1, 0xcf9);
    set(128, 1, 0xf);
    set(140, 8, UINT64_C(0x17fe0000));
    set_address(208, 1, 0x608);
}

static enum result fadt_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_fadt_read(&table, &findings, &fadt);
}

static int fadt_end(void **state)
{
    acpi_draft_free(&draft);
    return 0;
}

static void the_fixed_registers_are_ports_and_the_wide_address_counts_where_the_old_is_zero(void **state)
{
    fadt_begin(6, LENGTH_6_0, 0);
    set(48, 4, 0xb2);
    set(52, 1, 2);
    set(56, 4, 0x600);
    set(88, 1, 4);
    set(64, 4, 0x604);
    set(89, 1, 2);
    set(92, 1, 16);
    set_address(148, 1, 0x700);
    set_address(220, 1, 0x620);
    set_address(232, 0, 0xfed00000); // in memory
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_int_equal(fadt.pm1_event[0].port, 0x600);
    assert_int_equal(fadt.pm1_event[0].length, 4);
    assert_int_equal(fadt.pm1_event[1].port, 0);
    assert_int_equal(fadt.pm1_control[0].port, 0x604);
    assert_int_equal(fadt.gpe[0].port, 0x620);
    assert_int_equal(fadt.gpe[0].length, 16);
    assert_int_equal(fadt.gpe[1].port, 0);
    assert_int_equal(fadt.smi_command, 0xb2);
    assert_int_equal(fadt.acpi_enable, 2);
    assert_true(fadt.has_power_button);
    fadt_end(state);
    fadt_begin(6, LENGTH_6_0, HW_REDUCED | 1 << 4);
    set(56, 4, 0x600);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_int_equal(fadt.pm1_event[0].port, 0);
    assert_false(fadt.has_power_button);
}

static void a_present_day_fadt_gives_all_facts(void **state)
{
    fadt_begin(6, LENGTH_6_0, TMR_VAL_EXT | RESET_REG_SUP);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_int_equal(fadt.revision, 6);
    assert_int_equal(fadt.dsdt.address, 0x17fe0000);
    assert_int_equal(fadt.sci_interrupt, 9);
    assert_true(fadt.has_pm_timer);
    assert_int_equal(fadt.pm_timer.space, ACPI_SPACE_PORT);
    assert_int_equal(fadt.pm_timer.address, 0x608);
    assert_int_equal(fadt.pm_timer.access_size, 3);
    assert_int_equal(fadt.pm_timer_bits, 32);
    assert_true(fadt.has_reset);
    assert_int_equal(fadt.reset.address, 0xcf9);
    assert_int_equal(fadt.reset_value, 0xf);
    assert_true(fadt.has_legacy_devices && fadt.has_8042);
    assert_false(fadt.no_msi || fadt.hardware_reduced);
    assert_int_equal(findings.count, 0);
}

static void an_acpi_1_fadt_is_read_without_what_came_later(void **state)
{
    fadt_begin(1, LENGTH_1_0, RESET_REG_SUP);
    set(109, 2, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_int_equal(fadt.dsdt.address, 0x7fe0000);
    assert_true(fadt.has_pm_timer);
    assert_int_equal(fadt.pm_timer.space, ACPI_SPACE_PORT);
    assert_int_equal(fadt.pm_timer.address, 0x608);
    assert_int_equal(fadt.pm_timer_bits, 24);
    assert_false(fadt.has_reset);
    assert_true(fadt.has_legacy_devices && fadt.has_8042);
}

// The draft's bytes end with the table, so a read beyond any of these lengths is an error of the address sanitizer.
static void no_length_is_read_beyond_its_end(void **state)
{
    for (uint32_t length = ACPI_HEADER_SIZE; length <= LENGTH_6_0; length++) {
        fadt_begin(3, length, TMR_VAL_EXT | RESET_REG_SUP);
        assert_int_equal(fadt_read(), length < LENGTH_1_0 ? RESULT_TRUNCATED : RESULT_OK);
        if (length >= LENGTH_1_0) {
            assert_int_equal(fadt.has_reset, length > 128);
            assert_int_equal(fadt.dsdt.address, length >= 148 ? 0x17fe0000 : 0x7fe0000);
            assert_true(fadt.has_pm_timer);
        }
        fadt_end(NULL);
    }
}

static void the_reset_register_counts_only_with_its_flag(void **state)
{
    fadt_begin(3, LENGTH_1_5, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_reset);
}

static void a_reset_register_in_an_unknown_space_is_reported(void **state)
{
    fadt_begin(3, LENGTH_2_0, RESET_REG_SUP);
    set_address(116, 0x7f, 0x64);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_reset);
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].value, 0x64);
}

static void a_reset_register_without_width_is_refused(void **state)
{
    fadt_begin(6, LENGTH_6_0, RESET_REG_SUP);
    set(117, 1, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_reset);
    assert_true(acpi_image_found(&findings, "FACP", "reset register has a width of 0: address"));
    acpi_draft_free(&draft);
    // As some firmware gives it: port 0xcf9, said to be memory.
    fadt_begin(6, LENGTH_6_0, RESET_REG_SUP);
    set(116, 1, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_reset);
    assert_true(acpi_image_found(&findings, "FACP", "reset register lies in the RAM below 1 MiB: address"));
}

static void a_reset_register_in_pci_configuration_space_may_be_at_zero(void **state)
{
    fadt_begin(3, LENGTH_2_0, RESET_REG_SUP);
    set_address(116, 2, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_true(fadt.has_reset);
    assert_int_equal(fadt.reset.space, ACPI_SPACE_PCI);
}

static void the_extended_pm_timer_is_preferred_and_a_difference_reported(void **state)
{
    fadt_begin(6, LENGTH_6_0, 0);
    set_address(208, 0, UINT64_C(0x100000000));
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_int_equal(fadt.pm_timer.space, ACPI_SPACE_MEMORY);
    assert_true(fadt.pm_timer.address == UINT64_C(0x100000000));
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].value, 0x608);
}

static void an_empty_extended_pm_timer_leaves_the_port(void **state)
{
    fadt_begin(6, LENGTH_6_0, 0);
    set_address(208, 1, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_true(fadt.has_pm_timer);
    assert_int_equal(fadt.pm_timer.address, 0x608);
}

static void no_block_or_no_length_is_no_pm_timer(void **state)
{
    fadt_begin(3, LENGTH_2_0, 0);
    set_address(208, 1, 0);
    set(91, 1, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_pm_timer);
    fadt_end(NULL);

    fadt_begin(1, LENGTH_1_0, 0);
    set(76, 4, 0);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.has_pm_timer);
}

static void hardware_reduced_acpi_has_no_pm_timer(void **state)
{
    fadt_begin(5, LENGTH_5_0, HW_REDUCED);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_true(fadt.hardware_reduced);
    assert_false(fadt.has_pm_timer);
}

static void boot_flags_are_taken_from_revision_2_on(void **state)
{
    fadt_begin(4, LENGTH_2_0, 0);
    set(109, 2, 0x8);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_true(fadt.no_msi);
    assert_false(fadt.has_8042 || fadt.has_legacy_devices);
    fadt_end(NULL);

    fadt_begin(1, LENGTH_1_0, 0);
    set(109, 2, 0x8);
    assert_int_equal(fadt_read(), RESULT_OK);
    assert_false(fadt.no_msi);
    assert_true(fadt.has_8042);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_fixed_registers_are_ports_and_the_wide_address_counts_where_the_old_is_zero,
                                  fadt_end),
        cmocka_unit_test_teardown(a_present_day_fadt_gives_all_facts, fadt_end),
        cmocka_unit_test_teardown(an_acpi_1_fadt_is_read_without_what_came_later, fadt_end),
        cmocka_unit_test(no_length_is_read_beyond_its_end),
        cmocka_unit_test_teardown(the_reset_register_counts_only_with_its_flag, fadt_end),
        cmocka_unit_test_teardown(a_reset_register_in_an_unknown_space_is_reported, fadt_end),
        cmocka_unit_test_teardown(a_reset_register_without_width_is_refused, fadt_end),
        cmocka_unit_test_teardown(a_reset_register_in_pci_configuration_space_may_be_at_zero, fadt_end),
        cmocka_unit_test_teardown(the_extended_pm_timer_is_preferred_and_a_difference_reported, fadt_end),
        cmocka_unit_test_teardown(an_empty_extended_pm_timer_leaves_the_port, fadt_end),
        cmocka_unit_test_teardown(no_block_or_no_length_is_no_pm_timer, fadt_end),
        cmocka_unit_test_teardown(hardware_reduced_acpi_has_no_pm_timer, fadt_end),
        cmocka_unit_test_teardown(boot_flags_are_taken_from_revision_2_on, fadt_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
