// The measurements. Each logs its figures, and its error.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#ifndef BENCH_MEASURES_H
#define BENCH_MEASURES_H

#include <linux/types.h>

// One interrupt of edu (MSI) and of rocker (MSI-X): in, out, both.
int interrupt_measure(void);

// Work put off: irq_work (a self-IPI), and a tasklet scheduled by a handler.
int deferred_measure(void);

// Allocating and requesting `count` messages of one function.
int connect_measure(u32 count);

// Moving a message between two processors.
int affinity_measure(void);

// From here on the idle processor spins until an interrupt is pending instead of halting, and the time it spins is
// kept in the module parameter idle_ticks: what is left of an interval is instructions that did something.
int idle_watch_start(void);
extern unsigned long idle_ticks;

#endif
