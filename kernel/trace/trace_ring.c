// Appends to a ring from C.

#include "kernel/trace/trace_ring.h"

// Reserves all records by one step before writing them, as the stubs do: an interrupting writer gets others.
void trace_ring_put(struct trace_ring *ring, const struct trace_record *records, uint32_t count)
{
    uint64_t position = __atomic_fetch_add(&ring->position, count * sizeof(*records), __ATOMIC_RELAXED);

    for (uint32_t i = 0; i < count; i++) {
        ring->records[((position + i * sizeof(*records)) & ring->mask) / sizeof(*records)] = records[i];
        ring->joined += records[i].word >> TRACE_KIND_SHIFT == TRACE_PLACES;
    }
}
