// The dump's configuration spaces behind drivers/pci/pci_config.h: reads answer the dump's bytes, writes change what a
// function would keep.

#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_registers.h"
#include "tests/rehearse/machine.h"
#include <stdlib.h>
#include <string.h>

enum { RANGE_LIMIT = 64, BARS_END = 0x28, LEAST_MEMORY = 16, LEAST_IO = 4, HEADER_SIZE = 64 };

struct space {
    struct pci_address address;
    const struct dump_function *origin;
    uint8_t bytes[DUMP_CONFIG_SIZE];
    uint8_t writable[DUMP_CONFIG_SIZE]; // bits that keep what is written
};

// Buses that memory-mapped access reaches.
struct range {
    uint16_t segment;
    uint8_t first_bus;
    uint8_t last_bus;
};

static struct space *spaces; // ascending addresses
static uint32_t space_count;
static struct range ranges[RANGE_LIMIT];
static uint32_t range_count;
static uint16_t segments[RANGE_LIMIT + 1]; // [0] is segment 0
static uint32_t segment_count = 1;

static uint32_t order_of(struct pci_address address)
{
    return (uint32_t)address.segment << 16 | (uint32_t)address.bus << 8 | (uint32_t)address.device << 3 |
           address.function;
}

static struct space *space_find(struct pci_address address)
{
    uint32_t low = 0, high = space_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (order_of(spaces[middle].address) < order_of(address))
            low = middle + 1;
        else
            high = middle;
    }
    return low < space_count && order_of(spaces[low].address) == order_of(address) ? &spaces[low] : NULL;
}

const struct dump_function *machine_function(struct pci_address address)
{
    const struct space *space = space_find(address);

    return space ? space->origin : NULL;
}

static uint32_t word_get(const struct space *space, uint32_t offset, uint32_t width)
{
    uint32_t value = 0;

    memcpy(&value, &space->bytes[offset], width);
    return value;
}

static void mask_set(struct space *space, uint32_t offset, uint32_t width, uint32_t mask)
{
    if (offset + width <= DUMP_CONFIG_SIZE)
        memcpy(&space->writable[offset], &mask, width);
}

static uint32_t space_read32(void *context, uint16_t offset)
{
    return word_get(context, offset, 4);
}

static uint64_t power_above(uint64_t size)
{
    uint64_t power = 1;

    while (power < size && power << 1)
        power <<= 1;
    return power;
}

// Where the dump does not say, the least that a BAR can be: with the MSI-X structures that lie in it.
static uint64_t least_size(const struct msix_shape *msix, uint32_t index, bool is_io)
{
    uint64_t size = is_io ? LEAST_IO : LEAST_MEMORY;

    if (msix->offset && msix->table_bar == index && msix->table_offset + pci_msix_table_bytes(msix) > size)
        size = msix->table_offset + pci_msix_table_bytes(msix);
    if (msix->offset && msix->pba_bar == index && msix->pba_offset + pci_msix_pba_bytes(msix) > size)
        size = msix->pba_offset + pci_msix_pba_bytes(msix);
    return power_above(size);
}

static uint32_t bar_build(struct space *space, const struct msix_shape *msix, uint32_t index, uint32_t slots)
{
    uint32_t offset = PCI_BASE_ADDRESS + 4 * index;
    uint32_t value = word_get(space, offset, 4);
    bool is_io = value & 1, is_wide = (value & 7) == 4 && index + 1 < slots;
    const struct dump_region *region = &space->origin->regions[index];
    uint64_t size = region->size;

    if (value == 0 && !region->is_known)
        return 1;
    if (!region->is_known)
        size = least_size(msix, index, is_io);
    uint64_t mask = ~(power_above(size) - 1) & ~(is_io ? UINT64_C(3) : UINT64_C(15));
    mask_set(space, offset, 4, (uint32_t)mask);
    if (is_wide)
        mask_set(space, offset + 4, 4, (uint32_t)(mask >> 32));
    return is_wide ? 2 : 1;
}

static void msi_build(struct space *space, uint16_t offset)
{
    struct msi_shape shape = pci_msi_decode(offset, (uint16_t)word_get(space, offset + PCI_MSI_CONTROL, 2));

    mask_set(space, offset + PCI_MSI_CONTROL, 2, 0x0071);
    mask_set(space, offset + PCI_MSI_ADDRESS_LOW, 4, 0xfffffffc);
    if (shape.is_64bit)
        mask_set(space, offset + PCI_MSI_ADDRESS_HIGH, 4, 0xffffffff);
    mask_set(space, pci_msi_register(&shape, PCI_MSI_DATA), 2, 0xffff);
    if (shape.maskable)
        mask_set(space, pci_msi_register(&shape, PCI_MSI_MASK), 4, 0xffffffff);
}

