// One function becomes one device record.

#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_disturb.h"
#include "drivers/pci/pci_line.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msi_source.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_msix_source.h"
#include "drivers/pci/pci_power.h"
#include "drivers/pci/pci_reading.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

// Where a walk leaves its finds before they are counted; one scan runs at a time, on the boot CPU.
static struct capability scratch[PCI_CAPABILITY_EXTENDED_LIMIT];

static void identity_read(struct device *device)
{
    uint32_t id = pci_read32(device, PCI_VENDOR_ID);
    uint32_t class_and_revision = pci_read32(device, PCI_REVISION_ID);
    device->vendor_id = (uint16_t)id;
    device->device_id = (uint16_t)(id >> 16);
    device->revision = (uint8_t)class_and_revision;
    device->class_code = class_and_revision >> 8;
    device->header_type = pci_read8(device, PCI_HEADER_TYPE) & (uint8_t)~PCI_HEADER_MULTIFUNCTION;
    device->interrupt_pin = pci_read8(device, PCI_INTERRUPT_PIN);
}

// Bridges have no subsystem registers; a capability stands in for them.
static void subsystem_read(struct device *device)
{
    uint16_t offset = PCI_SUBSYSTEM_ID;
    if (device->header_type != PCI_HEADER_ENDPOINT) {
        uint16_t found = pci_capability_find(&device->capabilities, PCI_CAPABILITY_SUBSYSTEM);
        if (found == 0 || found > PCI_STANDARD_SIZE - 8)
            return;
        offset = (uint16_t)(found + 4);
    }
    uint32_t id = pci_read32(device, offset);
    device->subsystem_vendor = (uint16_t)id;
    device->subsystem_device = (uint16_t)(id >> 16);
}

static void bus_numbers_read(struct device *device)
{
    device->primary_bus = pci_read8(device, PCI_PRIMARY_BUS);
    device->secondary_bus = pci_read8(device, PCI_SECONDARY_BUS);
    device->subordinate_bus = pci_read8(device, PCI_SUBORDINATE_BUS);
}

static uint32_t reader_read32(void *context, uint16_t offset)
{
    return pci_read32(context, offset);
}

static const char *fault_keep(const struct device *device, const struct pci_capability_walk *walk)
{
    char fault[PCI_CAPABILITY_FAULT_TEXT];
    char text[DEVICE_ADDRESS_TEXT];
    if (!pci_capability_fault_text(walk, fault))
        return NULL;
    log_warning("pci: %s: capability list %s", pci_address_format(device->address, text), fault);
    char *kept = heap_allocate(sizeof(fault));
    return kept ? memcpy(kept, fault, sizeof(fault)) : NULL;
}

// False when memory is out.
static bool list_keep(const struct device *device, const struct pci_capability_walk *walk, struct capability_list *list)
{
    list->fault = fault_keep(device, walk);
    if (walk->count == 0)
        return true;
    size_t size = walk->count * sizeof(*walk->items);
    list->items = heap_allocate(size);
    if (!list->items)
        return false;
    memcpy(list->items, walk->items, size);
    list->count = walk->count;
    return true;
}

// The extended list only where there is PCI Express: a conventional function behind ECAM may show its first 256 bytes
// again, and its ids would read as a capability.
static bool capabilities_read(struct device *device)
{
    struct pci_reader reader = {.read32 = reader_read32, .context = device};
    struct pci_capability_walk walk = {.items = scratch};
    if (device->header_type > PCI_HEADER_BRIDGE)
        return true;
    pci_capability_walk(&reader, &walk);
    if (!list_keep(device, &walk, &device->capabilities))
        return false;
    if (!pci_capability_find(&device->capabilities, PCI_CAPABILITY_EXPRESS))
        return true;
    pci_capability_walk_extended(&reader, &walk);
    return list_keep(device, &walk, &device->extended_capabilities);
}

static void message_shapes_read(struct device *device)
{
    uint16_t msi = pci_capability_find(&device->capabilities, PCI_CAPABILITY_MSI);
    uint16_t msix = pci_capability_find(&device->capabilities, PCI_CAPABILITY_MSIX);
    if (msi)
        device->msi = pci_msi_decode(msi, pci_read16(device, (uint16_t)(msi + PCI_MSI_CONTROL)));
    if (msix)
        device->msix = pci_msix_decode(msix, pci_read16(device, (uint16_t)(msix + PCI_MSIX_CONTROL)),
                                       pci_read32(device, (uint16_t)(msix + PCI_MSIX_TABLE)),
                                       pci_read32(device, (uint16_t)(msix + PCI_MSIX_PBA)));
}

static void function_refresh(struct device *device)
{
    struct device_reading reading;
    pci_reading_take(device, &reading);
    device->command = pci_read16(device, PCI_COMMAND);
    device->msi.enabled = reading.msi_enabled;
    device->msix.enabled = reading.msix_enabled;
    device->msix.function_masked = reading.function_masked;
}

struct device *pci_function_create(struct pci_address address)
{
    struct device *device = heap_allocate(sizeof(*device));
    if (!device)
        return NULL;
    device->address = address;
    device->config = (void *)pci_config_map(address);
    device->refresh = function_refresh;
    device->disturb = pci_disturb;
    device->read = pci_reading_take;
    device->read32 = pci_read32;
    identity_read(device);
    if (!capabilities_read(device)) {
        pci_function_destroy(device);
        return NULL;
    }
    // Read in D0: a transition to D0 may reset the registers read from here on.
    (void)pci_power_on(device);
    device->command = pci_read16(device, PCI_COMMAND);
    if (device->header_type == PCI_HEADER_BRIDGE)
        bus_numbers_read(device);
    if (device->header_type <= PCI_HEADER_BRIDGE)
        subsystem_read(device);
    message_shapes_read(device);
    device->line = device->interrupt_pin ? &pci_line : NULL;
    return device;
}

static void refusal_log(const struct message_source *source)
{
    if (!source || !source->refusal)
        return;
    char text[DEVICE_ADDRESS_TEXT];
    log_warning("pci: %s: %s cannot be used: %s", pci_address_format(device_of_source(source)->address, text),
                message_kind_name(source->kind), source->refusal);
}

void pci_function_attach_sources(struct device *device)
{
    if (device->msix.offset)
        device->irq.sources[MESSAGE_MSIX] = pci_msix_source_create(device);
    if (device->msi.offset)
        device->irq.sources[MESSAGE_MSI] = pci_msi_source_create(device);
    refusal_log(device->irq.sources[MESSAGE_MSIX]);
    refusal_log(device->irq.sources[MESSAGE_MSI]);
}

bool pci_function_is_present(const struct device *device)
{
    uint32_t id = pci_read32(device, PCI_VENDOR_ID);
    return id != PCI_GONE32 && id == ((uint32_t)device->device_id << 16 | device->vendor_id);
}

void pci_function_destroy(struct device *device)
{
    heap_free(device->capabilities.items);
    heap_free((char *)device->capabilities.fault);
    heap_free(device->extended_capabilities.items);
    heap_free((char *)device->extended_capabilities.fault);
    for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++)
        heap_free((char *)device->bars[i].refusal);
    heap_free(device);
}
