// One interrupt, timed at both ends: the doorbell store to the handler's first instruction, and the handler's last to
// the instruction the interrupt came before.
//
// Under -icount shift=0 the time stamp counter counts instructions, so differences are exact once the instructions of
// the measurement itself are taken off; shot_calibrate() checks that by counting known numbers of nops.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#ifndef BENCH_SHOT_H
#define BENCH_SHOT_H

// What shot_fire.S writes, and in which order.
#define SHOT_FIRED    0
#define SHOT_ENTERED  8
#define SHOT_LEFT     16
#define SHOT_RETURNED 24

// Instructions between a reading and the store or the next reading: the two stores of the reading, and the reading.
#define SHOT_READING 3
// From the handler's last reading to its ret: the reading, two stores, the answer.
#define SHOT_LEAVING 4

#ifndef __ASSEMBLY__
#include "samples.h"
#include "target.h"
#include <linux/interrupt.h>

// Time stamps of one shot. The handler's two are equal to the last shot's when no interrupt came.
struct shot {
    u64 fired, entered, left, returned;
};

// The samples of many shots.
struct shot_samples {
    struct samples *entry, *exit, *both;
};

// Written in assembly: nothing but what is counted stands between the readings. shot_handler() is a request_irq()
// handler whose dev_id is the struct shot.
void shot_fire(void __iomem *doorbell, u32 value, struct shot *shot);
irqreturn_t shot_handler(int irq, void *shot);
u64 shot_nops_0(void);
u64 shot_nops_100(void);

// -EINVAL: the counter does not count instructions here, no figure would be true.
int shot_calibrate(void);

int shot_samples_allocate(struct shot_samples *samples);
void shot_samples_free(struct shot_samples *samples);

// Fires one shot in the calling thread, interrupts on. The sum of both ways, 0 when no interrupt came before the
// store's next instruction. `samples` may be NULL.
u64 shot_once(struct target *target, struct shot *shot, struct shot_samples *samples);

// `count` shots, SHOT_INTERVAL apart so that the timer seldom falls into one.
void shot_many(struct target *target, struct shot *shot, struct shot_samples *samples, u32 count);

#endif
#endif
