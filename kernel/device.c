// The inventory of PCI functions: one list in ascending address, and where in it each bus begins.

#include "kernel/device.h"
#include "kernel/memory.h"
#include "kernel/number.h"
#include "kernel/output.h"

enum { BUS_COUNT = 256 };

static struct device *first;
static struct device *last;
static struct device *bridge_to[BUS_COUNT]; // those that lead to a bus of this number, in whichever segment
static struct device *bus_first[BUS_COUNT]; // the lowest function on a bus of this number, in whichever segment
static uint32_t total;

// Addresses as numbers: they compare as the list is sorted.
static uint64_t address_rank(struct pci_address address)
{
    return (uint64_t)address.segment << 32 | (uint64_t)address.bus << 16 | (uint64_t)address.device << 8 |
           address.function;
}

// A scan finds functions in ascending order: appending needs no search.
static struct device **link_for(uint64_t rank)
{
    struct device **link = &first;

    if (last && address_rank(last->address) < rank)
        return &last->next;
    while (*link && address_rank((*link)->address) < rank)
        link = &(*link)->next;
    return link;
}

void device_add(struct device *device)
{
    uint64_t rank = address_rank(device->address);
    struct device **link = link_for(rank);
    struct device **bus = &bus_first[device->address.bus];

    device->next = *link;
    *link = device;
    if (!device->next)
        last = device;
    if (!*bus || rank < address_rank((*bus)->address))
        *bus = device;
    if (device->header_type == 1) {
        device->next_bridge = bridge_to[device->secondary_bus];
        bridge_to[device->secondary_bus] = device;
    }
    total++;
}

struct device *device_first(void)
{
    return first;
}

uint32_t device_total(void)
{
    return total;
}

struct device *device_find(struct pci_address address)
{
    uint64_t rank = address_rank(address);
    struct device *device = bus_first[address.bus];

    while (device && address_rank(device->address) < rank)
        device = device->next;
    return device && address_rank(device->address) == rank ? device : NULL;
}

// A proper bridge leads to a bus above its own. Insisting on that keeps a walk upwards from going in circles.
struct device *device_parent(const struct device *device)
{
    struct device *bridge = bridge_to[device->address.bus];

    while (bridge &&
           (bridge->address.segment != device->address.segment || bridge->secondary_bus <= bridge->address.bus))
        bridge = bridge->next_bridge;
    return bridge;
}

// Reads exactly `digits` hexadecimal digits and the character after them; NULL when they are not there.
static const char *read_field(const char *at, uint32_t digits, char terminator, uint32_t *value)
{
    *value = 0;
    for (uint32_t i = 0; i < digits; i++) {
        int digit = number_digit(*at);
        if (digit < 0)
            return NULL;
        *value = *value * 16 + (uint32_t)digit;
        at++;
    }
    return *at == terminator ? at + 1 : NULL;
}

enum result pci_address_parse(const char *text, struct pci_address *address)
{
    uint32_t segment = 0, bus, device, function;
    const char *at = text;

    if (strlen(text) == DEVICE_ADDRESS_TEXT - 1)
        at = read_field(at, 4, ':', &segment);
    at = at ? read_field(at, 2, ':', &bus) : NULL;
    at = at ? read_field(at, 2, '.', &device) : NULL;
    at = at ? read_field(at, 1, '\0', &function) : NULL;
    if (!at || device > 31 || function > 7)
        return RESULT_INVALID;
    *address = (struct pci_address){(uint16_t)segment, (uint8_t)bus, (uint8_t)device, (uint8_t)function};
    return RESULT_OK;
}

char *pci_address_format(struct pci_address address, char *text)
{
    format_text(text, DEVICE_ADDRESS_TEXT, "%04x:%02x:%02x.%x", address.segment, address.bus, address.device,
                address.function & 0xfU);
    return text;
}
