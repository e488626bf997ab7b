// Whose machine this is: both entry points, the structures of a whole and of a damaged table.
// sources: arch/smbios_table.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c

#include "arch/smbios_table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char name[32];

// Each case on memory of its own size, so that the sanitizer sees an access beyond it.
static const char *name_in(const char *table, size_t size, uint8_t type)
{
    uint8_t *exact = malloc(size ? size : 1);

    memcpy(exact, table, size);
    smbios_name(exact, size, type, name, sizeof(name));
    free(exact);
    return name;
}

// BIOS information without strings; the machine; the board, whose product is string 3; the end.
static const char whole[] = "\x00\x05\x00\x00\x07\0\0"
                            "\x01\x08\x01\x00\x01\x02\x03\x04"
                            "Maker\0Product 9\0v1\0SERIAL\0\0"
                            "\x02\x06\x02\x00\x01\x03"
                            "Board maker\0SERIAL\0B\xe9 1\0\0"
                            "\x7f\x04\x03\x00\0";

static void maker_and_product_are_named_and_no_serial_number(void **state)
{
    assert_string_equal(name_in(whole, sizeof(whole), SMBIOS_SYSTEM), "Maker Product 9");
    assert_string_equal(name_in(whole, sizeof(whole), SMBIOS_BASEBOARD), "Board maker B? 1");
}

static void firmware_has_vendor_and_version(void **state)
{
    static const char table[] = "\x00\x06\x00\x00\x02\x01"
                                "1.23\0Vendor\0\0";

    assert_string_equal(name_in(table, sizeof(table), SMBIOS_FIRMWARE), "Vendor 1.23");
    assert_string_equal(name_in(whole, sizeof(whole), SMBIOS_FIRMWARE), "");
}

static void what_is_not_there_has_no_name(void **state)
{
    assert_string_equal(name_in(whole, sizeof(whole), 17), "");
    assert_string_equal(name_in("", 0, SMBIOS_SYSTEM), "");
    assert_string_equal(name_in("\x01\x06\x01\x00\x00\x05\0\0", 8, SMBIOS_SYSTEM), ""); // none, and one beyond the last
    assert_string_equal(name_in("\x01\x05\x01\x00\x01M\0\0", 8, SMBIOS_SYSTEM), "");    // too short for a product
    assert_string_equal(name_in("\x00\x03\x00\x00\0\0", 6, SMBIOS_SYSTEM), "");         // shorter than a header
}

// The machine's structure ends before byte 42.
static void a_table_cut_anywhere_is_read_no_further(void **state)
{
    for (size_t size = 0; size <= sizeof(whole); size++)
        assert_string_equal(name_in(whole, size, SMBIOS_SYSTEM), size < 42 ? "" : "Maker Product 9");
}

static void a_long_name_is_cut(void **state)
{
    static const char table[] = "\x01\x06\x01\x00\x01\x02"
                                "0123456789012345678901234567890123456789\0P\0\0";

    assert_string_equal(name_in(table, sizeof(table), SMBIOS_SYSTEM), "0123456789012345678901234567890");
}

static void seal(uint8_t *entry, size_t size, size_t checksum)
{
    for (size_t i = 0; i < size; i++)
        entry[checksum] = (uint8_t)(entry[checksum] - (i == checksum ? 0 : entry[i]));
}

static void both_entry_points_say_where_the_structures_lie(void **state)
{
    uint8_t third[SMBIOS_ENTRY_SIZE] = "_SM3_\0\x18\x03\x06\0\x01\0\x34\x12\0\0\xf0\xde\xbc\x9a\x78\x56\x34\x12";
    uint8_t second[SMBIOS_ENTRY_SIZE] = "_SM_\0\x1f\x02\x08\0\0\0\0\0\0\0\0_DMI_\0\x34\x12\xf0\xde\xbc\x9a\x05";
    struct smbios_place place;

    seal(third, 24, 5);
    assert_int_equal(smbios_entry_read(third, &place), RESULT_OK);
    assert_true(place.address.address == 0x123456789abcdef0 && place.size == 0x1234);
    seal(second, 31, 4);
    assert_int_equal(smbios_entry_read(second, &place), RESULT_OK);
    assert_true(place.address.address == 0x9abcdef0 && place.size == 0x1234);
    second[30]++;
    assert_int_equal(smbios_entry_read(second, &place), RESULT_BAD_CHECKSUM);
    second[1] = 'X';
    assert_int_equal(smbios_entry_read(second, &place), RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maker_and_product_are_named_and_no_serial_number),
        cmocka_unit_test(firmware_has_vendor_and_version),
        cmocka_unit_test(what_is_not_there_has_no_name),
        cmocka_unit_test(a_table_cut_anywhere_is_read_no_further),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(both_entry_points_say_where_the_structures_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
