// Taking the functions that were found over from the firmware.

#include "drivers/pci/pci_takeover.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_bar_check.h"
#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_leftover.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/usb_handover.h"
#include "kernel/runtime/log.h"

// Values read from a function that disappeared are invalid.
static void vanished_remove(void)
{
    char text[DEVICE_ADDRESS_TEXT];

    for (struct device *device = device_first(), *next; device; device = next) {
        next = device->next;
        if (pci_function_is_present(device))
            continue;
        log_warning("pci: %s: gone while it was being read", pci_address_format(device->address, text));
        device_remove(device);
        pci_function_destroy(device);
    }
}

static void usb_take(void)
{
    device_for_each (device)
        if (device->class_code >> 8 == PCI_CLASS_USB)
            usb_handover(device);
}

static void quiet(uint8_t header_type)
{
    device_for_each (device)
        if ((device->header_type == PCI_HEADER_BRIDGE) == (header_type == PCI_HEADER_BRIDGE))
            pci_leftover_quiet(device);
}

// The firmware's keyboard works by its USB controllers, from system management interrupts: USB handover before
// quieting, or else it waits for them without end. Endpoints before bridges, or else transfers would be cut off. BARs
// are sized after quieting: they hold all ones meanwhile.
enum result pci_takeover_all(void)
{
    device_for_each (device)
        pci_leftover_record(device);
    usb_take();
    quiet(PCI_HEADER_ENDPOINT);
    quiet(PCI_HEADER_BRIDGE);
    device_for_each (device)
        pci_bar_read_all(device);
    vanished_remove();
    enum result result = pci_bar_check_all();
    device_for_each (device) {
        pci_function_attach_sources(device);
        irq_device_add(&device->irq);
    }
    return result;
}
