// A test-and-set lock that spins on a read, so that waiters share the cache line until the release.

#include "kernel/core/spinlock.h"
#include "kernel/core/host.h"

bool spinlock_acquire(struct spinlock *lock)
{
    bool were_on = host_interrupts_disable();
    while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED))
            host_relax();
    }
    return were_on;
}

void spinlock_release(struct spinlock *lock, bool were_on)
{
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
    host_interrupts_restore(were_on);
}
