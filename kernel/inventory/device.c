// The inventory of PCI functions: one list in ascending address, and short lists for look-ups.

#include "kernel/inventory/device.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/lib/output.h"

enum { BUS_COUNT = 256, SLOT_COUNT = 32 };

static struct device *first;
static struct device *last;
static struct device *alike[BUS_COUNT][SLOT_COUNT]; // by bus and device number: eight functions per segment
static struct device *bridge_to[BUS_COUNT];         // by secondary bus number
static uint32_t total;

// Addresses as numbers, in the order of the list.
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

static struct device **alike_of(struct pci_address address)
{
    return &alike[address.bus][address.device % SLOT_COUNT];
}

void device_list_aside(struct device *device)
{
    struct device **same = alike_of(device->address);

    device->next_alike = *same;
    *same = device;
    device->irq.name = pci_address_format(device->address, device->name);
}

void device_list(struct device *device)
{
    struct device **link = link_for(address_rank(device->address));

    device->next = *link;
    *link = device;
    if (!device->next)
        last = device;
    if (device->header_type == 1) {
        device->next_bridge = bridge_to[device->secondary_bus];
        bridge_to[device->secondary_bus] = device;
    }
    total++;
    device_list_aside(device);
}

void device_add(struct device *device)
{
    device_list(device);
    irq_device_add(&device->irq);
}

// Removes a record from a chain whose links are `offset` bytes into each record.
static void chain_remove(struct device **link, struct device *device, size_t offset)
{
    while (*link && *link != device)
        link = (struct device **)((char *)*link + offset);
    if (*link)
        *link = *(struct device **)((char *)device + offset);
}

void device_remove(struct device *device)
{
    chain_remove(&first, device, offsetof(struct device, next));
    chain_remove(alike_of(device->address), device, offsetof(struct device, next_alike));
    chain_remove(&bridge_to[device->secondary_bus], device, offsetof(struct device, next_bridge));
    last = first;
    while (last && last->next)
        last = last->next;
    total--;
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
    struct device *device = *alike_of(address);

    while (device && address_rank(device->address) != address_rank(address))
        device = device->next_alike;
    return device;
}

// A valid bridge leads to a bus number above its own: this bounds a walk upwards.
struct device *device_bridge_to(uint16_t segment, uint8_t bus)
{
    for (struct device *bridge = bridge_to[bus]; bridge; bridge = bridge->next_bridge)
        if (bridge->address.segment == segment && bridge->secondary_bus > bridge->address.bus)
            return bridge;
    return NULL;
}

struct device *device_parent(const struct device *device)
{
    return device_bridge_to(device->address.segment, device->address.bus);
}

// Reads one to `most` hexadecimal digits and the character after them; NULL when they are missing.
static const char *read_field(const char *at, uint32_t most, char terminator, uint32_t *value)
{
    const char *start = at;

    *value = 0;
    for (int digit; at - start < (ptrdiff_t)most && (digit = number_digit(*at)) >= 0; at++)
        *value = *value * 16 + (uint32_t)digit;
    return at != start && *at == terminator ? at + 1 : NULL;
}

enum result pci_address_parse(const char *text, struct pci_address *address)
{
    uint32_t segment, bus, device, function;
    const char *behind = read_field(text, 4, ':', &segment), *at = behind ? read_field(behind, 2, ':', &bus) : NULL;

    if (!at) {
        segment = 0;
        at = read_field(text, 2, ':', &bus);
    }
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
