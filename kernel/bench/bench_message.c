// Fires doorbells, and derives each figure from the readings.

#include "kernel/bench/bench_message.h"
#include "kernel/bench/bench_host.h"
#include "kernel/bench/bench_place.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/heap.h"
#include "kernel/trace/trace_host.h"

enum { TRACED_RECORDS = 256 }; // a power of two

#define NESTED_BOUND WAIT_MILLISECONDS(1000)

// Differences between the readings of a trial. The cost of one reading lies between two consecutive ones: subtracted.
typedef uint64_t bench_reading(const struct bench_run *run, const struct bench_trial *trial);

static uint64_t entry_of(const struct bench_run *run, const struct bench_trial *trial)
{
    return bench_beyond(run, trial->entered - trial->start, run->clock->reading);
}

static uint64_t exit_of(const struct bench_run *run, const struct bench_trial *trial)
{
    return bench_beyond(run, trial->end - trial->left, run->clock->reading);
}

static uint64_t both_of(const struct bench_run *run, const struct bench_trial *trial)
{
    uint64_t entry = entry_of(run, trial), exit = exit_of(run, trial);

    return entry == BENCH_REJECTED || exit == BENCH_REJECTED ? BENCH_REJECTED : entry + exit;
}

static enum result trials_run(struct bench_run *run, struct message *message, enum bench_trial_kind kind,
                              bench_reading *read)
{
    struct bench_trial trial = {.kind = kind};
    enum result result = RESULT_OK;

    while (result == RESULT_OK && bench_wants_more(run)) {
        result = bench_place_load(&trial, message);
        if (result == RESULT_OK)
            result = bench_host_measure(&trial);
        if (result == RESULT_OK)
            (void)bench_add(run, read(run, &trial));
    }
    return result;
}

static enum result measure(struct bench_run *run, enum message_kind source, enum bench_trial_kind kind,
                           bench_reading *read)
{
    struct message *message = bench_place_find(source);
    struct bench_place place;

    if (!message && source == MESSAGE_MSI)
        message = bench_place_find(MESSAGE_KIND_COUNT);
    if (!message)
        message = bench_place_find_prepared(source == MESSAGE_MSI ? MESSAGE_KIND_COUNT : source);
    if (!message)
        return bench_refuse(run, "no driver has a register that sends %s message",
                            source == MESSAGE_MSI ? "a" : "an MSI-X");
    run->fired = message;
    enum result result = bench_place_move(&place, message, host_cpu_current());
    if (result != RESULT_OK)
        return result;
    result = trials_run(run, message, kind, read);
    enum result restored = bench_place_restore(&place);
    return result == RESULT_OK ? restored : result;
}

enum result bench_message_entry(struct bench_run *run)
{
    return measure(run, MESSAGE_MSI, BENCH_STUB, entry_of);
}

enum result bench_message_exit(struct bench_run *run)
{
    return measure(run, MESSAGE_MSI, BENCH_STUB, exit_of);
}

enum result bench_message_round_trip(struct bench_run *run)
{
    return measure(run, MESSAGE_MSI, BENCH_STUB, both_of);
}

enum result bench_message_floor(struct bench_run *run)
{
    return measure(run, MESSAGE_MSI, BENCH_BARE, both_of);
}

static struct trace_ring ring_swap(const struct trace_ring *wanted)
{
    bool were_on = host_interrupts_disable();
    struct trace_ring *ring = trace_host_ring(host_cpu_current());
    struct trace_ring before = *ring;

    *ring = *wanted;
    host_interrupts_restore(were_on);
    return before;
}

enum result bench_message_traced(struct bench_run *run)
{
    uint32_t cpu = host_cpu_current(), bytes = TRACED_RECORDS * sizeof(struct trace_record);
    struct trace_ring ring = {.mask = bytes - 1, .records = heap_allocate(bytes)};

    if (!ring.records)
        return RESULT_NO_MEMORY;
    struct trace_ring before = ring_swap(&ring);
    trace_host_choose(cpu, true);
    enum result result = measure(run, MESSAGE_MSI, BENCH_STUB, both_of);
    trace_host_choose(cpu, false);
    (void)ring_swap(&before);
    heap_free(ring.records);
    return result;
}

enum result bench_message_msix(struct bench_run *run)
{
    return measure(run, MESSAGE_MSIX, BENCH_STUB, both_of);
}

// The slot of the lower message during nested trials.
struct nest {
    struct interrupt object;
    const struct interrupt *original;
    struct bench_trial trial; // of the higher message
    enum result result;
    bool is_over;
};

static bool nest_routine(const struct interrupt *self)
{
    struct nest *nest = self->context;

    nest->result = bench_host_measure(&nest->trial);
    bool is_claimed = nest->original->routine(nest->original);
    __atomic_store_n(&nest->is_over, true, __ATOMIC_RELEASE);
    return is_claimed;
}

static bool nest_is_over(void *context)
{
    const struct nest *nest = context;

    return __atomic_load_n(&nest->is_over, __ATOMIC_ACQUIRE);
}

static enum result nest_shot(struct nest *nest, struct message *low)
{
    nest->is_over = false;
    enum result result = shot_send(low);

    if (result == RESULT_OK)
        result = wait_until(nest_is_over, nest, NESTED_BOUND);
    return result == RESULT_OK ? nest->result : result;
}

static enum result nest_run(struct bench_run *run, struct message *low, struct message *high)
{
    static struct nest nest;

    nest = (struct nest){.object = *low->info.interrupt_object, .original = low->info.interrupt_object};
    nest.object.routine = nest_routine;
    nest.object.context = &nest;
    nest.trial.kind = BENCH_STUB;
    enum result result = bench_place_load(&nest.trial, high);
    host_slot_exchange(low->cpu, low->info.vector, &nest.object);
    while (result == RESULT_OK && bench_wants_more(run)) {
        result = nest_shot(&nest, low);
        if (result == RESULT_OK)
            (void)bench_add(run, both_of(run, &nest.trial));
    }
    host_slot_exchange(low->cpu, low->info.vector, nest.original);
    return result;
}

static struct message *find_level(bool (*is_better)(enum irql left, enum irql right))
{
    struct driver_doorbell doorbell;
    struct message *found = NULL;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            if (set->source->kind == MESSAGE_LINE || message->masked || !shot_doorbell(message, &doorbell))
                continue;
            if (!found || is_better(message->info.irql, found->info.irql))
                found = message;
        }
    }
    return found;
}

static bool is_lower(enum irql left, enum irql right)
{
    return left < right;
}

static bool is_higher(enum irql left, enum irql right)
{
    return left > right;
}

enum result bench_message_nested(struct bench_run *run)
{
    struct message *low = find_level(is_lower), *high = find_level(is_higher);
    struct bench_place low_place, high_place;

    if (!low || high->info.irql <= low->info.irql)
        return bench_refuse(run, "no two messages of different levels that a register sends");
    enum result result = bench_place_move(&low_place, low, host_cpu_current());
    if (result != RESULT_OK)
        return result;
    result = bench_place_move(&high_place, high, host_cpu_current());
    if (result == RESULT_OK) {
        result = nest_run(run, low, high);
        enum result restored = bench_place_restore(&high_place);
        result = result == RESULT_OK ? restored : result;
    }
    enum result restored = bench_place_restore(&low_place);
    return result == RESULT_OK ? restored : result;
}
