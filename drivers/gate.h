// One at a time without waiting: while a message moves between CPUs its routine may run on both. The first to come does
// the work, the other leaves it a note and goes.
#ifndef DRIVERS_GATE_H
#define DRIVERS_GATE_H

#include "kernel/lib/types.h"

// A zeroed gate is open.
struct gate {
    uint32_t asked;
};

// True: the caller does the work and then asks gate_leave(). False: whoever is inside does the caller's share. Any
// IRQL.
static inline bool gate_enter(struct gate *gate)
{
    return __atomic_fetch_add(&gate->asked, 1, __ATOMIC_ACQ_REL) == 0;
}

// How many have asked so far; taken before the work, given to gate_leave() after it.
static inline uint32_t gate_asked(const struct gate *gate)
{
    return __atomic_load_n(&gate->asked, __ATOMIC_ACQUIRE);
}

// False: somebody asked during the work, so it must be done once more.
static inline bool gate_leave(struct gate *gate, uint32_t asked)
{
    return __atomic_compare_exchange_n(&gate->asked, &asked, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#endif