// What writes change: command, BARs, and the registers of the capabilities that the product's own walk finds.
static void space_build(struct space *space)
{
    struct capability items[PCI_CAPABILITY_LIMIT] = {0};
    struct pci_reader reader = {space_read32, space};
    struct pci_capability_walk walk = {.items = items};
    uint8_t type = space->bytes[PCI_HEADER_TYPE] & (uint8_t)~PCI_HEADER_MULTIFUNCTION;
    uint32_t slots = type == PCI_HEADER_ENDPOINT ? 6 : type == PCI_HEADER_BRIDGE ? 2 : 0;
    struct msix_shape msix = {0};

    mask_set(space, PCI_COMMAND, 2, 0x0547);
    if (type <= PCI_HEADER_BRIDGE)
        pci_capability_walk(&reader, &walk);
    for (uint32_t i = 0; i < walk.count; i++) {
        uint16_t at = items[i].offset;
        if (items[i].id == PCI_CAPABILITY_POWER)
            mask_set(space, at + PCI_POWER_CONTROL, 2, 0x8103);
        if (items[i].id == PCI_CAPABILITY_MSI)
            msi_build(space, at);
        if (items[i].id != PCI_CAPABILITY_MSIX || at + PCI_MSIX_SIZE > PCI_STANDARD_SIZE)
            continue;
        mask_set(space, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK);
        msix = pci_msix_decode(at, (uint16_t)word_get(space, at + PCI_MSIX_CONTROL, 2),
                               word_get(space, at + PCI_MSIX_TABLE, 4), word_get(space, at + PCI_MSIX_PBA, 4));
    }
    for (uint32_t i = 0; i < slots;)
        i += bar_build(space, &msix, i, slots);
}

// A list that begins beyond the dump's bytes is not walked.
static void head_only(struct dump *dump, struct space *space)
{
    const struct dump_function *origin = space->origin;
    bool has_list = space->bytes[PCI_STATUS] & PCI_STATUS_CAPABILITIES;

    if (origin->length < PCI_STANDARD_SIZE && has_list) {
        space->bytes[PCI_STATUS] &= (uint8_t)~PCI_STATUS_CAPABILITIES;
        dump_note(dump, "%04x:%02x:%02x.%x: %u bytes of configuration space, so no capabilities (lspci -xxxx as root)",
                  origin->domain, origin->bus, origin->device, origin->function, origin->length);
    }
}

static void range_note(uint16_t segment, uint8_t first_bus, uint8_t last_bus)
{
    bool is_new = true;

    if (range_count == RANGE_LIMIT)
        return;
    ranges[range_count++] = (struct range){segment, first_bus, last_bus};
    for (uint32_t i = 0; i < segment_count; i++)
        is_new &= segments[i] != segment;
    if (is_new)
        segments[segment_count++] = segment;
}

// Has it a BAR in use of which the dump has no size?
static bool is_unsized(const struct space *space)
{
    uint8_t type = space->bytes[PCI_HEADER_TYPE] & (uint8_t)~PCI_HEADER_MULTIFUNCTION;
    uint32_t slots = type == PCI_HEADER_ENDPOINT ? 6 : type == PCI_HEADER_BRIDGE ? 2 : 0;

    for (uint32_t i = 0; i < slots; i++) {
        uint32_t value = word_get(space, PCI_BASE_ADDRESS + 4 * i, 4);
        if (value && !space->origin->regions[i].is_known)
            return true;
        if ((value & 7) == 4)
            i++;
    }
    return false;
}

static void sizes_note(struct dump *dump)
{
    uint32_t unsized = 0;

    for (uint32_t i = 0; i < space_count; i++)
        unsized += is_unsized(&spaces[i]);
    if (unsized)
        dump_note(dump, "%u functions without sizes of their BARs: the least that they can be is shown", unsized);
}

