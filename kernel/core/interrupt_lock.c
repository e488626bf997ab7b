// Taking the lock around a routine, and fixing its level when devices connect.

#include "kernel/core/interrupt_lock.h"
#include "kernel/core/core_log.h"
#include "kernel/core/host.h"

// Spins with interrupts on: the holder runs at this level on another CPU, so it makes progress.
static void acquire(struct interrupt_lock *lock)
{
    while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED))
            host_relax();
    }
}

static void release(struct interrupt_lock *lock)
{
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

bool interrupt_synchronize(const struct message_set *set, bool (*critical)(void *context), void *context)
{
    struct interrupt_lock *lock = set->lock;

    if (!lock) {
        core_error("%s: interrupt_synchronize: connected without a lock", set->device->name);
        return false;
    }
    if (!irql_allows(lock->irql, "interrupt_synchronize"))
        return false;
    enum irql previous = irql_raise_known(lock->irql);
    acquire(lock);
    bool answer = critical(context);
    release(lock);
    irql_lower(previous);
    return answer;
}

bool interrupt_lock_routine(const struct interrupt *self)
{
    struct interrupt_lock *lock = self->message->set->lock;
    enum irql previous = irql_raise_known(lock->irql);

    acquire(lock);
    bool is_claimed = self->service(self);
    release(lock);
    irql_lower(previous);
    return is_claimed;
}

// A device that joins a live line may be called before the level is settled, so an unused lock begins with the highest.
void interrupt_lock_open(struct message_set *set, struct interrupt_lock *lock)
{
    if (!lock)
        return;
    if (lock->set_count++ == 0)
        lock->irql = IRQL_DEVICE_HIGHEST;
    set->lock = lock;
}

static enum irql highest_of(const struct message_set *set)
{
    enum irql highest = IRQL_PASSIVE;

    for (uint32_t i = 0; i < set->message_count; i++)
        if (set->messages[i].info.irql > highest)
            highest = set->messages[i].info.irql;
    return highest;
}

static enum result refuse(const struct message_set *set, const char *what, enum irql level, enum irql other)
{
    core_error("%s: %s: %u against %u", set->device->name, what, level, other);
    return RESULT_INVALID;
}

static void band_limit(struct irql_band *band, enum irql level)
{
    if (band->highest > level)
        band->highest = level;
    if (band->lowest > level)
        band->lowest = level;
}

enum result interrupt_lock_settle(struct message_set *set, enum irql synchronize_irql)
{
    struct interrupt_lock *lock = set->lock;

    if (!lock && !synchronize_irql)
        return RESULT_OK;
    enum irql highest = highest_of(set), level = synchronize_irql ? synchronize_irql : highest;
    if (!lock)
        return refuse(set, "synchronize IRQL without a lock, highest message", level, highest);
    bool is_shared = lock->set_count > 1;
    if (level < highest)
        return refuse(set, "synchronize IRQL below the highest message's", level, highest);
    if (level > IRQL_DEVICE_HIGHEST)
        return refuse(set, "synchronize IRQL above the devices'", level, IRQL_DEVICE_HIGHEST);
    if (set->source->kind == MESSAGE_LINE)
        level = IRQL_DEVICE_HIGHEST;
    if (is_shared && level > lock->irql)
        return refuse(set, "synchronize IRQL above the one another device uses this lock at", level, lock->irql);
    if (!is_shared)
        lock->irql = level;
    band_limit(&set->band, lock->irql);
    return RESULT_OK;
}

void interrupt_lock_close(struct message_set *set)
{
    if (set->lock)
        set->lock->set_count--;
    set->lock = NULL;
}

bool interrupt_lock_permits(const struct message_set *set, uint32_t vector)
{
    return !set->lock || irql_of_vector(vector) <= set->lock->irql;
}
