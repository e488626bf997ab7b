// Work put off: irq_work_queue() interrupts the processor itself; a tasklet runs as soon as bottom halves may.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include "samples.h"
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/mm.h>

enum { DEFERRED_SHOTS = 500, DEFERRED_INTERVAL = 200 };

static bool has_run;

static void work_routine(struct irq_work *work)
{
    WRITE_ONCE(has_run, true);
}

static void tasklet_routine(struct tasklet_struct *tasklet)
{
    WRITE_ONCE(has_run, true);
}

static DECLARE_TASKLET(bench_tasklet, tasklet_routine);

// An interrupt to oneself, from the call until its routine has run.
static void deferred_do_work(void)
{
    static struct irq_work work = IRQ_WORK_INIT_HARD(work_routine);

    irq_work_queue(&work);
}

// From process context: scheduled, and run by the end of the section that holds it off.
static void deferred_do_tasklet(void)
{
    local_bh_disable();
    tasklet_schedule(&bench_tasklet);
    local_bh_enable();
}

static void deferred_measure_one(struct samples *samples, const char *name, void (*action)(void))
{
    samples->count = samples->lost = 0;
    for (int i = 0; i < DEFERRED_SHOTS; i++) {
        udelay(DEFERRED_INTERVAL);
        has_run = false;
        u64 start = rdtsc();
        action();
        u64 end = rdtsc();
        if (READ_ONCE(has_run))
            samples_add(samples, end - start);
        else
            samples->lost++;
    }
    samples_report(samples, name, "instructions", 1);
}

int deferred_measure(void)
{
    struct samples *samples = samples_allocate();

    if (!samples)
        return -ENOMEM;
    deferred_measure_one(samples, "self_ipi", deferred_do_work);
    deferred_measure_one(samples, "deferred_call", deferred_do_tasklet);
    tasklet_kill(&bench_tasklet);
    kvfree(samples);
    return 0;
}
