// The layout of the name tables that kernel/inventory/pci_ids.py makes of pci.ids.
#ifndef KERNEL_INVENTORY_PCI_IDS_TABLE_H
#define KERNEL_INVENTORY_PCI_IDS_TABLE_H

#include "kernel/lib/types.h"

// Ids ascend. They are stored as differences, apart from the names, because that deflates best: the tables are half of
// the kernel's image, and the whole image must fit into one file.
enum { PCI_IDS_PAGE_ENTRIES = 64, PCI_IDS_PHRASE_FIRST = 0x80 };

// The start of each PCI_IDS_PAGE_ENTRIES entries.
struct pci_ids_page {
    uint32_t key;  // of the first entry
    uint32_t step; // index into the steps: from the first entry to the second
    uint32_t name; // index into the names: of the first entry
};

struct pci_ids_table {
    const struct pci_ids_page *pages;
    const uint8_t *steps; // seven bits a byte, lowest first; bit 7 set in all but the last byte of a step
    const uint8_t *names; // zero-terminated; bytes from PCI_IDS_PHRASE_FIRST stand for phrases
    uint32_t count;       // entries
};

// Keys: a vendor's id; vendor << 16 | device; the level of a class in bits 24 and up, below it the 24 bits of the class
// code, of which a level leaves out the lower ones.
enum pci_ids_level { PCI_IDS_CLASS = 1, PCI_IDS_SUBCLASS, PCI_IDS_INTERFACE };

extern const struct pci_ids_table pci_ids_vendors;
extern const struct pci_ids_table pci_ids_devices;
extern const struct pci_ids_table pci_ids_classes;

// Phrase n is the text from start n to start n + 1.
extern const uint16_t pci_ids_phrase_starts[];
extern const char pci_ids_phrases[];

#endif
