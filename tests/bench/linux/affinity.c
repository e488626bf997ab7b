// Moving a message between two processors. Linux spreads it over three calls: irq_set_affinity() notes the wish, the
// next interrupt carries it out, the first interrupt on the new processor lets the old vector go - which a timer frees.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include "shot.h"
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/sched.h>

enum {
    AFFINITY_SHOTS = 200,
    AFFINITY_MOVES = 100,
    AFFINITY_SETTLE = 40, // milliseconds, beyond the timer that frees the old vector
};

struct affinity_samples {
    struct samples *call, *next, *first, *all, *freed;
};

static u64 vector_freed;

static int affinity_see_freed(struct kprobe *probe, struct pt_regs *registers)
{
    vector_freed = rdtsc();
    return 0;
}

// The usual cost of a shot on this processor, which the parts of a move are beyond.
static u64 affinity_usual(struct target *target, struct shot *shot)
{
    struct shot_samples samples;

    if (shot_samples_allocate(&samples))
        return 0;
    shot_many(target, shot, &samples, AFFINITY_SHOTS);
    u64 usual = samples_median(samples.both);
    shot_samples_free(&samples);
    return usual;
}

static int affinity_run_on(u32 cpu)
{
    return set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

// One move from the processor we are on to `to`, where we are afterwards.
static int affinity_move(struct target *target, struct shot *shot, u32 to, u64 usual, struct affinity_samples *samples)
{
    vector_freed = 0;
    u64 start = rdtsc();
    int result = irq_set_affinity(target->irq, cpumask_of(to));
    u64 call = rdtsc() - start;
    u64 next = shot_once(target, shot, NULL);

    if (!result)
        result = affinity_run_on(to);
    if (result)
        return result;
    u64 first = shot_once(target, shot, NULL);
    msleep(AFFINITY_SETTLE);
    if (next < usual || first < usual) {
        samples->all->lost++;
        return 0;
    }
    samples_add(samples->call, call);
    samples_add(samples->next, next - usual);
    samples_add(samples->first, first - usual);
    samples_add(samples->all, call + next - usual + first - usual);
    if (READ_ONCE(vector_freed))
        samples_add(samples->freed, vector_freed - shot->returned);
    return 0;
}

static int affinity_measure_target(struct target *target, struct shot *shot, struct affinity_samples *samples)
{
    int result = affinity_run_on(0);

    if (!result)
        result = irq_set_affinity(target->irq, cpumask_of(0));
    shot_once(target, shot, NULL);
    msleep(AFFINITY_SETTLE);
    u64 usual = affinity_usual(target, shot);
    for (int i = 0; !result && i < AFFINITY_MOVES; i++)
        result = affinity_move(target, shot, 1 - i % 2, usual, samples);
    if (result)
        return result;
    samples_report(samples->call, "retarget_call", "instructions", 1);
    samples_report(samples->next, "retarget_next_interrupt", "instructions", 1);
    samples_report(samples->first, "retarget_first_interrupt", "instructions", 1);
    samples_report(samples->all, "retarget", "instructions", 1);
    samples_report(samples->freed, "retarget_vector_freed_after", "nanoseconds", 1);
    return 0;
}

int affinity_measure(void)
{
    struct kprobe probe = {.symbol_name = "vector_cleanup_callback", .pre_handler = affinity_see_freed};
    struct affinity_samples samples = {samples_allocate(), samples_allocate(), samples_allocate(), samples_allocate(),
                                       samples_allocate()};
    struct target target;
    struct shot shot;
    int result = -ENOMEM;

    if (samples.call && samples.next && samples.first && samples.all && samples.freed)
        result = target_open_rocker(&target, shot_handler, &shot);
    if (!result) {
        result = register_kprobe(&probe);
        if (!result) {
            result = affinity_measure_target(&target, &shot, &samples);
            unregister_kprobe(&probe);
        }
        target_close(&target, &shot);
    }
    if (result)
        pr_err("bench: moving a message: error %d\n", result);
    kvfree(samples.call);
    kvfree(samples.next);
    kvfree(samples.first);
    kvfree(samples.all);
    kvfree(samples.freed);
    return result;
}
