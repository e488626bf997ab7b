// Configuration space by address: ECAM and ports 0xCF8/0xCFC, chosen bus by bus from what was added.

#include "drivers/pci/pci_config.h"
#include "arch/mmio.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/core/spinlock.h"
#include "kernel/runtime/log.h"

enum {
    REGION_COUNT = 64,
    PORT_ADDRESS = 0xcf8,
    PORT_DATA = 0xcfc,
    ECAM_BUS_SHIFT = 20, // 1 MiB a bus
    ECAM_DEVICE_SHIFT = 15,
    ECAM_FUNCTION_SHIFT = 12,
};

#define PORT_ENABLE (UINT32_C(1) << 31)

struct ecam_region {
    volatile uint8_t *pointer; // of start_bus
    uint16_t segment;
    uint8_t start_bus;
    uint8_t end_bus;
};

static struct ecam_region regions[REGION_COUNT];
static uint32_t region_count;
static uint16_t segments[REGION_COUNT + 1]; // [0] is segment 0
static uint32_t segment_count = 1;
static struct spinlock port_lock; // the address port and the data port are one transaction

static const struct ecam_region *region_find(uint16_t segment, uint8_t bus)
{
    for (uint32_t i = 0; i < region_count; i++) {
        const struct ecam_region *region = &regions[i];
        if (region->segment == segment && bus >= region->start_bus && bus <= region->end_bus)
            return region;
    }
    return NULL;
}

static volatile uint8_t *region_register(const struct ecam_region *region, struct pci_address address, uint16_t offset)
{
    return region->pointer + (((uint32_t)(address.bus - region->start_bus) << ECAM_BUS_SHIFT) |
                              ((uint32_t)address.device << ECAM_DEVICE_SHIFT) |
                              ((uint32_t)address.function << ECAM_FUNCTION_SHIFT) | offset);
}

// NULL where ECAM does not reach.
static volatile uint8_t *ecam_register(struct pci_address address, uint16_t offset)
{
    const struct ecam_region *region = region_find(address.segment, address.bus);
    return region && offset < PCI_EXTENDED_SIZE ? region_register(region, address, offset) : NULL;
}

volatile void *pci_config_map(struct pci_address address)
{
    return ecam_register(address, 0);
}

static bool port_reaches(struct pci_address address, uint16_t offset)
{
    return address.segment == 0 && offset < PCI_STANDARD_SIZE;
}

static uint16_t port_select(struct pci_address address, uint16_t offset)
{
    io_write32(PORT_ADDRESS, PORT_ENABLE | (uint32_t)address.bus << 16 | (uint32_t)address.device << 11 |
                                 (uint32_t)address.function << 8 | (offset & 0xfcu));
    return (uint16_t)(PORT_DATA + (offset & 3));
}

static uint32_t port_read(struct pci_address address, uint16_t offset, uint32_t width)
{
    if (!port_reaches(address, offset))
        return PCI_GONE32;
    bool were_on = spinlock_acquire(&port_lock);
    uint16_t port = port_select(address, offset);
    uint32_t value = width == 1 ? io_read8(port) : width == 2 ? io_read16(port) : io_read32(port);
    spinlock_release(&port_lock, were_on);
    return value;
}

static void port_write(struct pci_address address, uint16_t offset, uint32_t width, uint32_t value)
{
    if (!port_reaches(address, offset))
        return;
    bool were_on = spinlock_acquire(&port_lock);
    uint16_t port = port_select(address, offset);
    if (width == 1)
        io_write8(port, (uint8_t)value);
    else if (width == 2)
        io_write16(port, (uint16_t)value);
    else
        io_write32(port, value);
    spinlock_release(&port_lock, were_on);
}

// With a wrong MCFG every function would read as absent. Where the ports find a host bridge, ECAM must read the same
// IDs.
static bool region_agrees(const struct ecam_region *region)
{
    if (region->segment != 0 || region->start_bus != 0)
        return true;
    struct pci_address host_bridge = {0};
    uint32_t by_port = port_read(host_bridge, PCI_VENDOR_ID, 4);
    return by_port == PCI_GONE32 || by_port == mmio_read32(region_register(region, host_bridge, PCI_VENDOR_ID));
}

static void segment_add(uint16_t segment)
{
    for (uint32_t i = 0; i < segment_count; i++)
        if (segments[i] == segment)
            return;
    segments[segment_count++] = segment;
}

static enum result region_map(struct physical base, struct ecam_region *region)
{
    struct physical start = {base.address + ((uint64_t)region->start_bus << ECAM_BUS_SHIFT)};
    uint64_t size = (uint64_t)(region->end_bus - region->start_bus + 1) << ECAM_BUS_SHIFT;
    volatile void *pointer;
    enum result result = mmio_map(start, size, &pointer);
    if (result == RESULT_OK)
        region->pointer = pointer;
    return result;
}

static enum result region_check(struct physical base, struct ecam_region *region)
{
    if (base.address & BITS(ECAM_BUS_SHIFT - 1, 0) || region->start_bus > region->end_bus)
        return RESULT_INVALID;
    if (region_count == REGION_COUNT)
        return RESULT_NO_MEMORY;
    enum result result = region_map(base, region);
    if (result != RESULT_OK)
        return result;
    return region_agrees(region) ? RESULT_OK : RESULT_MISMATCH;
}

enum result pci_config_add_ecam(struct physical base, uint16_t segment, uint8_t start_bus, uint8_t end_bus)
{
    struct ecam_region region = {.segment = segment, .start_bus = start_bus, .end_bus = end_bus};
    enum result result = region_check(base, &region);
    if (result != RESULT_OK) {
        log_error("pci: ECAM at 0x%llx, segment %u, buses %u-%u: %s", (unsigned long long)base.address, segment,
                  start_bus, end_bus, result_name(result));
        return result;
    }
    regions[region_count++] = region;
    segment_add(segment);
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

bool pci_config_reaches(uint16_t segment, uint8_t bus)
{
    return segment == 0 || region_find(segment, bus);
}

uint8_t pci_config_read8(struct pci_address address, uint16_t offset)
{
    const volatile uint8_t *ecam = ecam_register(address, offset);
    return ecam ? mmio_read8(ecam) : (uint8_t)port_read(address, offset, 1);
}

uint16_t pci_config_read16(struct pci_address address, uint16_t offset)
{
    const volatile uint8_t *ecam = ecam_register(address, offset);
    return ecam ? mmio_read16(ecam) : (uint16_t)port_read(address, offset, 2);
}

uint32_t pci_config_read32(struct pci_address address, uint16_t offset)
{
    const volatile uint8_t *ecam = ecam_register(address, offset);
    return ecam ? mmio_read32(ecam) : port_read(address, offset, 4);
}

void pci_config_write8(struct pci_address address, uint16_t offset, uint8_t value)
{
    volatile uint8_t *ecam = ecam_register(address, offset);
    if (ecam)
        mmio_write8(ecam, value);
    else
        port_write(address, offset, 1, value);
}

void pci_config_write16(struct pci_address address, uint16_t offset, uint16_t value)
{
    volatile uint8_t *ecam = ecam_register(address, offset);
    if (ecam)
        mmio_write16(ecam, value);
    else
        port_write(address, offset, 2, value);
}

void pci_config_write32(struct pci_address address, uint16_t offset, uint32_t value)
{
    volatile uint8_t *ecam = ecam_register(address, offset);
    if (ecam)
        mmio_write32(ecam, value);
    else
        port_write(address, offset, 4, value);
}
