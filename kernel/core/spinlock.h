// A spinlock for sections of a few instructions. Interrupts are off while it is held.
#ifndef KERNEL_CORE_SPINLOCK_H
#define KERNEL_CORE_SPINLOCK_H

#include "kernel/lib/types.h"

struct spinlock {
    uint32_t held;
};

// Returns whether interrupts were on, for spinlock_release(). Not recursive.
bool spinlock_acquire(struct spinlock *lock);
void spinlock_release(struct spinlock *lock, bool were_on);

#endif
