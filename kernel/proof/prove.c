// The proof: selects the message to fire, the message to move, the CPU to take offline.

#include "kernel/proof/prove.h"
#include "kernel/console/console.h"
#include "kernel/console/progress.h"
#include "kernel/core/beside.h"
#include "kernel/core/drain_round.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/log.h"

#define SETTLE     WAIT_MILLISECONDS(2)    // for late and excess arrivals
#define STOP_BOUND WAIT_MILLISECONDS(1000) // for shots in flight when the proof is stopped

enum { PATIENCE = 2000 }; // fruitless looks before this CPU sleeps between two

// Is the next of `total` events due, spread evenly over the shots? Pure.
static bool is_due(const struct prove *prove, uint64_t done, uint64_t total)
{
    return done < total && done * prove->plan.shots < total * prove->sent;
}

static uint64_t strays_count(void)
{
    uint64_t strays = 0;

    for (uint32_t i = 0; i < system_counts_total(); i++) {
        const struct system_count *row = system_counts_get(i);
        for (uint32_t cpu = 0; cpu < cpu_total() && strcmp(row->name, "unknown") == 0; cpu++)
            strays += row->count(cpu);
    }
    return strays;
}

// A random CPU that takes messages, from `first` on, other than `but`.
static bool cpu_choose(struct prove *prove, uint32_t first, uint32_t but, uint32_t *chosen)
{
    uint32_t start = random_below(&prove->random, cpu_total());

    for (uint32_t i = 0; i < cpu_total(); i++) {
        uint32_t cpu = (start + i) % cpu_total();
        if (cpu < first || cpu == but || !vector_matrix_is_open(irq_vectors(), cpu))
            continue;
        *chosen = cpu;
        return true;
    }
    return false;
}

// False: no other CPU takes messages.
static bool target_move(struct prove *prove, struct prove_target *target)
{
    uint32_t cpu;

    if (!cpu_choose(prove, 0, target->message->cpu, &cpu))
        return false;
    enum result result = retarget_message(irq_vectors(), target->message, cpu, cpu_group_online(cpu_group(cpu)));
    if (result == RESULT_NO_VECTORS)
        return false;
    if (result != RESULT_OK)
        prove_target_fault(target, "could not be moved to cpu %u: %s", cpu, result_name(result));
    prove->moves += result == RESULT_OK;
    prove->move_turns++;
    return true;
}

// With equal chance the message just fired or any other.
static void moves_make(struct prove *prove, struct prove_target *fired)
{
    while (is_due(prove, prove->move_turns, prove->plan.moves)) {
        bool is_fired = random_below(&prove->random, 2);
        if (!target_move(prove, is_fired ? fired : &prove->targets[random_below(&prove->random, prove->count)]))
            return;
    }
}

static void cpu_leave(struct prove *prove)
{
    char refusal[IRQ_REFUSAL_LENGTH] = "there is no other";
    uint32_t cpu;

    if (cpu_choose(prove, 1, 0, &cpu) && irq_cpu_offline(cpu, refusal) == RESULT_OK) {
        prove->cpu_off = cpu;
        return;
    }
    if (prove->refusals++ == 0)
        log_warning("prove: no cpu taken off: %s", refusal);
}

static void cpu_return(struct prove *prove)
{
    if (prove->cpu_off == 0)
        return;
    enum result result = irq_cpu_online(prove->cpu_off);
    if (result == RESULT_OK)
        prove->offlines++;
    else
        log_error("prove: cpu %u did not come back: %s", prove->cpu_off, result_name(result));
    prove->faults += result != RESULT_OK;
    prove->cpu_off = 0;
}

// Alternates: offline half of the time, online the other half.
static void cpus_turn(struct prove *prove)
{
    if (!is_due(prove, prove->cpu_turns, 2 * prove->plan.offlines))
        return;
    if (prove->cpu_turns++ % 2 == 0)
        cpu_leave(prove);
    else
        cpu_return(prove);
}

// A random target that may be fired now; *is_waiting when others have a shot in flight.
static struct prove_target *target_choose(struct prove *prove, bool *is_waiting)
{
    uint32_t start = random_below(&prove->random, prove->count);

