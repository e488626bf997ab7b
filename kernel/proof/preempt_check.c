// Prolonged routines replace the drivers' in the slots of real messages.

#include "kernel/proof/preempt_check.h"
#include "kernel/console/console.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/retarget.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/clock.h"

#define LONG_TIME   WAIT_MICROSECONDS(200) // longer than a routine may take, and than a message takes
#define TRIAL_BOUND WAIT_MILLISECONDS(1000)

// Replaces the routine in a message's slot during a trial.
struct probe {
    struct interrupt object;
    const struct interrupt *original;
    struct message *message;
};

// The messages the check moves.
struct place {
    struct message *message;
    uint32_t cpu;
    struct group_affinity allowed;
};

static const char *const names[PREEMPT_KIND_COUNT] = {"higher preempts", "lower waits", "same level waits",
                                                      "same message waits"};

static struct probe probes[2];
static struct preempt_trial *trial; // the one that is running
static struct message *fired_inside;

static bool has_ended(const struct preempt_run *run)
{
    return __atomic_load_n(&run->ended, __ATOMIC_ACQUIRE);
}

// The routine itself rings the doorbell: the message arrives while the routine runs. A message that must preempt is
// waited for. Which came first is told by the order of events, not by times: the clock may stand still between two
// events.
static void be_long(void)
{
    uint64_t start = host_nanoseconds(), least = LONG_TIME;

    trial->fired = clock_cycles();
    (void)!shot_fire_blindly(fired_inside);
    if (trial->kind == PREEMPT_HIGHER)
        least = TRIAL_BOUND;
    while (host_nanoseconds() - start < least && !has_ended(&trial->inner))
        host_relax();
    trial->has_begun_inside = __atomic_load_n(&trial->runs, __ATOMIC_ACQUIRE) > 1;
    trial->has_ended_inside = has_ended(&trial->inner);
}

// The first run is the outer routine: only it fires the inner message.
static bool probe_routine(const struct interrupt *self)
{
    const struct probe *probe = self->context;
    uint32_t number = __atomic_fetch_add(&trial->runs, 1, __ATOMIC_RELAXED);
    struct preempt_run *run = number == 0 ? &trial->outer : &trial->inner;

    run->started = clock_cycles();
    run->irql = host_irql_current();
    bool is_claimed = probe->original->routine(probe->original);
    if (number == 0)
        be_long();
    __atomic_store_n(&run->ended, clock_cycles(), __ATOMIC_RELEASE);
    return is_claimed;
}

static void probe_publish(struct probe *probe, struct message *message)
{
    probe->message = message;
    probe->original = message->info.interrupt_object;
    probe->object = *probe->original;
    probe->object.routine = probe_routine;
    probe->object.context = probe;
    host_slot_exchange(message->cpu, message->info.vector, &probe->object);
}

static void probe_withdraw(const struct probe *probe)
{
    host_slot_exchange(probe->message->cpu, probe->message->info.vector, probe->original);
}

static bool trial_is_over(void *context)
{
    const struct preempt_trial *running = context;

    return has_ended(&running->outer) && has_ended(&running->inner);
}

static bool trial_passed(const struct preempt_trial *done)
{
    if (done->runs != 2 || done->inner.irql != done->inner.message->info.irql ||
        done->outer.irql != done->outer.message->info.irql)
        return false;
    if (done->kind == PREEMPT_HIGHER)
        return done->has_ended_inside;
    return !done->has_begun_inside;
}

static void times_shift(struct preempt_trial *done)
{
    uint64_t start = done->outer.started;

    done->inner.started -= start;
    done->inner.ended -= start;
    done->fired -= start;
    done->outer.ended -= start;
    done->outer.started = 0;
}

static void trial_run(struct preempt_check *check, enum preempt_kind kind, struct message *outer, struct message *inner)
{
    trial = &check->trials[check->count++];
    *trial = (struct preempt_trial){.kind = kind, .cpu = outer->cpu, .outer.message = outer, .inner.message = inner};
    fired_inside = inner;
    probe_publish(&probes[0], outer);
    if (inner != outer)
        probe_publish(&probes[1], inner);
    enum result result = shot_fire_blindly(outer);
    if (result == RESULT_OK)
        result = wait_until(trial_is_over, trial, TRIAL_BOUND);
    probe_withdraw(&probes[0]);
    if (inner != outer)
        probe_withdraw(&probes[1]);
    trial->passed = result == RESULT_OK && trial_passed(trial);
    if (result == RESULT_OK)
        times_shift(trial);
}

static bool is_usable(const struct message *message)
{
    struct driver_doorbell doorbell;

    return message->set->source->kind != MESSAGE_LINE && !message->masked && shot_doorbell(message, &doorbell);
}

static void choose(struct message **low, struct message **high)
{
    *low = *high = NULL;
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            if (!is_usable(message))
                continue;
            if (!*low || message->info.irql < (*low)->info.irql)
                *low = message;
            if (!*high || message->info.irql > (*high)->info.irql)
                *high = message;
        }
    }
}

// Another message of the same device, for the trial with two messages at one level.
static struct message *mate_of(const struct message *message)
{
    message_for_each (message->set, other)
        if (other != message && is_usable(other))
            return other;
    return NULL;
}

static enum result place_move(struct place *place, struct message *message, uint32_t cpu)
{
    struct group_affinity only = {cpu_group(cpu), BIT(cpu_group_number(cpu))};

    *place = (struct place){message, message->cpu, message->info.target_processor_set};
    return retarget_message(irq_vectors(), message, cpu, only);
}

static enum result place_restore(const struct place *place)
{
    return retarget_message(irq_vectors(), place->message, place->cpu, place->allowed);
}

static enum result trials_run(struct preempt_check *check, struct message *low, struct message *high,
                              struct message *mate)
{
    bool has_levels = high->info.irql > low->info.irql;
    const struct {
        struct message *outer, *inner;
        bool is_possible;
    } pairs[PREEMPT_KIND_COUNT] = {
        [PREEMPT_HIGHER] = {low, high, has_levels},
        [PREEMPT_LOWER] = {high, low, has_levels},
        [PREEMPT_SAME_LEVEL] = {low, mate, mate && mate->info.irql == low->info.irql},
        [PREEMPT_SAME_MESSAGE] = {low, low, true},
    };

    for (uint32_t kind = 0; kind < PREEMPT_KIND_COUNT; kind++) {
        if (console_stop_asked())
            return RESULT_STOPPED;
        if (pairs[kind].is_possible)
            trial_run(check, (enum preempt_kind)kind, pairs[kind].outer, pairs[kind].inner);
    }
    return RESULT_OK;
}

enum result preempt_check_run(struct preempt_check *check)
{
    struct message *low, *high;
    struct place places[2];
    uint32_t moved = 0;

    memset(check, 0, sizeof(*check));
    choose(&low, &high);
    if (!low)
        return RESULT_UNSUPPORTED;
    struct message *mate = mate_of(low);
    enum result result = place_move(&places[moved++], low, high->cpu);
    if (result == RESULT_OK && mate)
        result = place_move(&places[moved++], mate, high->cpu);
    if (result == RESULT_OK)
        result = trials_run(check, low, high, mate);
    while (moved--) {
        enum result restored = place_restore(&places[moved]);
        result = result == RESULT_OK ? restored : result;
    }
    return result;
}

const char *preempt_kind_name(enum preempt_kind kind)
{
    return (uint32_t)kind < PREEMPT_KIND_COUNT ? names[kind] : "unknown";
}
