// Firing shots and taking their samples.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "shot.h"
#include <linux/delay.h>
#include <linux/mm.h>

enum { SHOT_INTERVAL = 200 }; // microseconds of guest time

int shot_calibrate(void)
{
    unsigned long flags;

    local_irq_save(flags);
    u64 none = shot_nops_0(), hundred = shot_nops_100();
    local_irq_restore(flags);

    if (none == SHOT_READING && hundred == SHOT_READING + 100)
        return 0;
    pr_err("bench: 0 and 100 nops read %llu and %llu, not %u and %u: the counter counts no instructions\n", none,
           hundred, SHOT_READING, SHOT_READING + 100);
    return -EINVAL;
}

int shot_samples_allocate(struct shot_samples *samples)
{
    samples->entry = samples_allocate();
    samples->exit = samples_allocate();
    samples->both = samples_allocate();
    if (samples->entry && samples->exit && samples->both)
        return 0;
    shot_samples_free(samples);
    return -ENOMEM;
}

void shot_samples_free(struct shot_samples *samples)
{
    kvfree(samples->entry);
    kvfree(samples->exit);
    kvfree(samples->both);
}

u64 shot_once(struct target *target, struct shot *shot, struct shot_samples *samples)
{
    shot->entered = 0;
    shot_fire(target->doorbell, target->value, shot);
    target_quiet(target);
    if (!READ_ONCE(shot->entered) || shot->entered > shot->returned) {
        if (samples)
            samples->both->lost++;
        return 0;
    }

    u64 entry = shot->entered - shot->fired - SHOT_READING;
    u64 exit = shot->returned - shot->left - SHOT_LEAVING;
    if (samples) {
        samples_add(samples->entry, entry);
        samples_add(samples->exit, exit);
        samples_add(samples->both, entry + exit);
    }
    return entry + exit;
}

void shot_many(struct target *target, struct shot *shot, struct shot_samples *samples, u32 count)
{
    while (count--) {
        udelay(SHOT_INTERVAL);
        shot_once(target, shot, samples);
    }
}
