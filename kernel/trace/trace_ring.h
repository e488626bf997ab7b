// One CPU's ring of trace records, as the traced stubs write it, and as C code adds to it.
#ifndef KERNEL_TRACE_TRACE_RING_H
#define KERNEL_TRACE_TRACE_RING_H

#include "kernel/lib/types.h"

// What a record tells. In brackets: what `number` and the detail in `word` are then.
enum trace_kind {
    TRACE_ENTRY = 0,  // a routine is about to run [irq number, 0: the vector is; vector * TRACE_ENTRY_SCALE]
    TRACE_EXIT,       // it has returned [low byte: its answer; -]
    TRACE_SPURIOUS,   // [-, -]
    TRACE_UNKNOWN,    // nobody owns the vector [vector; TRACE_UNCLASSIFIED]
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
    TRACE_UNCLASSIFIED = 0xff, // the class of an unknown interrupt that nobody has looked at yet
    TRACE_MARGIN = 16,         // oldest places that routines still running when recording stops may write: one a level
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

// Overwrites its oldest record when it is full. Only its own CPU writes.
struct trace_ring {
    uint64_t position; // bytes ever taken; the next record stands at this & mask
    uint64_t mask;     // size in bytes, a power of two, less 1
    struct trace_record *records;
    uint64_t joined; // TRACE_PLACES ever written: they are no events of their own
};

// A place a message is routed to, in 32 bits.
#define TRACE_PLACE_NONE UINT32_MAX
static inline uint32_t trace_place(uint32_t cpu, uint32_t vector)
{
    return cpu << 8 | vector;
}

// Appends records that stay together. On the ring's CPU, interrupts off; an NMI may append as well.
void trace_ring_put(struct trace_ring *ring, const struct trace_record *records, uint32_t count);

#endif
