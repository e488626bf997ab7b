// Which port becomes the console's, what is not touched, and what is said of it.
// sources: drivers/serial/serial_card.c drivers/pci/pci_bar.c drivers/pci/pci_command.c tests/fakes/pci_config.c
// sources: tests/fakes/pci_surroundings.c tests/fakes/events.c

#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"

#include "drivers/serial/serial_card.h"
#include "drivers/serial/serial_chain.c"

// Compiled in here: neither has a way to be emptied.
#define count claim_count
#include "kernel/inventory/claim.c"
#undef count
#include "kernel/inventory/device.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { OPENS = 16 };

static uint64_t answering[4]; // addresses where a port is
static struct serial_place opened[OPENS];
static uint32_t bauds[OPENS];
static uint32_t opens, attachments;
static char said[256];

// ---- the port below, as the chain sees it ----

enum result serial_open(const struct serial_place *place, uint32_t baud)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(answering); i++) {
        if (answering[i] != place->address || place->address == 0)
            continue;
        bauds[opens] = baud;
        opened[opens++] = *place;
        return RESULT_OK;
    }
    return RESULT_NOT_FOUND;
}

bool serial_place_of(uint32_t number, struct serial_place *place)
{
    static const uint16_t ports[] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
    if (number >= 4)
        return false;
    *place = (struct serial_place){.address = ports[number], .stride = 1};
    return true;
}

static void said_keep(struct output *self, const char *bytes, size_t length)
{
    memcpy(said, bytes, length);
    said[length] = '\0';
}

static struct output output = {.write = said_keep};

struct output *serial_output(void)
{
    return &output;
}

static void attached(bool is_first)
{
    attachments++;
}

static int set_up(void **state)
{
    memset(&chain, 0, sizeof(chain));
    memset(answering, 0, sizeof(answering));
    memset(alike, 0, sizeof(alike));
    first = last = NULL;
    total = claim_count = 0;
    opens = attachments = 0;
    said[0] = '\0';
    fake_config_reset();
    surroundings_reset();
    serial_chain_start(attached);
    return 0;
}

static struct serial_registers registers_at(uint64_t address)
{
    return (struct serial_registers){.is_memory = true, .address = address, .bit_width = 8, .access_size = 1};
}

static void try_pc_and(const char *name, const struct serial_registers *registers)
{
    serial_chain_try_pc(115200);
    serial_chain_try_firmware(name, registers);
    serial_chain_report(true);
}

static void the_chain_ends_at_the_first_port_that_answers(void **state)
{
    answering[0] = 0x3e8;
    serial_chain_try_pc(115200);
    serial_chain_report(true);
    assert_int_equal(opened[0].address, 0x3e8);
    assert_true(surroundings_logged(
        "console: COM3 at port 0x3e8; tried before: COM1 (nothing answers), COM2 (nothing answers)"));
}

static void without_a_port_it_ends_at_the_screen(void **state)
{
    serial_chain_try_pc(115200);
    serial_chain_report(true);
    assert_true(surroundings_logged("console: the screen only; tried before: COM1 (nothing answers)"));
}

static void the_firmwares_port_takes_over_and_the_old_one_is_told(void **state)
{
    struct serial_registers uart = registers_at(0xfedc9000);
    uart.bit_width = 32;
    uart.access_size = 3;
    answering[0] = 0x3f8;
    answering[1] = 0xfedc9000;
    try_pc_and("SPCR", &uart);
    assert_int_equal(opened[opens - 1].address, 0xfedc9000);
    assert_int_equal(opened[opens - 1].stride, 4);
    assert_int_equal(bauds[opens - 1], SERIAL_BAUD_FIRMWARE);
    assert_string_equal(said, "console: goes on at SPCR at 0xfedc9000\n");
    assert_int_equal(attachments, 2);
    assert_true(surroundings_logged("console: SPCR at 0xfedc9000"));
}

static void the_port_that_the_console_has_already_is_not_opened_again(void **state)
{
    struct serial_registers com1 = {.is_port = true, .address = 0x3f8, .bit_width = 8};
    answering[0] = 0x3f8;
    try_pc_and("SPCR", &com1);
    assert_int_equal(opens, 1);
    assert_int_equal(attachments, 1);
    assert_true(surroundings_logged("console: SPCR at port 0x3f8"));
}

static void what_the_command_line_names_is_not_taken_away(void **state)
{
    struct serial_registers uart = registers_at(0xfe000000);
    struct serial_place com2;
    answering[0] = 0x2f8;
    answering[1] = 0xfe000000;
    assert_true(serial_place_of(1, &com2));
    serial_chain_try("console=ttyS", SERIAL_RANK_NAMED, &com2, 9600);
    try_pc_and("SPCR", &uart);
    assert_int_equal(opens, 1);
    assert_int_equal(bauds[0], 9600);
}

