// Serial ports in device paths as firmware writes them into ConOut.
// sources: boot/console_path.c

#include "boot/console_path.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PCI_ROOT(uid)         0x02, 0x01, 12, 0, 0xd0, 0x41, 0x03, 0x0a, uid, 0, 0, 0
#define PCI(device, function) 0x01, 0x01, 6, 0, function, device
#define SERIAL(uid)           0x02, 0x01, 12, 0, 0xd0, 0x41, 0x01, 0x05, uid, 0, 0, 0
#define UART_115200           0x03, 0x0e, 19, 0, 0, 0, 0, 0, 0x00, 0xc2, 1, 0, 0, 0, 0, 0, 8, 1, 1
#define VENDOR_PC_ANSI \
    0x03, 0x0a, 20, 0, 0x53, 0x47, 0xc1, 0xe0, 0xbe, 0xf9, 0xd2, 0x11, 0x9a, 0x0c, 0, 0x90, 0x27, 0x3f, 0xc1, 0x4d
#define VIDEO        0x02, 0x03, 8, 0, 0, 1, 1, 0x80
#define END_INSTANCE 0x7f, 0x01, 4, 0
#define END          0x7f, 0xff, 4, 0

static struct handoff_console ports[HANDOFF_CONSOLE_COUNT];

// The bytes in a block of exactly their size, so that reading one too many is caught.
static size_t decode(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    memcpy(exact, bytes, size);
    memset(ports, 0xee, sizeof(ports));
    size_t count = console_path_ports(exact, size, ports);
    free(exact);
    return count;
}

#define DECODE(...) decode((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

// What OVMF writes on a PC with two serial ports and a screen.
static void ports_of_a_pc_are_known_by_their_number(void **state)
{
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(1, 0), VIDEO, END_INSTANCE, PCI_ROOT(0), PCI(31, 0), SERIAL(0),
                            UART_115200, VENDOR_PC_ANSI, END_INSTANCE, PCI_ROOT(0), PCI(31, 0), SERIAL(1), UART_115200,
                            VENDOR_PC_ANSI, END),
                     2);
    assert_int_equal(ports[0].kind, HANDOFF_CONSOLE_PC);
    assert_int_equal(ports[0].number, 0);
    assert_int_equal(ports[0].baud, 115200);
    assert_int_equal(ports[1].number, 1);
    assert_int_equal(ports[2].kind, HANDOFF_CONSOLE_NONE);
}

static void a_card_is_known_by_the_way_to_it(void **state)
{
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(28, 2), PCI(0, 0), UART_115200, VENDOR_PC_ANSI, END), 1);
    assert_int_equal(ports[0].kind, HANDOFF_CONSOLE_PCI);
    assert_int_equal(ports[0].depth, 2);
    assert_int_equal(ports[0].path[0], 28 << 3 | 2);
    assert_int_equal(ports[0].path[1], 0);
}

static void a_way_that_is_not_known_leads_nowhere(void **state)
{
    assert_int_equal(DECODE(PCI_ROOT(1), PCI(3, 0), UART_115200, END), 0);        // which bus that is, ACPI knows
    assert_int_equal(DECODE(PCI(3, 0), UART_115200, END), 0);                     // no root
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(3, 0), VIDEO, UART_115200, END), 0); // a node between
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(32, 0), UART_115200, END), 0);       // no such device number
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(3, 8), UART_115200, END), 0);        // no such function number
    assert_int_equal(DECODE(SERIAL(4), UART_115200, END), 0);                     // no such port of a PC
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(3, 0), END_INSTANCE, UART_115200, END), 0); // not of this instance
    assert_int_equal(DECODE(SERIAL(0), END_INSTANCE, UART_115200, END), 0);
    assert_int_equal(DECODE(PCI_ROOT(0), PCI(1, 0), PCI(1, 0), PCI(1, 0), PCI(1, 0), PCI(1, 0), PCI(1, 0), PCI(1, 0),
                            PCI(1, 0), PCI(1, 0), UART_115200, END),
                     0); // deeper than the record
}

static void a_broken_path_ends_where_it_breaks(void **state)
{
    const uint8_t whole[] = {PCI_ROOT(0), PCI(31, 0), SERIAL(0), UART_115200, END};

    for (size_t size = 0; size < sizeof(whole) - 4; size++)
        assert_int_equal(decode(whole, size), 0);
    assert_int_equal(DECODE(SERIAL(0), 0x7f, 0x01, 0, 0, SERIAL(0), UART_115200), 0); // a node of no length
    assert_int_equal(DECODE(SERIAL(0), 0x03, 0x0e, 18, 0, 0, 0, 0, 0, 0x00, 0xc2, 1, 0, 0, 0, 0, 0, 8, 1), 0);
}

static void no_more_are_kept_than_there_is_room_for(void **state)
{
    assert_int_equal(DECODE(SERIAL(0), UART_115200, END_INSTANCE, SERIAL(1), UART_115200, END_INSTANCE, SERIAL(2),
                            UART_115200, END_INSTANCE, SERIAL(3), UART_115200, END_INSTANCE, SERIAL(0), UART_115200),
                     4);
    assert_int_equal(ports[3].number, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_of_a_pc_are_known_by_their_number), cmocka_unit_test(a_card_is_known_by_the_way_to_it),
        cmocka_unit_test(a_way_that_is_not_known_leads_nowhere),   cmocka_unit_test(a_broken_path_ends_where_it_breaks),
        cmocka_unit_test(no_more_are_kept_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
