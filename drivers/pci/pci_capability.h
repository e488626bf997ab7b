// Capability lists: pure walks over untrusted configuration space. PCI Local Bus 3.0, 6.7; PCI Express Base 4.0, 7.6.3
// and 7.9.1.
#ifndef DRIVERS_PCI_PCI_CAPABILITY_H
#define DRIVERS_PCI_PCI_CAPABILITY_H

#include "kernel/inventory/device.h"

// Step limits: the places a list can have, since a place visited twice ends the walk.
enum {
    PCI_CAPABILITY_LIMIT = 48,           // dwords in 0x40..0xff
    PCI_CAPABILITY_EXTENDED_LIMIT = 960, // dwords in 0x100..0xfff
    PCI_CAPABILITY_FAULT_TEXT = 24,
};

// Reads one aligned dword of one function's configuration space.
struct pci_reader {
    uint32_t (*read32)(void *context, uint16_t offset);
    void *context;
};

enum pci_capability_fault {
    PCI_CAPABILITY_PROPER, // a null pointer ended the list
    PCI_CAPABILITY_LOOPS,  // back at a place already visited
    PCI_CAPABILITY_ALL_ONES,
    PCI_CAPABILITY_BELOW, // points into the header, or out of the extended space
};

struct pci_capability_walk {
    struct capability *items; // room for the limit of the list walked, the caller's
    uint32_t count;
    enum pci_capability_fault fault;
    uint16_t fault_offset;
};

// Walks the standard list; none where the status register says so. Items before a fault are kept.
void pci_capability_walk(const struct pci_reader *reader, struct pci_capability_walk *walk);

// Walks the extended list; none where the first dword is zero or all ones.
void pci_capability_walk_extended(const struct pci_reader *reader, struct pci_capability_walk *walk);

// "loops at 0x50"; false, and nothing written, where the list ended properly.
bool pci_capability_fault_text(const struct pci_capability_walk *walk, char text[PCI_CAPABILITY_FAULT_TEXT]);

// The offset of the first capability with that id, 0 for none.
uint16_t pci_capability_find(const struct capability_list *list, uint16_t id);

#endif
