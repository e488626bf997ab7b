// What a person reads for a PCI function: lspci's words, shortened so that a row stays a row.

#include "kernel/commands/pci_names.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char text[PCI_IDS_TEXT];

static const char *name_in(uint16_t vendor, uint16_t device, size_t columns)
{
    struct device function = {.vendor_id = vendor, .device_id = device};
    memset(text, '#', sizeof(text));
    pci_names_function(&function, columns, text);
    assert_true(strlen(text) <= columns);
    return text;
}

static const char *class_of(uint32_t code)
{
    pci_names_class(code, text);
    return text;
}

static void a_name_that_fits_is_lspcis(void **state)
{
    assert_string_equal(name_in(0x1b36, 0x0010, 41), "Red Hat, Inc. QEMU NVM Express Controller");
    assert_string_equal(name_in(0x8086, 0x10d3, 90), "Intel Corporation 82574L Gigabit Network Connection");
}

static void what_has_no_name_is_told_by_its_numbers(void **state)
{
    assert_string_equal(name_in(0x8086, 0xfffe, 90), "Intel Corporation Device fffe");
    uint16_t nobody = 1;
    char expected[32];
    while (pci_ids_vendor(nobody, text))
        nobody++;
    snprintf(expected, sizeof(expected), "Device %04x:11e8", nobody);
    assert_string_equal(name_in(nobody, 0x11e8, 90), expected);
}

static void the_vendor_gives_way_first(void **state)
{
    assert_string_equal(name_in(0x1b36, 0x0010, 40), "Red Hat QEMU NVM Express Controller");
    assert_string_equal(name_in(0x8086, 0x10d3, 50), "Intel 82574L Gigabit Network Connection");
    // Advanced Micro Devices, Inc. [AMD/ATI]
    assert_string_equal(name_in(0x1002, 0x4742, 60), "AMD/ATI Rage 3 [3D Rage PRO AGP 2X]");
}

static void then_the_device_is_cut_where_a_word_ends(void **state)
{
    assert_string_equal(name_in(0x8086, 0x2922, 50), "Intel 82801IR/IO/IH (ICH9R/DO/DH) 6 port SATA..");
    assert_string_equal(name_in(0x8086, 0x2922, 34), "Intel 82801IR/IO/IH (ICH9R/DO/DH..");
}

static void every_function_fits_in_any_room(void **state)
{
    for (uint32_t vendor = 0; vendor < 0x10000; vendor += 2)
        for (uint32_t device = 0; device < 8; device++)
            name_in((uint16_t)vendor, (uint16_t)device, PCI_NAMES_LEAST + device);
    for (uint32_t device = 0; device < 0x10000; device++)
        name_in(0x8086, (uint16_t)device, PCI_NAMES_LEAST + device % 60);
}

static void a_class_is_named_by_its_subclass_or_else_as_a_whole(void **state)
{
    assert_string_equal(class_of(0x020000), "Ethernet controller");
    assert_string_equal(class_of(0x01fe02), "Mass storage controller [01fe]");
    assert_string_equal(class_of(0xfe1234), "Class fe12");
}

static void capabilities_without_a_name_are_unknown(void **state)
{
    assert_string_equal(pci_names_capability(0x11), "MSI-X");
    assert_string_equal(pci_names_capability(0xffff), "Unknown");
    assert_string_equal(pci_names_extended(0x01), "Advanced error reporting");
    assert_string_equal(pci_names_extended(0x14), "Unknown");
    assert_string_equal(pci_names_extended(0xffff), "Unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_fits_is_lspcis),
        cmocka_unit_test(what_has_no_name_is_told_by_its_numbers),
        cmocka_unit_test(the_vendor_gives_way_first),
        cmocka_unit_test(then_the_device_is_cut_where_a_word_ends),
        cmocka_unit_test(every_function_fits_in_any_room),
        cmocka_unit_test(a_class_is_named_by_its_subclass_or_else_as_a_whole),
        cmocka_unit_test(capabilities_without_a_name_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
