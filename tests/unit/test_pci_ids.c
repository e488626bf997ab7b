// The name tables against the file they were made from: every entry is found by its id, and no other id is.

#include "kernel/inventory/pci_ids.h"
#include "kernel/inventory/pci_ids_table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// PCI_IDS is the file's path, from tests/host.mk.
enum { LINE_SIZE = 512 };

// What the file has.
struct ids {
    bool vendors[0x10000];
    uint32_t vendor_count, device_count, class_count;
};

static struct ids *ids;
static char found[PCI_IDS_TEXT];

// A name of the file and one of the table: in the table a character that is no ASCII became one that is.
static bool names_agree(const char *name, const char *text)
{
    for (; *name && *text; name++) {
        if ((unsigned char)*name < 0x80 && *name != *text++)
            return false;
        if (((unsigned char)*name & 0xc0) == 0xc0)
            text++;
    }
    return *name == *text;
}

static void expect_name(bool is_found, const char *name, const char *line)
{
    if (!is_found || !names_agree(name, found))
        fail_msg("\"%s\" became \"%s\"", line, is_found ? found : "(nothing)");
}

// "\t1234  A name": the id behind so many characters, and the name, or NULL.
static const char *line_read(const char *line, int indent, unsigned *id)
{
    char *end;
    *id = (unsigned)strtoul(line + indent, &end, 16);
    return end > line + indent && end[0] == ' ' && end[1] == ' ' ? end + 2 : NULL;
}

static void check_device_line(const char *line, unsigned vendor)
{
    unsigned device;
    if (line[0] == '\t' && line[1] != '\t') {
        const char *name = line_read(line, 1, &device);
        expect_name(pci_ids_device((uint16_t)vendor, (uint16_t)device, found), name, line);
        ids->device_count++;
    }
}

static void check_class_line(const char *line, unsigned *code)
{
    unsigned id;
    if (line[0] == 'C') {
        const char *name = line_read(line, 2, &id);
        *code = id << 16;
        expect_name(pci_ids_class(*code | 0x1234, found), name, line);
    } else if (line[1] != '\t') {
        const char *name = line_read(line, 1, &id);
        *code = (*code & 0xff0000) | id << 8;
        expect_name(pci_ids_subclass(*code | 0x56, found), name, line);
    } else {
        const char *name = line_read(line, 2, &id);
        expect_name(pci_ids_interface(*code | id, found), name, line);
    }
    ids->class_count++;
}

static void check_line(const char *line, unsigned *vendor, unsigned *code, bool *in_classes)
{
    if (line[0] == '#' || line[0] == '\0')
        return;
    *in_classes |= line[0] == 'C';
    if (*in_classes) {
        check_class_line(line, code);
    } else if (line[0] == '\t') {
        check_device_line(line, *vendor);
    } else {
        const char *name = line_read(line, 0, vendor);
        expect_name(pci_ids_vendor((uint16_t)*vendor, found), name, line);
        ids->vendors[*vendor] = true;
        ids->vendor_count++;
    }
}

static int start(void **state)
{
    ids = calloc(1, sizeof(*ids));
    return 0;
}

static void every_name_of_the_file_is_found_by_its_id(void **state)
{
    char line[LINE_SIZE];
    unsigned vendor = 0, code = 0;
    bool in_classes = false;
    FILE *file = fopen(PCI_IDS, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        check_line(line, &vendor, &code, &in_classes);
    }
    fclose(file);
    assert_true(ids->vendor_count > 1000 && ids->device_count > 10000 && ids->class_count > 100);
}

static void the_tables_have_no_other_entries(void **state)
{
    assert_int_equal(pci_ids_vendors.count, ids->vendor_count);
    assert_int_equal(pci_ids_devices.count, ids->device_count);
    assert_int_equal(pci_ids_classes.count, ids->class_count);
}

static void an_id_that_the_file_does_not_have_has_no_name(void **state)
{
    uint32_t devices = 0, vendors = 0;
    for (uint32_t vendor = 0; vendor < 0x10000; vendor++) {
        bool is_found = pci_ids_vendor((uint16_t)vendor, found);
        assert_int_equal(is_found, ids->vendors[vendor]);
        assert_int_equal(is_found, found[0] != '\0');
        vendors += is_found;
    }
    assert_int_equal(vendors, pci_ids_vendors.count);
    for (uint32_t device = 0; device < 0x10000; device++)
        devices += pci_ids_device(0x8086, (uint16_t)device, found);
    assert_in_range(devices, 1000, 0xfffe);
    assert_false(pci_ids_device(0xffff, 0xffff, found));
    assert_string_equal(found, "");
    assert_false(pci_ids_device(0, 0, found));
}

static void a_class_is_no_subclass_and_no_interface(void **state)
{
    assert_true(pci_ids_class(0x010802, found));
    assert_string_equal(found, "Mass storage controller");
    assert_true(pci_ids_subclass(0x010802, found));
    assert_string_equal(found, "Non-Volatile memory controller");
    assert_true(pci_ids_interface(0x010802, found));
    assert_string_equal(found, "NVM Express");
    assert_false(pci_ids_subclass(0x01fe02, found));
    assert_false(pci_ids_interface(0x0108fe, found));
    assert_false(pci_ids_class(0xfe0000, found));
}

static void every_name_is_printable_ascii(void **state)
{
    for (uint32_t device = 0; device < 0x10000; device++) {
        (void)pci_ids_vendor((uint16_t)device, found);
        for (const char *byte = found; *byte; byte++)
            assert_in_range(*byte, ' ', '~');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_of_the_file_is_found_by_its_id),
        cmocka_unit_test(the_tables_have_no_other_entries),
        cmocka_unit_test(an_id_that_the_file_does_not_have_has_no_name),
        cmocka_unit_test(a_class_is_no_subclass_and_no_interface),
        cmocka_unit_test(every_name_is_printable_ascii),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
