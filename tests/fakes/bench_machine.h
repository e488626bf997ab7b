// A machine that the benchmark is played on: two processors, a bell (one MSI, high) and rows (MSI-X, low, its device
// rests and is a disk); trials whose clock readings are known.
#ifndef TESTS_FAKES_BENCH_MACHINE_H
#define TESTS_FAKES_BENCH_MACHINE_H

#include "kernel/bench/bench.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"

enum {
    BENCH_MACHINE_CPUS = 2,
    READING = 5, // instructions of a clock reading, of a message each way, of a routine's body
    ENTRY = 14,
    EXIT = 13,
    BODY = 1000,
    ROWS = 4,       // messages connected
    ROWS_MORE = 64, // messages it has
    SLEEP = 70000,  // nanoseconds of a read
};

struct bench_machine {
    struct device bell, rows;
    struct fake_source bell_source, rows_source;
    uint64_t ticks;       // the clock's, an instruction
    uint32_t odd_round;   // of the calibrations: its nops do not count themselves
    uint32_t round_count; // so far
    bool is_silent;       // no message comes
    uint64_t extra;       // instructions of an entry beyond what is usual
    uint32_t stalls;      // in each so many-th trial the clock stands still from the start to the entry; 0: in none
    uint32_t trial_count; // so far
    uint64_t back;        // ticks that it goes back instead
};

extern struct bench_machine bench_machine;
extern const struct driver bench_machine_deaf_driver; // without a doorbell

// Once per program; before each test.
void bench_machine_start(void);
void bench_machine_reset(void);

// Connects the rows as they were at first.
void bench_machine_connect_rows(void);

// One figure, on a clock calibrated anew.
struct bench_outcome bench_machine_measure(const char *name);

// Each message where it began, its own object in its slot, the hardware open, no vector taken beside theirs.
void bench_machine_assert_as_before(void);

#endif
