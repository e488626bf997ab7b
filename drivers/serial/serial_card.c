// Serial ports on PCI cards.

#include "drivers/serial/serial_card.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_command.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/serial/serial_chain.h"

enum { CLASS_SERIAL = 0x0700, LAST_16550_INTERFACE = 0x06 };

// Cards whose first port is not at the start of BAR 0, or whose clock is not a PC's. A Sunix board with a parallel port
// only has the same device number, and another class.
static const struct serial_card {
    uint16_t vendor_id, device_id;
    uint8_t bar;
    uint16_t offset;
    uint32_t base_baud; // clock / 16
} cards[] = {
    {0x1415, 0xc158, 0, 0x1000, 3906250}, // Oxford OXPCIe952, 62.5 MHz
    {0x1415, 0xc15d, 0, 0x1000, 3906250}, // the same
    {0x13a8, 0x0352, 0, 0x0000, 7812500}, // Exar XR17V352, 125 MHz
    {0x13a8, 0x0354, 0, 0x0000, 7812500}, // Exar XR17V354
    {0x1c00, 0x3253, 0, 0x00c0, 115200},  // WCH CH382, two ports
    {0x1c00, 0x3470, 0, 0x00c0, 115200},  // WCH CH384, four ports
    {0x1fd4, 0x1999, 0, 0x0000, 921600},  // Sunix
};

bool serial_card_place(const struct device *device, struct serial_place *place)
{
    struct serial_card card = {.base_baud = SERIAL_BAUD_PC};
    bool is_known = false;

    for (uint32_t i = 0; i < ARRAY_COUNT(cards) && !is_known; i++) {
        is_known = cards[i].vendor_id == device->vendor_id && cards[i].device_id == device->device_id;
        card = is_known ? cards[i] : card;
    }
    if (device->class_code >> 8 != CLASS_SERIAL || (device->class_code & 0xff) > LAST_16550_INTERFACE)
        return false;
    const struct bar *bar = &device->bars[card.bar];
    bool is_port = pci_bar_is_port(bar);
    if ((!is_port && !pci_bar_is_usable(bar)) || (uint64_t)card.offset + SERIAL_PORT_SIZE > bar->size)
        return false;
    *place = (struct serial_place){
        .is_memory = !is_port,
        .address = bar->base.address + card.offset,
        .stride = 1,
        .base_baud = card.base_baud,
    };
    return true;
}

// Decode of the bridges above is not changed: a card behind a bridge with decode off does not answer.
static void card_try(struct device *device, const char *name, enum serial_rank rank, uint32_t baud)
{
    struct serial_place place;

    if (!serial_card_place(device, &place)) {
        serial_chain_refuse(name, "no serial port, or none with an address");
        return;
    }
    device->command = pci_command_change(device, place.is_memory ? PCI_COMMAND_MEMORY : PCI_COMMAND_IO, 0);
    serial_chain_try(name, rank, &place, baud);
}

void serial_card_try_named(const char *bdf, uint32_t baud)
{
    struct pci_address address;
    struct device *device = pci_address_parse(bdf, &address) == RESULT_OK ? device_find(address) : NULL;

    if (device)
        card_try(device, "console=pci", SERIAL_RANK_NAMED, baud);
    else
        serial_chain_refuse("console=pci", "no such function");
}

// The function that a path of device and function numbers leads to from root bus 0 down. NULL: there is none.
static struct device *device_at(const uint8_t *path, uint32_t depth)
{
    struct device *device = NULL;
    uint8_t bus = 0;

    for (uint32_t i = 0; i < depth; i++) {
        struct pci_address address = {.bus = bus, .device = path[i] >> 3, .function = path[i] & 7};
        device = device_find(address);
        if (!device || (i + 1 < depth && device->header_type != PCI_HEADER_BRIDGE))
            return NULL;
        bus = device->secondary_bus;
    }
    return device;
}

void serial_card_try_console(const uint8_t *path, uint32_t depth)
{
    struct device *device = device_at(path, depth);

    if (device)
        card_try(device, SERIAL_CONSOLE_NAME, SERIAL_RANK_CONSOLE, SERIAL_BAUD_FIRMWARE);
    else
        serial_chain_refuse(SERIAL_CONSOLE_NAME, "no such function");
}

void serial_card_try_all(uint32_t baud)
{
    struct serial_place place;

    device_for_each (device)
        if (serial_card_place(device, &place))
            card_try(device, "PCI card", SERIAL_RANK_CARD, baud);
}
