// The benchmark: the cost of kernel operations, measured on the running machine through their ordinary functions.
//
// The clock is the TSC. Under QEMU's -icount it counts the instructions of all CPUs together; this is verified by
// timing nops. If verified, figures are instructions, else cycles. The cost of reading the clock and the bodies of the
// service routines are subtracted.
#ifndef KERNEL_BENCH_BENCH_H
#define KERNEL_BENCH_BENCH_H

#include "kernel/bench/bench_statistics.h"
#include "kernel/core/message.h"

enum { BENCH_SAMPLE_LIMIT = 2000, BENCH_REASON_LENGTH = 96 };

// How the clock counts.
struct bench_clock {
    uint64_t ticks;   // clock ticks per instruction; 0: the clock does not count instructions
    uint64_t reading; // between two readings that follow one another in assembly
    uint64_t calling; // between two readings around a call of a function that does nothing
};

// One run of one figure. At most `limit` samples; each is the clock ticks of the measured operation alone.
struct bench_run {
    const struct bench_clock *clock;
    uint32_t parameter; // of the figure: how many messages, how many commands
    uint64_t *samples;
    uint32_t limit;
    uint32_t count;
    uint32_t rejected;                // trials with an invalid clock difference
    uint64_t divisor;                 // operations per sample
    uint64_t detail;                  // a second number to show with the figure, named by `detail_name`
    const char *detail_name;          // "messages"; NULL: none
    const struct message *fired;      // the message measured, NULL: none or several
    char reason[BENCH_REASON_LENGTH]; // why it could not be measured, with RESULT_UNSUPPORTED
};

struct bench_figure {
    const char *name;
    uint64_t budget; // instructions, for the median; 0: none
    uint32_t parameter;
    // Fills in samples and restores what it changed. RESULT_UNSUPPORTED: this machine lacks what the figure needs.
    enum result (*measure)(struct bench_run *run);
};

struct bench_outcome {
    const struct bench_figure *figure;
    enum result result; // RESULT_UNSUPPORTED: not measured, see `reason`
    bool in_instructions;
    bool is_over; // the median is in instructions and above the budget
    struct bench_statistics statistics;
    uint32_t rejected; // trials left out: invalid clock difference
    uint64_t detail;
    const char *detail_name;
    const struct message *fired;
    bool has_device; // the device's own work, between store and message, is in the figure: it has no budget
    char reason[BENCH_REASON_LENGTH];
};

// All figures, in the order measured; the last has no name. The boot's stages are in kernel/bench/bench_boot.h.
extern const struct bench_figure bench_figures[];

// Determines what the clock counts. Boot CPU, PASSIVE, interrupts on.
void bench_clock_calibrate(struct bench_clock *clock);

// Measures one figure. Boot CPU, PASSIVE, interrupts on; must lose no message. RESULT_NO_MEMORY, or the outcome's
// result; RESULT_STOPPED when Ctrl-C was typed meanwhile.
enum result bench_measure(const struct bench_clock *clock, const struct bench_figure *figure,
                          struct bench_outcome *outcome);

// For the figures: `ticks` less `cost`. BENCH_REJECTED when that is negative or, with a clock of cycles, less than
// one per operation: the clock went back or stood still.
#define BENCH_REJECTED UINT64_MAX
uint64_t bench_beyond(const struct bench_run *run, uint64_t ticks, uint64_t cost);

// Keeps one sample, or counts it as rejected. False when `limit` is reached, when too many were rejected, or when
// console_stop_asked().
bool bench_add(struct bench_run *run, uint64_t ticks);

// Times one call of `action`, less the cost of calling and reading. When `action` fails, nothing is kept or counted.
enum result bench_add_call(struct bench_run *run, enum result (*action)(void *context), void *context);
bool bench_wants_more(const struct bench_run *run);

// Sets the reason and returns RESULT_UNSUPPORTED.
MUST_USE enum result bench_refuse(struct bench_run *run, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
