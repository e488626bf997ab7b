// One at a time without waiting: while a message moves between CPUs its routine may run on both. The first does the
// work; the other marks the gate and returns.
#ifndef DRIVERS_GATE_H
#define DRIVERS_GATE_H

#include "kernel/lib/types.h"

// A zeroed gate is open.
struct gate {
    uint32_t asked;
};

// True: the caller does the work, then calls gate_leave(). False: the CPU inside does the caller's work too. Any IRQL.
static inline bool gate_enter(struct gate *gate)
{
    return __atomic_fetch_add(&gate->asked, 1, __ATOMIC_ACQ_REL) == 0;
}

// The count of entries; read before the work, passed to gate_leave() after it.
static inline uint32_t gate_asked(const struct gate *gate)
{
    return __atomic_load_n(&gate->asked, __ATOMIC_ACQUIRE);
}

// False: another CPU asked during the work, which must be repeated.
static inline bool gate_leave(struct gate *gate, uint32_t asked)
{
    return __atomic_compare_exchange_n(&gate->asked, &asked, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#endif
