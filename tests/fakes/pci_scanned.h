// What a scan of the fake configuration spaces found: the real inventory and the real claims, which can be emptied
// here.
#ifndef TESTS_FAKES_PCI_SCANNED_H
#define TESTS_FAKES_PCI_SCANNED_H

#include "kernel/inventory/device.h"
#include "tests/fakes/pci_config.h"

// Empties configuration spaces, device memory, inventory, claims, log, findings and events: set-up and tear-down of a
// cmocka test.
int scanned_reset(void **state);

// Scans, and insists that it goes well.
void scan(void);

// The record of a function; NULL where none was found.
struct device *at(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function);

// A decoded endpoint on segment 0: 64 KiB at BAR 0, where its MSI-X table is.
struct fake_function *scanned_endpoint(uint8_t bus, uint8_t device, uint64_t bar);

// A bridge on segment 0, at work, whose memory window is 16 MiB from 0x80000000 on; the same as a port of PCI Express,
// of that type, with its capability at SCANNED_EXPRESS.
enum { SCANNED_EXPRESS = 0x70 };
struct fake_function *scanned_bridge(uint8_t bus, uint8_t device, uint8_t secondary, uint8_t subordinate);
struct fake_function *scanned_port(uint8_t bus, uint8_t device, uint8_t secondary, uint32_t type);

#endif
