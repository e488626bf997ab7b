// Which bits of a message source's registers exist, found by writing them: bits that keep a written value, entries that
// share storage.
#ifndef KERNEL_INVENTORY_MESSAGE_PROBE_H
#define KERNEL_INVENTORY_MESSAGE_PROBE_H

#include "kernel/lib/types.h"

// The mask bit is tried only where the entry's address leads to a local APIC: elsewhere, if the function mask does not
// work, the unmasked message would be written to memory.
enum probe_mask { PROBE_MASK_UNTRIED, PROBE_MASK_WORKS, PROBE_MASK_FAILS };

// One entry of an MSI-X table; of MSI, the single pair of address and data.
struct probe_entry {
    uint64_t address; // bits that can be set and cleared
    uint32_t data;
    enum probe_mask mask;
    uint32_t vendor;  // vector control above the mask bit, as found
    uint32_t same_as; // the highest entry that shows a value written here: its own number if the storage is not shared
};

struct message_probe {
    struct probe_entry *entries; // the caller's array, one per message of the source's capacity
    uint32_t entry_count;        // filled in
    uint32_t beyond;             // entries past the table's end that were read; never written
    uint32_t mirrored;           // of `beyond`, those that show an entry of the table
    uint32_t pending;            // messages pending at the device at the end
    uint32_t granted;            // MSI: the largest Multiple Message Enable that is kept, in messages; else 0
    uint32_t mask_bits;          // MSI: bits of the mask register that can be set and cleared
    bool is_restored;            // every word reads as before
};

#endif
