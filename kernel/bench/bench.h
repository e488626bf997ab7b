// The benchmark: what an operation of the kernel costs, measured on the machine itself by the operations it always
// uses.
//
// The clock is the TSC. Under QEMU's -icount it counts instructions, of all CPUs together; whether it does is not
// believed but tried: nops between two readings must count themselves. Then figures are instructions, else cycles.
// What reading the clock costs is measured and left out, and so are the bodies of the service routines.
#ifndef KERNEL_BENCH_BENCH_H
#define KERNEL_BENCH_BENCH_H

#include "kernel/bench/bench_statistics.h"
#include "kernel/lib/result.h"

enum { BENCH_SAMPLE_LIMIT = 2000, BENCH_REASON_LENGTH = 96 };

// How the clock counts.
struct bench_clock {
    uint64_t ticks;   // an instruction; 0: the clock does not count instructions
    uint64_t reading; // between two readings that follow one another in assembly
    uint64_t calling; // between two readings around a call of a function that does nothing
};

// One run of one figure. `limit` samples at most; each is clock ticks of what is measured, nothing else in them.
struct bench_run {
    const struct bench_clock *clock;
    uint32_t parameter; // of the figure: how many messages, how many commands
    uint64_t *samples;
    uint32_t limit;
    uint32_t count;
    uint32_t rejected;                // trials that the clock did not measure
    uint64_t divisor;                 // each sample stands for so many operations
    uint64_t detail;                  // what a reader must know beside the figure, by `detail_name`
    const char *detail_name;          // "messages"; NULL: nothing
    char reason[BENCH_REASON_LENGTH]; // why it could not be measured
};

struct bench_figure {
    const char *name;
    uint64_t budget; // instructions, of the median; 0: none
    uint32_t parameter;
    // Fills in samples. RESULT_UNSUPPORTED: this machine lacks what it takes. What it has changed is as before.
    enum result (*measure)(struct bench_run *run);
};

struct bench_outcome {
    const struct bench_figure *figure;
    enum result result; // RESULT_UNSUPPORTED: left out, and `reason` says why
    bool in_instructions;
    bool is_over; // the median is in instructions and above the budget
    struct bench_statistics statistics;
    uint32_t rejected; // trials that are not among them: the clock did not measure them
    uint64_t detail;
    const char *detail_name;
    char reason[BENCH_REASON_LENGTH];
};

// All figures, in the order they are measured; ended by one without a name. Those of the boot's stages are in
// kernel/bench/bench_boot.h.
extern const struct bench_figure bench_figures[];

// Finds out how the clock counts. Boot CPU, PASSIVE, interrupts on.
void bench_clock_calibrate(struct bench_clock *clock);

// Measures one figure. Boot CPU, PASSIVE, interrupts on; no message may be lost to anybody by it. RESULT_NO_MEMORY, or
// the outcome's result; RESULT_STOPPED when
// Ctrl-C was typed meanwhile.
enum result bench_measure(const struct bench_clock *clock, const struct bench_figure *figure,
                          struct bench_outcome *outcome);

// For those who measure. What is left of `ticks` when `cost` is taken off. BENCH_REJECTED where nothing can be left:
// the clock went back, or stood still, while it was read; a clock of time gives each operation at least one cycle.
#define BENCH_REJECTED UINT64_MAX
uint64_t bench_beyond(const struct bench_run *run, uint64_t ticks, uint64_t cost);

// Keeps one sample, or counts one that was rejected; false when there is room for no more, when too many were rejected,
// or when the person at the console has asked to stop.
bool bench_add(struct bench_run *run, uint64_t ticks);

// The same with the clock: one call of `action`, the costs of calling and reading left out. When it fails nothing is
// kept or counted.
enum result bench_add_call(struct bench_run *run, enum result (*action)(void *context), void *context);
bool bench_wants_more(const struct bench_run *run);

// Sets why this machine cannot, and answers RESULT_UNSUPPORTED.
MUST_USE enum result bench_refuse(struct bench_run *run, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
