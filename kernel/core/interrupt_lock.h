// A lock shared by the messages of one or more devices and taken around their service routines, at its synchronize
// IRQL. As Windows' interrupt spin lock and SynchronizeIrql.
#ifndef KERNEL_CORE_INTERRUPT_LOCK_H
#define KERNEL_CORE_INTERRUPT_LOCK_H

#include "kernel/core/message.h"

// Zeroed while no device uses it. The first device to connect fixes the level for as long as any device uses it. The
// level is at least that of every message on the lock, so a holder is never interrupted by a routine that spins on it.
struct interrupt_lock {
    uint32_t held;
    uint32_t set_count; // devices that use it
    enum irql irql;     // the synchronize IRQL
};

// Runs `critical` with the set's lock held, at its synchronize IRQL: no routine of the messages that share it runs at
// the same time, on any CPU. Returns what `critical` returns. False without calling `critical`, reported: caller above
// that level, or a set without a lock. Up to the synchronize IRQL, interrupts on; not recursive.
bool interrupt_synchronize(const struct message_set *set, bool (*critical)(void *context), void *context);

// The routine of an object whose set has a lock; it calls the object's `service`.
service_routine interrupt_lock_routine;

// For connecting. Open: before the messages are placed; no effect without a lock. Settle: once they are placed and
// before the source may fire; fixes the lock's level and keeps later moves of the set from exceeding it.
// `synchronize_irql` 0 asks for the highest level of the set. A line may share a pin and so move to any device level;
// its lock is always of the highest. RESULT_INVALID, logged with both levels: a requested level below a message's or
// above the devices', or a message above the level fixed by another device. Close: after the set has drained. PASSIVE.
void interrupt_lock_open(struct message_set *set, struct interrupt_lock *lock);
MUST_USE enum result interrupt_lock_settle(struct message_set *set, enum irql synchronize_irql);
void interrupt_lock_close(struct message_set *set);

// False if the vector's level is above the level of the set's lock.
bool interrupt_lock_permits(const struct message_set *set, uint32_t vector);

#endif
