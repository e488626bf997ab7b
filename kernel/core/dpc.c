// The queues of deferred calls, one a CPU, and the dispatch interrupt that empties them.

#include "kernel/core/dpc.h"
#include "kernel/core/core_vectors.h"
#include "kernel/core/drain.h"
#include "kernel/core/host.h"
#include "kernel/core/spinlock.h"

enum {
    BOOT_CPU = 0,
    BATCH = 32, // calls per dispatch interrupt; between batches the drain vector, of the same level, gets its turn
};

struct list {
    struct dpc *first;
    struct dpc *last;
};

struct queue {
    struct spinlock lock;
    struct list lists[DPC_IMPORTANCE_COUNT];
    bool is_asked; // a dispatch interrupt is pending or running
    bool is_closed;
    uint32_t waiting;
    uint64_t count;
};

static const enum dpc_importance order[] = {DPC_HIGH, DPC_MEDIUM, DPC_LOW};
static struct queue *queues;
static uint32_t queue_count;

static void list_append(struct list *list, struct list more)
{
    if (!more.first)
        return;
    if (list->last)
        list->last->next = more.first;
    else
        list->first = more.first;
    list->last = more.last;
}

static struct dpc *list_take(struct list *list)
{
    struct dpc *dpc = list->first;

    if (!dpc)
        return NULL;
    list->first = dpc->next;
    if (!list->first)
        list->last = NULL;
    return dpc;
}

// Caller holds the queue's lock. True: a dispatch interrupt must be sent; false: one is pending or running.
static bool ask(struct queue *queue)
{
    bool was_asked = queue->is_asked;

    queue->is_asked = true;
    return !was_asked;
}

static bool queue_append(struct queue *queue, struct dpc *dpc, bool *is_taken)
{
    bool were_on = spinlock_acquire(&queue->lock), must_send = false;

    *is_taken = !queue->is_closed;
    if (*is_taken) {
        dpc->next = NULL;
        list_append(&queue->lists[dpc->importance], (struct list){dpc, dpc});
        __atomic_store_n(&queue->waiting, queue->waiting + 1, __ATOMIC_RELAXED);
        must_send = ask(queue);
    }
    spinlock_release(&queue->lock, were_on);
    return must_send;
}

// Takes the next call off; it may be queued again from then on. NULL: the queue is empty, the dispatch interrupt ends.
static struct dpc *queue_take(struct queue *queue)
{
    bool were_on = spinlock_acquire(&queue->lock);
    struct dpc *dpc = NULL;

    for (uint32_t i = 0; i < ARRAY_COUNT(order) && !dpc; i++)
        dpc = list_take(&queue->lists[order[i]]);
    if (dpc) {
        __atomic_store_n(&queue->waiting, queue->waiting - 1, __ATOMIC_RELAXED);
        __atomic_store_n(&dpc->is_queued, false, __ATOMIC_RELEASE);
    } else {
        queue->is_asked = false;
    }
    spinlock_release(&queue->lock, were_on);
    return dpc;
}

// Also runs calls queued meanwhile, since is_asked stays set. The local APIC holds off a second dispatch interrupt, so
// calls never nest. After a batch it sends itself another one, pending before the CPU can reach PASSIVE.
static bool dispatch_routine(const struct interrupt *self)
{
    uint32_t cpu = host_cpu_current();
    struct queue *queue = &queues[cpu];

    for (uint32_t i = 0; i < BATCH; i++) {
        struct dpc *dpc = queue_take(queue);
        if (!dpc)
            return true;
        dpc->routine(dpc);
        __atomic_store_n(&queue->count, queue->count + 1, __ATOMIC_RELAXED);
    }
    host_ipi_send(cpu, core_vectors.dispatch);
    return true;
}

static struct interrupt dispatch_object = {.routine = dispatch_routine, .irql = IRQL_DISPATCH, .name = "dispatch"};

// The boot CPU's queue is never closed, so the second append succeeds.
bool dpc_queue(struct dpc *dpc)
{
    uint32_t cpu = dpc->is_targeted ? dpc->target : host_cpu_current();
    bool is_taken;

    if (__atomic_exchange_n(&dpc->is_queued, true, __ATOMIC_ACQUIRE))
        return false;
    if (cpu >= queue_count)
        cpu = BOOT_CPU;
    bool must_send = queue_append(&queues[cpu], dpc, &is_taken);
    if (!is_taken) {
        cpu = BOOT_CPU;
        must_send = queue_append(&queues[cpu], dpc, &is_taken);
    }
    if (must_send)
        host_ipi_send(cpu, core_vectors.dispatch);
    return true;
}

// Clears is_asked: a pending dispatch interrupt is lost when the CPU stops.
static uint32_t queue_close(struct queue *queue, struct list lists[DPC_IMPORTANCE_COUNT])
{
    bool were_on = spinlock_acquire(&queue->lock);
    uint32_t waiting = queue->waiting;

    for (uint32_t i = 0; i < DPC_IMPORTANCE_COUNT; i++) {
        lists[i] = queue->lists[i];
        queue->lists[i] = (struct list){NULL, NULL};
    }
    __atomic_store_n(&queue->waiting, 0, __ATOMIC_RELAXED);
    queue->is_closed = true;
    queue->is_asked = false;
    spinlock_release(&queue->lock, were_on);
    return waiting;
}

static bool queue_join(struct queue *queue, const struct list lists[DPC_IMPORTANCE_COUNT], uint32_t waiting)
{
    bool were_on = spinlock_acquire(&queue->lock);

    for (uint32_t i = 0; i < DPC_IMPORTANCE_COUNT; i++)
        list_append(&queue->lists[i], lists[i]);
    __atomic_store_n(&queue->waiting, queue->waiting + waiting, __ATOMIC_RELAXED);
    bool must_send = ask(queue);
    spinlock_release(&queue->lock, were_on);
    return must_send;
}

// The drain interrupt shares the dispatch level, so it arrives after the call that is running.
enum result dpc_cpu_leave(uint32_t cpu)
{
    struct list lists[DPC_IMPORTANCE_COUNT];

    if (cpu >= queue_count)
        return RESULT_OK;
    uint32_t waiting = queue_close(&queues[cpu], lists);
    if (waiting && queue_join(&queues[BOOT_CPU], lists, waiting))
        host_ipi_send(BOOT_CPU, core_vectors.dispatch);
    return drain_cpu(cpu);
}

void dpc_cpu_return(uint32_t cpu)
{
    if (cpu >= queue_count)
        return;
    bool were_on = spinlock_acquire(&queues[cpu].lock);
    queues[cpu].is_closed = false;
    spinlock_release(&queues[cpu].lock, were_on);
}

uint64_t dpc_count(uint32_t cpu)
{
    return cpu < queue_count ? __atomic_load_n(&queues[cpu].count, __ATOMIC_RELAXED) : 0;
}

uint32_t dpc_waiting(uint32_t cpu)
{
    return cpu < queue_count ? __atomic_load_n(&queues[cpu].waiting, __ATOMIC_RELAXED) : 0;
}

enum result dpc_initialise(uint32_t cpus)
{
    queues = host_allocate(cpus * sizeof(*queues));
    if (!queues)
        return RESULT_NO_MEMORY;
    queue_count = cpus;
    return RESULT_OK;
}

void dpc_prepare(uint32_t cpu)
{
    dispatch_object.message_id = core_vectors.dispatch;
    host_slot_exchange(cpu, core_vectors.dispatch, &dispatch_object);
}
