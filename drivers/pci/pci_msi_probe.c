// Finds which bits of an MSI capability are implemented.

#include "drivers/pci/pci_msi_probe.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_msi.h"

struct saved_registers {
    uint16_t control, data;
    uint32_t low, high, mask;
};

static uint32_t register_read(const struct device *device, enum pci_msi_place place)
{
    uint16_t offset = pci_msi_register(&device->msi, place);

    return place == PCI_MSI_CONTROL || place == PCI_MSI_DATA ? pci_read16(device, offset) : pci_read32(device, offset);
}

static void register_write(const struct device *device, enum pci_msi_place place, uint32_t value)
{
    uint16_t offset = pci_msi_register(&device->msi, place);

    if (place == PCI_MSI_CONTROL || place == PCI_MSI_DATA)
        pci_write16(device, offset, (uint16_t)value);
    else
        pci_write32(device, offset, value);
}

static struct saved_registers registers_save(const struct device *device)
{
    return (struct saved_registers){
        .control = (uint16_t)register_read(device, PCI_MSI_CONTROL),
        .data = (uint16_t)register_read(device, PCI_MSI_DATA),
        .low = register_read(device, PCI_MSI_ADDRESS_LOW),
        .high = device->msi.is_64bit ? register_read(device, PCI_MSI_ADDRESS_HIGH) : 0,
        .mask = device->msi.maskable ? register_read(device, PCI_MSI_MASK) : 0,
    };
}

// The bits of a register that can be both set and cleared.
static uint32_t bits_try(const struct device *device, enum pci_msi_place place, uint32_t pattern)
{
    register_write(device, place, pattern);
    uint32_t set = register_read(device, place);
    register_write(device, place, 0);
    return set & ~register_read(device, place) & pattern;
}

// Counts above what the capability offers are reserved and not tried.
static uint32_t granted_try(const struct device *device, uint16_t control)
{
    uint32_t most = 0;

    for (uint32_t log2 = 0; 1u << log2 <= device->msi.maximum; log2++) {
        uint64_t kept = control & ~(uint64_t)(PCI_MSI_MULTIPLE_ENABLE | PCI_MSI_ENABLE);
        register_write(device, PCI_MSI_CONTROL, (uint32_t)(kept | FIELD_PUT(PCI_MSI_MULTIPLE_ENABLE, log2)));
        if (pci_msi_granted((uint16_t)register_read(device, PCI_MSI_CONTROL)) == 1u << log2)
            most = 1u << log2;
    }
    return most;
}

static void registers_restore(const struct device *device, const struct saved_registers *saved)
{
    register_write(device, PCI_MSI_ADDRESS_LOW, saved->low);
    if (device->msi.is_64bit)
        register_write(device, PCI_MSI_ADDRESS_HIGH, saved->high);
    register_write(device, PCI_MSI_DATA, saved->data);
    if (device->msi.maskable)
        register_write(device, PCI_MSI_MASK, saved->mask);
    register_write(device, PCI_MSI_CONTROL, saved->control);
}

void pci_msi_probe(const struct device *device, struct message_probe *probe)
{
    struct saved_registers saved = registers_save(device);
    struct probe_entry *entry = &probe->entries[0];

    register_write(device, PCI_MSI_CONTROL, saved.control & ~(uint32_t)PCI_MSI_ENABLE);
    uint64_t high = device->msi.is_64bit ? bits_try(device, PCI_MSI_ADDRESS_HIGH, UINT32_MAX) : 0;
    *entry = (struct probe_entry){
        .address = high << 32 | bits_try(device, PCI_MSI_ADDRESS_LOW, UINT32_C(0xfffffffc)),
        .data = bits_try(device, PCI_MSI_DATA, UINT16_MAX),
    };
    probe->entry_count = 1;
    probe->mask_bits = device->msi.maskable ? bits_try(device, PCI_MSI_MASK, UINT32_MAX) : 0;
    probe->granted = granted_try(device, saved.control);
    registers_restore(device, &saved);
    struct saved_registers found = registers_save(device);
    probe->is_restored = found.control == saved.control && found.data == saved.data && found.low == saved.low &&
                         found.high == saved.high && found.mask == saved.mask;
}