static void other_interfaces_and_layouts_are_refused_by_name(void **state)
{
    struct serial_registers arm = registers_at(0xfe000000), wide = registers_at(0xfe000000);
    arm.interface = 3;
    wide.access_size = 2;
    answering[0] = 0xfe000000;
    serial_chain_try_firmware("SPCR", &arm);
    serial_chain_try_firmware("DBG2", &wide);
    serial_chain_report(false);
    assert_int_equal(opens, 0);
    assert_true(
        surroundings_logged("console: nowhere; tried before: SPCR (its interface is none of the 8250's family), "
                            "DBG2 (its registers are not laid out as an 8250's)"));
}

static void only_the_three_types_of_the_family_are_tried(void **state)
{
    for (uint32_t type = 0; type < 0x20; type++) {
        struct serial_registers uart = registers_at(0xfe000000);
        set_up(state);
        uart.interface = type;
        answering[0] = 0xfe000000;
        serial_chain_try_firmware("SPCR", &uart);
        assert_int_equal(opens, type == 0 || type == 1 || type == 0x12);
    }
}

static void an_address_in_memory_is_not_touched(void **state)
{
    struct serial_registers uart = registers_at(0x1000000);
    answering[0] = 0x3f8;
    answering[1] = 0x1000000;
    assert_int_equal(claim_add((struct physical){0x100000}, 0x10000000, CLAIM_FIXED, "RAM"), RESULT_OK);
    try_pc_and("SPCR", &uart);
    assert_int_equal(opens, 1);
    assert_true(surroundings_logged("console: COM1 at port 0x3f8; tried before: SPCR (0x1000000 lies over RAM)"));
}

static void an_address_in_a_device_is_not_touched_unless_it_may_be_a_port(void **state)
{
    static struct device disk, uart_function;
    struct serial_registers uart = registers_at(0x81000040);
    disk = (struct device){.address = {.device = 4}, .class_code = 0x010802};
    disk.bars[0] = (struct bar){.kind = BAR_MEM32, .base = {0x81000000}, .size = 0x1000};
    uart_function = (struct device){.address = {.device = 5}, .class_code = 0x078000};
    uart_function.bars[0] = (struct bar){.kind = BAR_MEM32, .base = {0x82000000}, .size = 0x1000};
    device_list(&disk);
    device_list(&uart_function);
    answering[0] = 0x81000040;
    answering[1] = 0x82000000;
    serial_chain_try_firmware("SPCR", &uart);
    assert_int_equal(opens, 0);
    uart.address = 0x82000000;
    serial_chain_try_firmware("DBG2", &uart);
    serial_chain_report(true);
    assert_true(
        surroundings_logged("console: DBG2 at 0x82000000; tried before: SPCR (0x81000040 lies in 0000:00:04.0 BAR 0)"));
}

// Reading a port may be as harmful as writing it.
static void a_port_where_another_device_answers_is_not_touched(void **state)
{
    struct serial_registers uart = {.is_port = true, .address = 0x600};
    static struct device card;

    answering[0] = 0x600;
    answering[1] = 0xc000;
    assert_int_equal(claim_add_ports(0x600, 4, CLAIM_FIXED, "ACPI PM1a event"), RESULT_OK);
    serial_chain_try_firmware("SPCR", &uart);
    card = (struct device){.address = {.device = 4}, .class_code = 0x020000};
    card.bars[0] = (struct bar){.kind = BAR_IO, .base = {0xc000}, .size = 0x20};
    device_list(&card);
    uart.address = 0xc000;
    serial_chain_try_firmware("DBG2", &uart);
    serial_chain_report(true);
    assert_int_equal(opens, 0);
    assert_true(surroundings_logged("tried before: SPCR (port 0x600 lies over ACPI PM1a event), DBG2 (port 0xc000 lies "
                                    "in 0000:00:04.0 BAR 0)"));
}

static void the_consoles_ports_are_claimed_and_still_its_own(void **state)
{
    struct serial_registers uart = {.is_port = true, .address = 0x3f8};

    answering[0] = 0x3f8;
    serial_chain_try_pc(115200);
    assert_int_equal(serial_chain_claim(), RESULT_OK);
    assert_string_equal(claim_against_ports(0x3fc, 1, CLAIM_FIXED, "")->owner, "COM1");
    serial_chain_try_firmware("SPCR", &uart);
    serial_chain_report(true);
    assert_true(surroundings_logged("console: SPCR at port 0x3f8"));
    assert_int_equal(opens, 1);
}

