// Service routines that exclude each other: a lock that the messages of a device share, or of several devices, taken
// around the routine at the lock's synchronize IRQL. Windows' interrupt spin lock and SynchronizeIrql.
#ifndef KERNEL_CORE_INTERRUPT_LOCK_H
#define KERNEL_CORE_INTERRUPT_LOCK_H

#include "kernel/core/message.h"

// Zeroed while no device uses it. Its level is that of the first device which connects with it, and stays while one
// does: all its holders run at the highest level of any of its messages, so none is interrupted by one that spins.
struct interrupt_lock {
    uint32_t held;
    uint32_t set_count; // devices that use it
    enum irql irql;     // the synchronize IRQL
};

// Runs `critical` with the set's lock held, at its synchronize IRQL: no routine of the messages that share it runs at
// the same time, on any CPU. Answers what `critical` does. A caller above that level is reported and refused, and so is
// a set without a lock: false, and `critical` is not called. Up to the synchronize IRQL, interrupts on; not recursive.
bool interrupt_synchronize(const struct message_set *set, bool (*critical)(void *context), void *context);

// The routine of an object whose set has a lock; it calls the object's `service`.
service_routine interrupt_lock_routine;

// For connecting. Open: before the messages are placed; without a lock nothing happens. Settle: once they are placed
// and before the source may fire; fixes the lock's level and keeps later moves of the set from exceeding it.
// `synchronize_irql` 0 asks for the highest level of the set. A line may share a pin and so move to any device level;
// its lock is always of the highest. RESULT_INVALID, logged with both levels: one asked for below a message's or above
// the devices', or a message above the level at which another device uses the lock. Close: nothing arrives any more.
// PASSIVE.
void interrupt_lock_open(struct message_set *set, struct interrupt_lock *lock);
MUST_USE enum result interrupt_lock_settle(struct message_set *set, enum irql synchronize_irql);
void interrupt_lock_close(struct message_set *set);

// May a message of the set live on this vector? Not above its lock's level.
bool interrupt_lock_permits(const struct message_set *set, uint32_t vector);

#endif
