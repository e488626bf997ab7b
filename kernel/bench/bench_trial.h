// One measurement, made in assembly, and its clock readings.
#ifndef KERNEL_BENCH_BENCH_TRIAL_H
#define KERNEL_BENCH_BENCH_TRIAL_H

#include "kernel/lib/types.h"

enum bench_trial_kind {
    BENCH_NOTHING,    // two consecutive readings: the cost of a reading
    BENCH_NOPS_100,   // a hundred nops between two readings
    BENCH_NOPS_10000, // ten thousand
    BENCH_STUB,       // fires a message, taken through the stub and slot of its vector
    BENCH_BARE,       // the same through a vector that only saves, calls, sends EOI and restores
};

// Readings of the raw clock (clock_cycles()), in this order in time.
struct bench_trial {
    enum bench_trial_kind kind;
    void *doorbell; // BENCH_STUB and BENCH_BARE: one store of `value` there sends the message
    uint32_t value;
    uint32_t vector;  // where the message arrives, on the calling CPU
    uint64_t start;   // the next instruction is the doorbell's store
    uint64_t entered; // the first instruction of the service routine; `entered` and `left` are 0 without a message
    uint64_t left;    // the next one is the service routine's return
    uint64_t end;     // the first instruction of the interrupted code after the interrupt
};

#endif
