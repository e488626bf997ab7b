// USB descriptors and requests, against the figures of the specifications.
// sources: drivers/usb/usb_descriptor.c

#include "drivers/usb/usb_descriptor.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// A keyboard with a second interface, its HID descriptors between, and an alternate setting that must not count.
static const uint8_t composite[] = {
    9,    2, 66,   0, 2, 3,    0,  0xa0, 50,                                      // configuration of value 3
    9,    4, 0,    0, 1, 3,    1,  1,    0,  9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0, // keyboard
    7,    5, 0x81, 3, 8, 0,    10,                                                // interrupt IN
    9,    4, 1,    0, 2, 8,    6,  0x50, 0,  7, 5,    0x82, 2, 0, 2, 0,    7,  5,
    0x03, 2, 0,    2, 0,                    // storage: bulk IN, OUT
    9,    4, 1,    1, 0, 0xff, 0,  0,    0, // alternate setting 1
};

static void a_device_descriptor_names_vendor_product_and_packet(void **state)
{
    static const uint8_t bytes[USB_DEVICE_LENGTH] = {18, 1, 0, 2, 0, 0, 0, 64, 0x27, 0x06, 0x01, 0x60};
    struct usb_device_facts facts;

    assert_true(usb_device_facts_read(bytes, sizeof(bytes), &facts));
    assert_int_equal(facts.vendor, 0x0627);
    assert_int_equal(facts.product, 0x6001);
    assert_int_equal(facts.control_packet, 64);
    assert_false(usb_device_facts_read(bytes, 17, &facts));
    assert_false(usb_device_facts_read(composite, sizeof(composite), &facts));
}

static void interfaces_come_one_after_the_other_without_alternate_settings(void **state)
{
    struct usb_interface interface;
    uint32_t at = 0, total;
    uint8_t value;

    assert_true(usb_configuration_read(composite, sizeof(composite), &total, &value));
    assert_int_equal(total, sizeof(composite));
    assert_int_equal(value, 3);
    assert_true(usb_interface_next(composite, total, &at, &interface));
    assert_int_equal(interface.class << 16 | interface.subclass << 8 | interface.protocol, 0x030101);
    assert_int_equal(interface.endpoint_count, 1);
    assert_int_equal(usb_endpoint_find(&interface, 3, true)->packet, 8);
    assert_int_equal(usb_endpoint_find(&interface, 3, true)->interval, 10);
    assert_null(usb_endpoint_find(&interface, 3, false));
    assert_true(usb_interface_next(composite, total, &at, &interface));
    assert_int_equal(interface.number, 1);
    assert_int_equal(usb_endpoint_find(&interface, 2, true)->address, 0x82);
    assert_int_equal(usb_endpoint_find(&interface, 2, false)->packet, 512);
    assert_false(usb_interface_next(composite, total, &at, &interface));
}

static void no_length_is_read_beyond_its_end(void **state)
{
    for (uint32_t length = 0; length < sizeof(composite); length++) {
        uint8_t *exact = test_malloc(length + 1);
        struct usb_interface interface;
        uint32_t at = 0, count = 0;
        memcpy(exact, composite, length);
        while (usb_interface_next(exact, length, &at, &interface))
            count++;
        assert_true(count <= 2 && at <= length);
        test_free(exact);
    }
}

static void a_descriptor_of_length_zero_ends_the_walk(void **state)
{
    static const uint8_t bytes[] = {9, 2, 20, 0, 1, 1, 0, 0, 0, 0, 0, 9, 4, 0, 0, 0, 3, 1, 1, 0};
    struct usb_interface interface;
    uint32_t at = 0;

    assert_false(usb_interface_next(bytes, sizeof(bytes), &at, &interface));
}

static void a_request_is_in_the_order_of_the_wire(void **state)
{
    struct usb_request request = {USB_IN_DEVICE, USB_GET_DESCRIPTOR, 0x0200, 0x1234, 9};

    assert_int_equal(usb_request_bytes(request), UINT64_C(0x0009123402000680));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_descriptor_names_vendor_product_and_packet),
        cmocka_unit_test(interfaces_come_one_after_the_other_without_alternate_settings),
        cmocka_unit_test(no_length_is_read_beyond_its_end),
        cmocka_unit_test(a_descriptor_of_length_zero_ends_the_walk),
        cmocka_unit_test(a_request_is_in_the_order_of_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
