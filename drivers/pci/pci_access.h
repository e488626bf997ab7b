// One function's configuration space, register by register: straight to memory where ECAM reaches it. In the header:
// connecting a device comes through here a dozen times.
#ifndef DRIVERS_PCI_PCI_ACCESS_H
#define DRIVERS_PCI_PCI_ACCESS_H

#include "arch/mmio.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/inventory/device.h"

// `offset` must be aligned to the width; reads of a missing function or of an offset beyond what the access method
// reaches (256 bytes by port 0xCF8) answer all ones, writes there do nothing. Any IRQL.

// NULL: by address.
static inline volatile uint8_t *pci_register(const struct device *device, uint16_t offset)
{
    return device->config && offset < PCI_EXTENDED_SIZE ? (volatile uint8_t *)device->config + offset : NULL;
}

static inline uint8_t pci_read8(const struct device *device, uint16_t offset)
{
    const volatile uint8_t *mapped = pci_register(device, offset);

    return mapped ? mmio_read8(mapped) : pci_config_read8(device->address, offset);
}

static inline uint16_t pci_read16(const struct device *device, uint16_t offset)
{
    const volatile uint8_t *mapped = pci_register(device, offset);

    return mapped ? mmio_read16(mapped) : pci_config_read16(device->address, offset);
}

static inline uint32_t pci_read32(const struct device *device, uint16_t offset)
{
    const volatile uint8_t *mapped = pci_register(device, offset);

    return mapped ? mmio_read32(mapped) : pci_config_read32(device->address, offset);
}

static inline void pci_write8(const struct device *device, uint16_t offset, uint8_t value)
{
    volatile uint8_t *mapped = pci_register(device, offset);

    if (mapped)
        mmio_write8(mapped, value);
    else
        pci_config_write8(device->address, offset, value);
}

static inline void pci_write16(const struct device *device, uint16_t offset, uint16_t value)
{
    volatile uint8_t *mapped = pci_register(device, offset);

    if (mapped)
        mmio_write16(mapped, value);
    else
        pci_config_write16(device->address, offset, value);
}

static inline void pci_write32(const struct device *device, uint16_t offset, uint32_t value)
{
    volatile uint8_t *mapped = pci_register(device, offset);

    if (mapped)
        mmio_write32(mapped, value);
    else
        pci_config_write32(device->address, offset, value);
}

#endif
