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
