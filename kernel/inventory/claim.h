// Who answers at which physical address: memory, the chipset's own registers, base address registers. Asked before
// anything is written to an address that a table or a register names.
#ifndef KERNEL_INVENTORY_CLAIM_H
#define KERNEL_INVENTORY_CLAIM_H

#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

enum { CLAIM_OWNER_TEXT = 24 }; // "0000:00:00.0 BAR 0" and its end

#define CLAIM_MEMORY "RAM" // the owner that all memory has

// How much a claim weighs. Of two that share an address the lesser one must not be used; two of the same rank both.
enum claim_rank {
    CLAIM_ASSIGNED, // a BAR that holds an address while its function does not decode it
    CLAIM_DECODED,  // a BAR its function answers at
    CLAIM_FIXED,    // memory, and registers that are nowhere else: local APIC, IOAPIC, HPET, ECAM, remapping unit
};

struct claim {
    struct physical base;
    uint64_t size; // bytes, never 0; the range does not wrap
    enum claim_rank rank;
    char owner[CLAIM_OWNER_TEXT]; // "RAM", "local APIC", "IOAPIC 2", "0000:00:04.0 BAR 3"
};

// Adds a claim; one that continues the last one added, of the same owner and rank, extends it. RESULT_INVALID: an empty
// range or one that wraps; RESULT_NO_MEMORY, logged. PASSIVE, boot.
MUST_USE enum result claim_add(struct physical base, uint64_t size, enum claim_rank rank, const char *owner_format, ...)
    PRINTF_LIKE(4, 5);

// May `owner` use this range? NULL: yes. Otherwise who else claims a part of it, in a claim of `rank` or above: of
// those the one of the highest rank, and of these the first that was added. It stays where it is until the next
// claim_add(). A range that is empty or wraps is nobody's. Any IRQL.
const struct claim *claim_against(struct physical base, uint64_t size, enum claim_rank rank, const char *owner);

// The claims in the order they were added; NULL beyond the last.
const struct claim *claim_get(uint32_t index);

#endif
