// Finds which entries and bits of an MSI-X table are implemented, by writing them. PCI Local Bus 3.0, 6.8.2. Pure but
// for its accesses.
#ifndef DRIVERS_PCI_PCI_MSIX_PROBE_H
#define DRIVERS_PCI_PCI_MSIX_PROBE_H

#include "kernel/inventory/message_probe.h"
#include "kernel/lib/result.h"

// The table's entries, and the words behind them up to the end of the table's last 4 KiB page or the PBA.
struct probe_table {
    uint32_t (*read)(void *context, uint32_t entry, uint32_t offset);
    void (*write)(void *context, uint32_t entry, uint32_t offset, uint32_t value);
    void *context;
    uint32_t count;
    uint32_t beyond; // entries that may be read behind the last
};

// One pass, while the function mask is set: every entry is masked, its words are tried and tagged, and all is put back
// as it was, the mask bits last. Behind the end nothing is written. Fills in all but `pending` and what is MSI's. A
// word with missing bits shows in `probe`, not in the result. RESULT_NO_MEMORY: nothing was written.
MUST_USE enum result pci_msix_probe(const struct probe_table *table, struct message_probe *probe);

#endif
