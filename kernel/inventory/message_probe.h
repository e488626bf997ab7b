// What of a message source's registers really exists, as a source finds by writing them: bits that keep what is
// written, entries that share their storage.
#ifndef KERNEL_INVENTORY_MESSAGE_PROBE_H
#define KERNEL_INVENTORY_MESSAGE_PROBE_H

#include "kernel/lib/types.h"

// A mask bit is tried only where the entry leads to a local APIC: were it let go elsewhere, and the function mask a
// lie, the message would go into memory.
enum probe_mask { PROBE_MASK_UNTRIED, PROBE_MASK_WORKS, PROBE_MASK_FAILS };

// One entry of an MSI-X table; of MSI, the one pair of address and data.
struct probe_entry {
    uint64_t address; // bits that can be set and cleared
    uint32_t data;
    enum probe_mask mask;
    uint32_t vendor;  // vector control above the mask bit, as found
    uint32_t same_as; // the highest entry that shows what is written here: its own number when none shares its storage
};

struct message_probe {
    struct probe_entry *entries; // the caller's, one for each of the source's capacity
    uint32_t entry_count;        // filled in
    uint32_t beyond;             // entries behind the table's end that were looked at, and not written
    uint32_t mirrored;           // of them, those that show an entry of the table
    uint32_t pending;            // messages that waited at the device at the end
    uint32_t granted;            // MSI: the most messages that multiple message enable keeps; else 0
    uint32_t mask_bits;          // MSI: bits of the mask register that can be set and cleared
    bool is_restored;            // every word reads as before
};

#endif