static void the_firmwares_console_comes_after_its_tables_and_before_the_cards(void **state)
{
    struct serial_place card = {.address = 0xc000, .stride = 1};
    struct serial_registers uart = {.is_port = true, .address = 0x3e8};

    answering[0] = 0x2f8;
    answering[1] = 0xc000;
    answering[2] = 0x3e8;
    serial_chain_try_console(4, 9600); // no such port
    serial_chain_try_console(1, 9600);
    assert_int_equal(bauds[0], 9600);
    serial_chain_try("PCI card", SERIAL_RANK_CARD, &card, 115200);
    serial_chain_try_pc(115200);
    assert_string_equal(chain.name, "ConOut");
    serial_chain_try_firmware("SPCR", &uart);
    assert_string_equal(chain.name, "SPCR");
    chain.name = NULL;
    opens = 0;
    serial_chain_try_console(1, 921600); // not with a PC's clock
    assert_int_equal(bauds[0], SERIAL_BAUD_FIRMWARE);
}

static void a_path_leads_through_bridges_to_a_card(void **state)
{
    static struct device bridge, card, other;
    const uint8_t path[] = {28 << 3 | 2, 0};

    bridge = (struct device){.address = {0, 0, 28, 2}, .header_type = 1, .secondary_bus = 5};
    card = (struct device){.address = {0, 5, 0, 0}, .class_code = 0x070002};
    card.bars[0] = (struct bar){.kind = BAR_IO, .base = {0xc000}, .size = 8};
    other = (struct device){.address = {0, 0, 3, 0}, .class_code = 0x070002};
    device_list(&bridge);
    device_list(&card);
    device_list(&other);
    answering[0] = 0xc000;
    serial_card_try_console(path, 1); // a bridge has no port
    serial_card_try_console((const uint8_t[]){4 << 3, 0}, 2);
    serial_card_try_console((const uint8_t[]){3 << 3, 0}, 2); // leads through no bridge
    assert_int_equal(opens, 0);
    serial_card_try_console(path, 2);
    assert_int_equal(opened[0].address, 0xc000);
    serial_chain_report(true);
    assert_true(
        surroundings_logged("console: ConOut at port 0xc000; tried before: ConOut (no serial port, or none with an "
                            "address), ConOut (no such function), ConOut (no such function)"));
}

static void cards_are_known_by_class_or_by_their_own_layout(void **state)
{
    struct serial_place place;
    struct device card = {.vendor_id = 0x1b36, .device_id = 0x0002, .class_code = 0x070002};
    card.bars[0] = (struct bar){.kind = BAR_IO, .base = {0xc000}, .size = 8};
    assert_true(serial_card_place(&card, &place));
    assert_false(place.is_memory);
    assert_int_equal(place.address, 0xc000);
    assert_int_equal(place.base_baud, 115200);
    card = (struct device){.vendor_id = 0x1415, .device_id = 0xc158, .class_code = 0x070002};
    card.bars[0] = (struct bar){.kind = BAR_MEM32, .base = {0x81000000}, .size = 0x4000};
    assert_true(serial_card_place(&card, &place));
    assert_int_equal(place.address, 0x81001000);
    assert_int_equal(place.base_baud, 3906250);
    card.bars[0].refusal = "lies over RAM";
    assert_false(serial_card_place(&card, &place));
    card = (struct device){.vendor_id = 0x1fd4, .device_id = 0x1999, .class_code = 0x070103}; // a parallel port only
    card.bars[0] = (struct bar){.kind = BAR_IO, .base = {0xc000}, .size = 8};
    assert_false(serial_card_place(&card, &place));
    card.class_code = 0x070002;
    assert_true(serial_card_place(&card, &place));
    assert_int_equal(place.base_baud, 921600);
    card = (struct device){.class_code = 0x070101}; // a parallel port
    card.bars[0] = (struct bar){.kind = BAR_IO, .base = {0xc000}, .size = 8};
    assert_false(serial_card_place(&card, &place));
    card.class_code = 0x070002;
    card.bars[0].refusal = "lies over 8254";
    assert_false(serial_card_place(&card, &place));
    card.bars[0].refusal = NULL;
    card.bars[0].base.address = 0;
    assert_false(serial_card_place(&card, &place));
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_chain_ends_at_the_first_port_that_answers),
        TEST(without_a_port_it_ends_at_the_screen),
        TEST(the_firmwares_port_takes_over_and_the_old_one_is_told),
        TEST(the_port_that_the_console_has_already_is_not_opened_again),
        TEST(what_the_command_line_names_is_not_taken_away),
        TEST(other_interfaces_and_layouts_are_refused_by_name),
        TEST(only_the_three_types_of_the_family_are_tried),
        TEST(an_address_in_memory_is_not_touched),
        TEST(an_address_in_a_device_is_not_touched_unless_it_may_be_a_port),
        TEST(a_port_where_another_device_answers_is_not_touched),
        TEST(the_consoles_ports_are_claimed_and_still_its_own),
        TEST(the_firmwares_console_comes_after_its_tables_and_before_the_cards),
        TEST(a_path_leads_through_bridges_to_a_card),
        TEST(cards_are_known_by_class_or_by_their_own_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
