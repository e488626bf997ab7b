// Which memory, chipset register or base address register answers at a physical address, or at an I/O port. Checked
// before anything is written to an address that a table or a register names.
#ifndef KERNEL_INVENTORY_CLAIM_H
#define KERNEL_INVENTORY_CLAIM_H

#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

enum { CLAIM_OWNER_TEXT = 24 }; // "0000:00:00.0 BAR 0" and its end

#define CLAIM_MEMORY "RAM" // the owner of all memory

// Rank of a claim. Of two that share an address the lower one must not be used; of equal rank neither.
enum claim_rank {
    CLAIM_ASSIGNED, // a BAR with an address whose function does not decode it
    CLAIM_DECODED,  // a BAR whose function decodes it
    CLAIM_FIXED,    // memory, and registers with a fixed address: local APIC, IOAPIC, HPET, ECAM, remapping unit
};

struct claim {
    struct physical base;
    uint64_t size; // bytes, never 0; the range does not wrap
    bool is_port;  // `base` is a port number: an address space of its own
    enum claim_rank rank;
    char owner[CLAIM_OWNER_TEXT]; // "RAM", "local APIC", "IOAPIC 2", "0000:00:04.0 BAR 3"
};

// Adds a claim, or extends the last one added if it continues that one with the same owner and rank. RESULT_INVALID: an
// empty range or one that wraps; RESULT_NO_MEMORY, logged. PASSIVE, boot.
MUST_USE enum result claim_add(struct physical base, uint64_t size, enum claim_rank rank, const char *owner_format, ...)
    PRINTF_LIKE(4, 5);

// Returns NULL if `owner` may use this range, else the conflicting claim of another owner with at least `rank`: the one
// of highest rank, among equals the first added. Valid until the next claim_add(). NULL for an empty range or one that
// wraps. Any IRQL.
const struct claim *claim_against(struct physical base, uint64_t size, enum claim_rank rank, const char *owner);

// The same for I/O ports. Those beyond 0xffff do not exist: RESULT_INVALID, NULL.
MUST_USE enum result claim_add_ports(uint64_t first, uint64_t count, enum claim_rank rank, const char *owner);
const struct claim *claim_against_ports(uint64_t first, uint64_t count, enum claim_rank rank, const char *owner);

// True if the memory address lies in a claim of this owner. Any IRQL.
bool claim_is_of(struct physical address, const char *owner);

// The claims in the order added; NULL past the last.
const struct claim *claim_get(uint32_t index);

#endif