static const char *reason_missing(const struct space *space)
{
    struct pci_address first = space->address;
    uint16_t vendor = (uint16_t)word_get(space, PCI_VENDOR_ID, 2);

    first.function = 0;
    const struct space *of_device = space_find(first);
    if (!pci_config_reaches(space->address.segment, space->address.bus))
        return "no access method of the firmware's reaches its bus";
    if (vendor == PCI_GONE16)
        return "answers all ones for its ID, as virtual functions do";
    if (!of_device)
        return "function 0 of its device is absent";
    if (space != of_device && !(of_device->bytes[PCI_HEADER_TYPE] & PCI_HEADER_MULTIFUNCTION))
        return "function 0 of its device does not say that there are more";
    return "the scan passes over it";
}

void machine_note_missing(struct dump *dump)
{
    for (uint32_t i = 0; i < space_count; i++) {
        const struct pci_address *at = &spaces[i].address;
        if (!device_find(*at))
            dump_note(dump, "%04x:%02x:%02x.%x: not found by this kernel: %s", at->segment, at->bus, at->device,
                      at->function, reason_missing(&spaces[i]));
    }
}

void machine_config_build(struct dump *dump, bool has_tables)
{
    spaces = calloc(dump->function_count + 1, sizeof(spaces[0]));
    if (!spaces)
        abort();
    for (uint32_t i = 0; i < dump->function_count; i++) {
        const struct dump_function *origin = &dump->functions[i];
        if (origin->domain > UINT16_MAX || origin->length < HEADER_SIZE) {
            dump_note(dump, "%04x:%02x:%02x.%x: %s, left out", origin->domain, origin->bus, origin->device,
                      origin->function,
                      origin->domain > UINT16_MAX ? "a domain that Linux made, no segment of the firmware's"
                                                  : "less than 64 bytes of configuration space");
            continue;
        }
        struct space *space = &spaces[space_count++];
        space->address = (struct pci_address){(uint16_t)origin->domain, origin->bus, origin->device, origin->function};
        space->origin = origin;
        memcpy(space->bytes, origin->bytes, sizeof(space->bytes));
        head_only(dump, space);
        space_build(space);
        if (!has_tables && (!range_count || ranges[range_count - 1].segment != origin->domain))
            range_note((uint16_t)origin->domain, 0, 255);
    }
    sizes_note(dump);
}

enum result pci_config_add_ecam(struct physical base, uint16_t segment, uint8_t start_bus, uint8_t end_bus)
{
    range_note(segment, start_bus, end_bus);
    return RESULT_OK;
}

uint32_t pci_config_segment_total(void)
{
    return segment_count;
}

uint16_t pci_config_segment(uint32_t index)
{
    return segments[index];
}

static bool is_mapped(struct pci_address address)
{
    for (uint32_t i = 0; i < range_count; i++)
        if (ranges[i].segment == address.segment && address.bus >= ranges[i].first_bus &&
            address.bus <= ranges[i].last_bus)
            return true;
    return false;
}

bool pci_config_reaches(uint16_t segment, uint8_t bus)
{
    return segment == 0 || is_mapped((struct pci_address){.segment = segment, .bus = bus});
}

// By the ports the first 256 bytes of segment 0.
static bool is_reached(struct pci_address address, uint32_t end)
{
    return is_mapped(address) ? end <= DUMP_CONFIG_SIZE : address.segment == 0 && end <= PCI_STANDARD_SIZE;
}

static uint32_t config_read(struct pci_address address, uint32_t offset, uint32_t width)
{
    const struct space *space = is_reached(address, offset + width) ? space_find(address) : NULL;

    return space ? word_get(space, offset, width) : PCI_GONE32;
}

static void config_write(struct pci_address address, uint32_t offset, uint32_t width, uint32_t value)
{
    struct space *space = is_reached(address, offset + width) ? space_find(address) : NULL;

    for (uint32_t i = 0; space && i < width; i++) {
        uint8_t mask = space->writable[offset + i];
        uint8_t *byte = &space->bytes[offset + i];
        *byte = (uint8_t)((*byte & ~mask) | (value >> 8 * i & mask));
    }
}

#define DEFINE_ACCESS(width)                                                                         \
    uint##width##_t pci_config_read##width(struct pci_address address, uint16_t offset)              \
    {                                                                                                \
        return (uint##width##_t)config_read(address, offset, width / 8);                             \
    }                                                                                                \
    void pci_config_write##width(struct pci_address address, uint16_t offset, uint##width##_t value) \
    {                                                                                                \
        config_write(address, offset, width / 8, value);                                             \
    }

DEFINE_ACCESS(8)
DEFINE_ACCESS(16)
DEFINE_ACCESS(32)

volatile void *pci_config_map(struct pci_address address)
{
    return NULL;
}
