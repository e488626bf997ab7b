// What a scan of the fake configuration spaces found.

#include "tests/fakes/pci_scanned.h"

// Compiled in here: neither has a way to be emptied.
#include "kernel/inventory/claim.c"
#include "kernel/inventory/device.c"

#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_scan.h"
#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

int scanned_reset(void **state)
{
    while (first) {
        struct device *device = first;
        first = device->next;
        free(device->irq.sources[MESSAGE_MSIX]); // a source is the first member of its object
        free(device->irq.sources[MESSAGE_MSI]);
        pci_function_destroy(device);
    }
    memset(alike, 0, sizeof(alike));
    memset(bridge_to, 0, sizeof(bridge_to));
    last = NULL;
    total = 0;
    heap_free(claims);
    claims = NULL;
    count = room = 0;
    fake_config_reset();
    fake_mmio_reset();
    surroundings_reset();
    event_clear();
    return 0;
}

void scan(void)
{
    assert_int_equal(pci_scan_all(), RESULT_OK);
}

struct device *at(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function)
{
    return device_find((struct pci_address){segment, bus, device, function});
}

struct fake_function *scanned_endpoint(uint8_t bus, uint8_t device, uint64_t bar)
{
    struct fake_function *function = fake_function_add(0, bus, device, 0, 0x10d38086);
    fake_config_put(function, 0x08, 4, 0x02000003);
    fake_config_bar(function, 0, bar, 0x10000);
    fake_config_msix(function, 0xa0, 0x0004, 0x00000000, 0x00002000);
    fake_config_put(function, 0x04, 2, 0x0002);
    return function;
}

struct fake_function *scanned_bridge(uint8_t bus, uint8_t device, uint8_t secondary, uint8_t subordinate)
{
    struct fake_function *bridge = fake_function_add(0, bus, device, 0, 0x000c1b36);
    fake_config_bridge(bridge, bus, secondary, subordinate);
    fake_config_put(bridge, 0x20, 4, 0x80f08000);
    fake_config_put(bridge, 0x24, 4, 0x0001fff1);
    fake_config_put(bridge, 0x04, 2, 0x0006);
    return bridge;
}

struct fake_function *scanned_port(uint8_t bus, uint8_t device, uint8_t secondary, uint32_t type)
{
    struct fake_function *port = scanned_bridge(bus, device, secondary, secondary);
    fake_config_capability(port, SCANNED_EXPRESS, 0x10, (uint16_t)(type << 4 | 2));
    return port;
}
