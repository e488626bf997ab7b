// What a scan of the fake configuration spaces found: the real inventory and the real claims, which can be emptied
// here.
#ifndef TESTS_FAKES_PCI_SCANNED_H
#define TESTS_FAKES_PCI_SCANNED_H

#include "kernel/inventory/device.h"

// Empties configuration spaces, device memory, inventory, claims, log, findings and events: set-up and tear-down of a
// cmocka test.
int scanned_reset(void **state);

// Scans, and insists that it goes well.
void scan(void);

// The record of a function; NULL where none was found.
struct device *at(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function);

#endif