    *is_waiting = false;
    for (uint32_t i = 0; i < prove->count; i++) {
        struct prove_target *target = &prove->targets[(start + i) % prove->count];
        prove_target_look(target);
        if (prove_target_is_ready(target))
            return target;
        *is_waiting |= target->is_out;
    }
    return NULL;
}

static void shots_share(struct prove *prove)
{
    for (uint32_t i = 0; i < prove->count; i++)
        prove->targets[i].share = prove->plan.shots / prove->count + (i < prove->plan.shots % prove->count);
}

// After Ctrl-C no further shot is fired; true once the shots in flight have had STOP_BOUND to arrive.
static bool shots_are_stopped(struct prove *prove)
{
    if (!console_stop_asked())
        return false;
    if (!prove->is_stopped)
        prove->stop_deadline = host_nanoseconds() + STOP_BOUND;
    prove->is_stopped = true;
    for (uint32_t i = 0; i < prove->count; i++)
        prove->targets[i].share = prove->targets[i].sent;
    return host_nanoseconds() > prove->stop_deadline;
}

static void shots_fire(struct prove *prove)
{
    bool is_waiting = true;
    uint32_t looks = 0;

    while (is_waiting && !shots_are_stopped(prove)) {
        struct prove_target *target = target_choose(prove, &is_waiting);
        is_waiting |= target != NULL;
        if (!target || !prove_target_fire(target)) {
            // Messages arrive on other CPUs and do not wake this one: poll for a while before sleeping.
            looks++ < PATIENCE ? host_relax() : wait_pause(WAIT_MICROSECONDS(100));
            continue;
        }
        looks = 0;
        prove->sent++;
        progress_show(prove->sent, prove->plan.shots);
        moves_make(prove, target);
        cpus_turn(prove);
    }
}

// A message is counted before its routine has run: the drivers' own counts are complete only after each CPU has left
// its routines. A CPU that does not is logged.
static void arrivals_settle(void)
{
    wait_pause(SETTLE);
    drain_round_begin();
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        if (cpu_get(cpu)->state == CPU_ONLINE)
            (void)!drain_round_cpu(cpu);
}

static void target_restore(struct prove *prove, const struct prove_target *target)
{
    struct message *message = target->message;
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = retarget_message(irq_vectors(), message, target->home, target->allowed);

    if (result == RESULT_OK)
        return;
    prove->faults++;
    log_error("prove: %s %u could not go back to cpu %u: %s",
              pci_address_format(device_of(message->set)->address, text), message->index, target->home,
              result_name(result));
}

static bool is_added(const struct prove *prove, const struct message *message)
{
    for (uint32_t i = 0; i < prove->count; i++)
        if (prove->targets[i].message == message)
            return true;
    return false;
}

static bool is_line_added(const struct prove *prove, struct message *message)
{
    beside_for_each(message, other) if (is_added(prove, other)) return true;
    return false;
}

enum result prove_add(struct prove *prove, struct message *message)
{
    if (is_line_added(prove, message))
        return RESULT_INVALID;
    enum result result = prove_target_start(&prove->targets[prove->count], message);

    prove->count += result == RESULT_OK;
    return result;
}

void prove_run(struct prove *prove)
{
    uint64_t start = host_nanoseconds(), strays = strays_count();

    random_start(&prove->random, prove->plan.seed);
    shots_share(prove);
    shots_fire(prove);
    cpu_return(prove);
    arrivals_settle();
    for (uint32_t i = 0; i < prove->count; i++)
        prove_target_finish(&prove->targets[i]);
    for (uint32_t i = 0; i < prove->count; i++)
        target_restore(prove, &prove->targets[i]);
    prove->strays = strays_count() - strays;
    prove->nanoseconds = host_nanoseconds() - start;
}

struct prove_target prove_total(const struct prove *prove)
{
    struct prove_target total = {0};

    for (uint32_t i = 0; i < prove->count; i++) {
        const struct prove_target *target = &prove->targets[i];
        total.sent += target->sent;
        total.handled += target->handled;
        total.pending += target->pending;
        total.lost += target->lost;
        total.duplicated += target->duplicated;
        total.moves += target->moves;
        total.faults += target->faults;
    }
    return total;
}

bool prove_passed(const struct prove *prove)
{
    bool passed = prove->strays == 0 && prove->faults == 0;

    for (uint32_t i = 0; i < prove->count; i++)
        passed &= prove_target_passed(&prove->targets[i]);
    return passed;
}
