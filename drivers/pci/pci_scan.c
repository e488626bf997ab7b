// The search for functions: every bus of every segment.

#include "drivers/pci/pci_scan.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_leftover.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/runtime/log.h"

enum { BUS_COUNT = 256, DEVICE_COUNT = 32, FUNCTION_COUNT = 8 };

// All ones where nobody answers; some host bridges answer zeros.
static bool is_there(struct pci_address address)
{
    uint32_t id = pci_config_read32(address, PCI_VENDOR_ID);
    return (id & 0xffff) != PCI_GONE16 && id != 0;
}

static void header_check(const struct device *device)
{
    if (device->header_type <= PCI_HEADER_BRIDGE)
        return;
    char text[DEVICE_ADDRESS_TEXT];
    log_warning("pci: %s: header type %u is not known: listed without BARs", pci_address_format(device->address, text),
                device->header_type);
}

// False when the function vanished meanwhile.
static bool function_take_over(struct device *device)
{
    if (!pci_function_is_present(device))
        return false;
    // Recorded before it is quieted, and quiet before its BARs are probed.
    pci_leftover_record(device);
    pci_leftover_quiet(device);
    pci_bar_read_all(device);
    return pci_function_is_present(device);
}

// One that vanished is not listed: what was read of it cannot be trusted.
static void function_add(struct pci_address address)
{
    struct device *device = pci_function_create(address);
    if (!device)
        return;
    if (!function_take_over(device)) {
        char text[DEVICE_ADDRESS_TEXT];
        log_warning("pci: %s: gone while it was being read", pci_address_format(address, text));
        pci_function_destroy(device);
        return;
    }
    header_check(device);
    pci_function_attach_sources(device);
    device_add(device);
}

// Function 0 must exist where any does; the others may leave holes.
static void device_scan(struct pci_address address)
{
    if (!is_there(address))
        return;
    bool has_more = pci_config_read8(address, PCI_HEADER_TYPE) & PCI_HEADER_MULTIFUNCTION;
    function_add(address);
    for (address.function = 1; has_more && address.function < FUNCTION_COUNT; address.function++)
        if (is_there(address))
            function_add(address);
}

static void bus_scan(uint16_t segment, uint8_t bus)
{
    struct pci_address address = {.segment = segment, .bus = bus};
    for (; address.device < DEVICE_COUNT; address.device++)
        device_scan(address);
}

static void segment_scan(uint16_t segment)
{
    for (uint32_t bus = 0; bus < BUS_COUNT; bus++)
        if (pci_config_reaches(segment, (uint8_t)bus))
            bus_scan(segment, (uint8_t)bus);
}

void pci_scan_all(void)
{
    for (uint32_t i = 0; i < pci_config_segment_total(); i++)
        segment_scan(pci_config_segment(i));
    log_info("pci: %u functions in %u segment(s)", device_total(), pci_config_segment_total());
}
