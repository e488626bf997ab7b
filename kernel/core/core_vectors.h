// The vectors that the core itself sends: its host's to choose.
#ifndef KERNEL_CORE_CORE_VECTORS_H
#define KERNEL_CORE_CORE_VECTORS_H

#include "kernel/core/irql.h"

struct core_vectors {
    uint32_t dispatch; // deferred calls: of the dispatch row, which is below the devices'
    uint32_t drain;    // of that row as well: what arrives there proves that no device's interrupt is pending
    uint32_t wake;     // ends another CPU's sleep: above the devices' rows
};

// As core_start() was given them; 0x20, 0x21 and 0xe0 before it.
extern struct core_vectors core_vectors;

// Takes the host's choice. RESULT_INVALID, logged with the vector: in a wrong row, or one twice.
MUST_USE enum result core_vectors_set(struct core_vectors vectors);

#endif
