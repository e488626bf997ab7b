// The search for functions: every bus of every segment.

#include "drivers/pci/pci_scan.h"
#include "drivers/pci/pci_bridge.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/pci/pci_takeover.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

enum { BUS_COUNT = 256, DEVICE_COUNT = 32, FUNCTION_COUNT = 8, READY_LOOKS = 100 };

#define READY_STEP WAIT_MILLISECONDS(10) // a second in all: PCI Express Base 4.0, 2.3.1

// After a reset a function may answer with Configuration Request Retry; root ports then return vendor ID PCI_NOT_READY.
static uint32_t id_read(struct pci_address address)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t id = pci_config_read32(address, PCI_VENDOR_ID);
    bool is_late = (id & PCI_GONE16) == PCI_NOT_READY;

    for (uint32_t i = 0; i < READY_LOOKS && (id & PCI_GONE16) == PCI_NOT_READY; i++) {
        wait_pause(READY_STEP);
        id = pci_config_read32(address, PCI_VENDOR_ID);
    }
    if (is_late && (id & PCI_GONE16) == PCI_NOT_READY) {
        log_warning("pci: %s: not ready within a second: left out", pci_address_format(address, text));
        firmware_record("not_ready", id, "%s", text);
    }
    return id;
}

// All ones for an absent function; some host bridges return zeros.
static bool is_there(struct pci_address address)
{
    uint32_t vendor = id_read(address) & PCI_GONE16;
    return vendor != PCI_GONE16 && vendor != PCI_NOT_READY && vendor != 0;
}

static void header_check(const struct device *device)
{
    if (device->header_type <= PCI_HEADER_BRIDGE)
        return;
    char text[DEVICE_ADDRESS_TEXT];
    log_warning("pci: %s: header type %u is not known: listed without BARs", pci_address_format(device->address, text),
                device->header_type);
}

static struct device *function_add(struct pci_address address)
{
    struct device *device = pci_function_create(address);
    if (!device)
        return NULL;
    header_check(device);
    if (device->header_type == PCI_HEADER_BRIDGE)
        pci_bridge_check(device);
    device_list(device);
    return device;
}

// Function 0 must be there where any is (PCI Local Bus 3.0, 3.2.2.3.4). A function without a function 0 is taken over
// too: it may be active.
static void orphans_scan(struct pci_address address)
{
    for (address.function = 1; address.function < FUNCTION_COUNT; address.function++) {
        char text[DEVICE_ADDRESS_TEXT];
        if (!is_there(address))
            continue;
        log_warning("pci: %s: there without a function 0", pci_address_format(address, text));
        firmware_record("no_function_0", 0, "%s", text);
        function_add(address);
    }
}

// The function numbers of a device behind a port that forwards them all: eight bits, each naming the next (PCI Express
// Base 4.0, 7.8.7.2). Each number must be higher than the last, so the chain ends.
static void ari_scan(const struct device *function)
{
    while (function) {
        uint16_t offset = pci_capability_find(&function->extended_capabilities, PCI_CAPABILITY_ARI);
        struct pci_address address = function->address;
        uint32_t number = (uint32_t)address.device * FUNCTION_COUNT + address.function;
        uint32_t next = offset ? pci_config_read16(address, (uint16_t)(offset + PCI_ARI_CAPABILITY)) >> 8 : 0;
        if (next == 0)
            return;
        address.device = (uint8_t)(next / FUNCTION_COUNT);
        address.function = next % FUNCTION_COUNT;
        if (next <= number || !is_there(address)) {
            char text[DEVICE_ADDRESS_TEXT];
            log_warning("pci: %s: names function %u as its next, which is not there",
                        pci_address_format(function->address, text), next);
            return;
        }
        function = function_add(address);
    }
}

// Function numbers of a multi-function device may have holes.
static void device_scan(struct pci_address address, bool is_known_bus, struct device *port)
{
    if (!is_there(address)) {
        if (is_known_bus)
            orphans_scan(address);
        return;
    }
    bool has_more = pci_config_read8(address, PCI_HEADER_TYPE) & PCI_HEADER_MULTIFUNCTION;
    struct device *function = function_add(address);
    if (function && port && pci_bridge_forward_ari(port, function)) {
        ari_scan(function);
        return;
    }
    for (address.function = 1; has_more && address.function < FUNCTION_COUNT; address.function++)
        if (is_there(address))
            function_add(address);
}

// Below a port there is one device; other device numbers alias it or are absent. Bus 0 and buses below a bridge are
// known; on the others a device without a function 0 is not searched further.
static void bus_scan(uint16_t segment, uint8_t bus)
{
    struct pci_address address = {.segment = segment, .bus = bus};
    struct device *bridge = device_bridge_to(segment, bus);
    bool is_port = bridge && pci_bridge_is_port(bridge);
    for (; address.device < (is_port ? 1 : DEVICE_COUNT); address.device++)
        device_scan(address, bridge || bus == 0, is_port ? bridge : NULL);
}

static void segment_scan(uint16_t segment)
{
    for (uint32_t bus = 0; bus < BUS_COUNT; bus++)
        if (pci_config_reaches(segment, (uint8_t)bus))
            bus_scan(segment, (uint8_t)bus);
}

enum result pci_scan_all(void)
{
    for (uint32_t i = 0; i < pci_config_segment_total(); i++)
        segment_scan(pci_config_segment(i));
    enum result result = pci_takeover_all();
    log_info("pci: %u functions in %u segment(s)", device_total(), pci_config_segment_total());
    return result;
}
