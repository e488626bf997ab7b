// The inventory: order, search, parents; and addresses as people write them.

#include "kernel/inventory/device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DEVICE_COUNT = 3000 };

static struct device devices[DEVICE_COUNT];
static uint32_t used;

static struct device *add(const char *address)
{
    struct device *device = &devices[used++];

    assert_int_equal(pci_address_parse(address, &device->address), RESULT_OK);
    device_add(device);
    return device;
}

static struct device *add_bridge(const char *address, uint8_t secondary)
{
    struct device *device = &devices[used];
    device->header_type = 1;
    device->secondary_bus = secondary;
    return add(address);
}

static struct device *find(const char *text)
{
    struct pci_address address;
    assert_int_equal(pci_address_parse(text, &address), RESULT_OK);
    return device_find(address);
}

static void an_empty_inventory_has_nothing_to_find(void **state)
{
    assert_null(device_first());
    assert_null(find("00:00.0"));
}

static void the_list_is_in_ascending_address_however_it_was_filled(void **state)
{
    static const char *const sorted[] = {"0000:00:00.0", "0000:00:1f.2", "0000:00:1f.3", "0000:05:00.0",
                                         "0001:00:00.0", "0001:05:01.0", "ffff:ff:1f.7"};
    static const uint8_t order[] = {3, 5, 0, 6, 2, 4, 1};
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t i = 0;

    for (uint32_t j = 0; j < ARRAY_COUNT(order); j++)
        add(sorted[order[j]]);
    device_for_each (device)
        assert_string_equal(pci_address_format(device->address, text), sorted[i++]);
    assert_int_equal(i, ARRAY_COUNT(sorted));
    assert_int_equal(device_total(), ARRAY_COUNT(sorted));
}

static void a_function_is_found_in_its_own_segment_only(void **state)
{
    assert_non_null(find("0001:05:01.0"));
    assert_int_equal(find("0001:05:01.0")->address.segment, 1);
    assert_null(find("0000:05:01.0"));
    assert_null(find("0002:05:01.0"));
    assert_null(find("00:1f.4"));
    assert_non_null(find("ffff:ff:1f.7"));
}

static void a_parent_is_the_bridge_that_leads_to_the_bus(void **state)
{
    struct device *port = add_bridge("00:02.0", 6);
    struct device *upper = add_bridge("06:00.0", 7);
    struct device *leaf = add("07:00.0");
    struct device *other_segment = add("0001:06:00.0");

    assert_ptr_equal(device_parent(leaf), upper);
    assert_ptr_equal(device_parent(upper), port);
    assert_null(device_parent(port));
    assert_null(device_parent(other_segment));
}

static void bridges_that_lead_to_themselves_or_back_are_no_parents(void **state)
{
    struct device *itself = add_bridge("10:00.0", 0x10);
    struct device *back = add_bridge("12:00.0", 0x11);
    struct device *below = add("11:00.0");
    add_bridge("13:00.0", 0); // not set up

    assert_null(device_parent(itself));
    assert_null(device_parent(below));
    assert_null(device_parent(back));
    assert_null(device_parent(find("00:00.0")));
}

static void thousands_of_functions_are_found_one_by_one(void **state)
{
    struct device *own[2048];
    uint32_t count = 0;

    for (uint32_t i = 0; i < 2048; i++) {
        struct device *device = &devices[used++];
        device->address = (struct pci_address){.segment = 3, .bus = (uint8_t)(i / 8 % 256), .device = (uint8_t)(i % 8)};
        own[count++] = device;
        device_add(device);
    }
    for (uint32_t i = 0; i < count; i++)
        assert_ptr_equal(device_find(own[i]->address), own[i]);
}

