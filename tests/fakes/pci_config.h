// Configuration spaces that are not there: bytes, which bits a write changes, and what was written. Takes the place of
// drivers/pci/pci_config.c.
#ifndef TESTS_FAKES_PCI_CONFIG_H
#define TESTS_FAKES_PCI_CONFIG_H

#include "drivers/pci/pci_config.h"

struct fake_function {
    struct fake_function *next;
    struct pci_address address;
    uint8_t bytes[4096];
    uint8_t writable[4096]; // bits that keep what is written
    uint32_t accesses;
    uint32_t gone_after;     // accesses until it answers all ones; 0: stays
    uint32_t status_writes;  // of any width that touched the status register
    uint32_t decoded_probes; // BAR writes of all ones while memory or I/O decode was on
    uint32_t not_ready;      // reads of the vendor ID that are still put off
    void (*on_write)(struct fake_function *function, uint16_t offset, uint32_t value); // after the bytes changed
};

void fake_config_reset(void);
uint32_t fake_config_accesses(void);

// Further segments, beside segment 0 with all its buses.
void fake_config_segment(uint16_t segment, uint8_t first_bus, uint8_t last_bus);

// A function of header type 0 without BARs or capabilities; command and BARs follow the writes.
struct fake_function *fake_function_add(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function, uint32_t id);

void fake_config_put(struct fake_function *function, uint16_t offset, uint32_t width, uint32_t value);
uint32_t fake_config_get(const struct fake_function *function, uint16_t offset, uint32_t width);
void fake_config_writable(struct fake_function *function, uint16_t offset, uint32_t width, uint32_t mask);

// A BAR as it stands, flags in its low bits; `size` decides what sizing reads. 64-bit ones take the next slot too.
void fake_config_bar(struct fake_function *function, uint32_t index, uint64_t value, uint64_t size);

// Puts a capability in front of the standard list; `control` is its upper half word.
void fake_config_capability(struct fake_function *function, uint8_t offset, uint8_t id, uint16_t control);
void fake_config_msi(struct fake_function *function, uint8_t offset, uint16_t control);
void fake_config_msix(struct fake_function *function, uint8_t offset, uint16_t control, uint32_t table, uint32_t pba);
void fake_config_bridge(struct fake_function *function, uint8_t primary, uint8_t secondary, uint8_t subordinate);

#endif
