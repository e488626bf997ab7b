// One CPU's ring of trace records, written by the traced stubs and by C code.
#ifndef KERNEL_TRACE_TRACE_RING_H
#define KERNEL_TRACE_TRACE_RING_H

#include "kernel/lib/types.h"

// The kind of a record. In brackets: its `number`; the detail in `word`.
enum trace_kind {
    TRACE_ENTRY = 0,  // a routine is about to run [irq number, 0: the vector is; vector * TRACE_ENTRY_SCALE]
    TRACE_EXIT,       // it has returned [low byte: its answer; -]
    TRACE_SPURIOUS,   // [-, -]
    TRACE_UNKNOWN,    // the vector has no owner [vector; TRACE_UNCLASSIFIED]
    TRACE_MASK,       // [irq number; 1: masked]
    TRACE_CONNECT,    // routes [irq number; -]; the record after it is their TRACE_PLACES
    TRACE_RETARGET,   // the hardware is about to point at the new place
    TRACE_DRAIN,      // nothing arrives at the old place any more
    TRACE_DISCONNECT, //
    TRACE_PLACES,     // old place in the low half of `cycles`, new one in the high half [-, -]
    TRACE_KIND_COUNT
};

enum {
    TRACE_KIND_SHIFT = 24, // the kind is the high byte of `word`, the detail the rest
    TRACE_ENTRY_SCALE = 16,
    TRACE_UNCLASSIFIED = 0xff, // the class of an unknown interrupt before it is decided
    TRACE_MARGIN = 16, // the oldest records, which routines running when recording stops may overwrite: one per level
};
#define TRACE_DETAIL_MASK UINT32_C(0x00ffffff)

struct trace_record {
    uint64_t cycles;
    uint32_t number;
    uint32_t word;
};
_Static_assert(sizeof(struct trace_record) == 16, "the stubs and the ring's mask count in 16 bytes");

static inline uint32_t trace_word(enum trace_kind kind, uint32_t detail)
{
    return (uint32_t)kind << TRACE_KIND_SHIFT | (detail & TRACE_DETAIL_MASK);
}

// Overwrites its oldest record when full. Written only by its own CPU.
struct trace_ring {
    uint64_t position; // bytes ever taken; the next record stands at this & mask
    uint64_t mask;     // size in bytes, a power of two, less 1
    struct trace_record *records;
    uint64_t joined; // TRACE_PLACES records ever written: not counted as events
};

// A message's CPU and vector, in 32 bits.
#define TRACE_PLACE_NONE UINT32_MAX
static inline uint32_t trace_place(uint32_t cpu, uint32_t vector)
{
    return cpu << 8 | vector;
}

// Appends records contiguously. On the ring's CPU, interrupts off; may be interrupted by an NMI that appends, too.
void trace_ring_put(struct trace_ring *ring, const struct trace_record *records, uint32_t count);

#endif
