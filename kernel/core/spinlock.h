// A lock for a few instructions. Taken with interrupts off, so a holder is never interrupted.
#ifndef KERNEL_CORE_SPINLOCK_H
#define KERNEL_CORE_SPINLOCK_H

#include "kernel/lib/types.h"

struct spinlock {
    uint32_t held;
};

// Answers whether interrupts were on; give it back to release. Not recursive.
bool spinlock_acquire(struct spinlock *lock);
void spinlock_release(struct spinlock *lock, bool were_on);

#endif
