// The vectors that the core itself sends, chosen by the host.
#ifndef KERNEL_CORE_CORE_VECTORS_H
#define KERNEL_CORE_CORE_VECTORS_H

#include "kernel/core/irql.h"

struct core_vectors {
    uint32_t dispatch; // deferred calls: of the dispatch row, which is below the devices'
    uint32_t drain;    // of the dispatch row: its arrival proves that no device interrupt is pending
    uint32_t wake;     // ends another CPU's sleep: above the devices' rows
};

// Set by core_start(); 0x20, 0x21 and 0xe0 until then.
extern struct core_vectors core_vectors;

// Takes the host's choice. RESULT_INVALID, logged with the vector: it is in the wrong row, or used twice.
MUST_USE enum result core_vectors_set(struct core_vectors vectors);

#endif