static void functions_that_can_signal_by_messages_are_counted(void **state)
{
    struct message_source usable = {.kind = MESSAGE_MSIX}, refused = {.refusal = "table outside BAR 0"};
    uint32_t before = irq_device_signalling_total();
    struct device *by_line = &devices[used++], *by_msi = &devices[used++], *broken = &devices[used++];

    *by_line = (struct device){.address = {9, 0, 0, 0}, .irq.sources[MESSAGE_LINE] = &usable};
    *by_msi = (struct device){.address = {9, 0, 1, 0}, .irq.sources = {&refused, &usable}};
    *broken = (struct device){.address = {9, 0, 2, 0}, .irq.sources = {&refused}};
    device_add(by_line);
    device_add(by_msi);
    device_add(broken);
    assert_int_equal(irq_device_signalling_total(), before + 1);
    assert_true(by_msi->irq.is_counted);
    assert_false(by_line->irq.is_counted);
    assert_false(broken->irq.is_counted);
}

static void addresses_read_with_and_without_their_segment(void **state)
{
    struct pci_address address;
    char text[DEVICE_ADDRESS_TEXT];

    assert_int_equal(pci_address_parse("00:04.0", &address), RESULT_OK);
    assert_string_equal(pci_address_format(address, text), "0000:00:04.0");
    assert_int_equal(pci_address_parse("aBc1:fF:1F.7", &address), RESULT_OK);
    assert_string_equal(pci_address_format(address, text), "abc1:ff:1f.7");
    assert_int_equal(address.segment, 0xabc1);
    assert_int_equal(address.bus, 0xff);
    assert_int_equal(address.device, 31);
    assert_int_equal(address.function, 7);
}

static void leading_zeros_may_be_left_out(void **state)
{
    struct pci_address address;
    char text[DEVICE_ADDRESS_TEXT];

    assert_int_equal(pci_address_parse("0:6.0", &address), RESULT_OK);
    assert_string_equal(pci_address_format(address, text), "0000:00:06.0");
    assert_int_equal(pci_address_parse("0:1:1f.7", &address), RESULT_OK);
    assert_string_equal(pci_address_format(address, text), "0000:01:1f.7");
    assert_int_equal(pci_address_parse("12:0:2.1", &address), RESULT_OK);
    assert_string_equal(pci_address_format(address, text), "0012:00:02.1");
}

static void anything_else_is_no_address(void **state)
{
    static const char *const texts[] = {"",
                                        "0",
                                        "00:04",
                                        "00:04.",
                                        "00:04.8",
                                        "00:20.0",
                                        "00:04.0 ",
                                        " 00:04.0",
                                        "000:04.0",
                                        "00:004.0",
                                        "0:0:0:04.0",
                                        "00000:00:04.0",
                                        "0000:00:04.00",
                                        "0000-00:04.0",
                                        "00.04.0",
                                        "00:04:0",
                                        "g0:04.0",
                                        "0000:00:04.x",
                                        "0000:00:04",
                                        "+1:04.0",
                                        "0x:04.0",
                                        "::.",
                                        "0000:00:0 .0",
                                        "0000:00:04.0\n",
                                        "-0:04.0"};
    struct pci_address address = {.bus = 99};

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        assert_int_equal(pci_address_parse(texts[i], &address), RESULT_INVALID);
    assert_int_equal(address.bus, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_inventory_has_nothing_to_find),
        cmocka_unit_test(the_list_is_in_ascending_address_however_it_was_filled),
        cmocka_unit_test(a_function_is_found_in_its_own_segment_only),
        cmocka_unit_test(a_parent_is_the_bridge_that_leads_to_the_bus),
        cmocka_unit_test(bridges_that_lead_to_themselves_or_back_are_no_parents),
        cmocka_unit_test(thousands_of_functions_are_found_one_by_one),
        cmocka_unit_test(functions_that_can_signal_by_messages_are_counted),
        cmocka_unit_test(addresses_read_with_and_without_their_segment),
        cmocka_unit_test(leading_zeros_may_be_left_out),
        cmocka_unit_test(anything_else_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
