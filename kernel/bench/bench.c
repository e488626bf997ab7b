// Calibrating the clock, and measuring one figure after another.

#include "kernel/bench/bench.h"
#include "kernel/bench/bench_host.h"
#include "kernel/console/console.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/clock.h"
#include "kernel/runtime/heap.h"

enum { CALIBRATION_ROUNDS = 3, NOPS_FEW = 100, NOPS_MANY = 10000, EMPTY_TRIALS = 100 };

// Longer than any sleep of the kernel: every timer armed before has expired by then.
#define TIMERS_RING WAIT_MILLISECONDS(2)

static uint64_t nops_ticks(enum bench_trial_kind kind)
{
    struct bench_trial trial = {.kind = kind};

    // A trial without a message needs no wait.
    (void)!bench_host_measure(&trial);
    return trial.end - trial.start;
}

// Ticks per instruction, 0 unless nops are counted exactly.
static uint64_t ticks_per_instruction(uint64_t nothing)
{
    uint64_t few = nops_ticks(BENCH_NOPS_100) - nothing, many = nops_ticks(BENCH_NOPS_10000) - nothing;

    return many % NOPS_MANY == 0 && many / NOPS_MANY * NOPS_FEW == few ? many / NOPS_MANY : 0;
}

static enum result do_nothing(void *context)
{
    return RESULT_OK;
}

static uint64_t call_ticks(enum result (*action)(void *context), void *context, enum result *result)
{
    // Opaque to the compiler, which might otherwise move code across the readings.
    enum result (*hidden)(void *context) = __atomic_load_n(&action, __ATOMIC_RELAXED);
    uint64_t start = clock_cycles();

    *result = hidden(context);
    return clock_cycles() - start;
}

// The minimum of many: an interruption adds to a reading's cost, which would be subtracted from every sample.
static void costs_calibrate(struct bench_clock *clock)
{
    clock->reading = clock->calling = UINT64_MAX;
    for (uint32_t i = 0; i < EMPTY_TRIALS; i++) {
        enum result result;
        uint64_t reading = nops_ticks(BENCH_NOTHING), calling = call_ticks(do_nothing, NULL, &result);
        clock->reading = reading < clock->reading ? reading : clock->reading;
        clock->calling = calling < clock->calling ? calling : clock->calling;
    }
}

// A single round with inexact counts decides against: a clock of time may be exact once by chance.
void bench_clock_calibrate(struct bench_clock *clock)
{
    wait_pause(TIMERS_RING);
    *clock = (struct bench_clock){0};
    costs_calibrate(clock);
    for (uint32_t i = 0; i < CALIBRATION_ROUNDS; i++) {
        uint64_t ticks = ticks_per_instruction(nops_ticks(BENCH_NOTHING));
        clock->ticks = i == 0 || clock->ticks == ticks ? ticks : 0;
    }
}

bool bench_wants_more(const struct bench_run *run)
{
    return run->count < run->limit && run->rejected < run->limit && !console_stop_asked();
}

uint64_t bench_beyond(const struct bench_run *run, uint64_t ticks, uint64_t cost)
{
    int64_t left = (int64_t)(ticks - cost), least = run->clock->ticks ? 0 : run->divisor ? (int64_t)run->divisor : 1;

    return left >= least ? (uint64_t)left : BENCH_REJECTED;
}

bool bench_add(struct bench_run *run, uint64_t ticks)
{
    if (ticks == BENCH_REJECTED)
        run->rejected++;
    else if (run->count < run->limit)
        run->samples[run->count++] = ticks;
    return bench_wants_more(run);
}

// The only call site: tests/bench/by_function.py attributes the instructions between its two readings to functions.
__attribute__((noinline)) enum result bench_add_call(struct bench_run *run, enum result (*action)(void *context),
                                                     void *context)
{
    enum result result;
    uint64_t ticks = call_ticks(action, context, &result);

    if (result == RESULT_OK)
        (void)bench_add(run, bench_beyond(run, ticks, run->clock->calling));
    return result;
}

enum result bench_refuse(struct bench_run *run, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_text_list(run->reason, sizeof(run->reason), format, arguments);
    va_end(arguments);
    return RESULT_UNSUPPORTED;
}

// Rounds to the nearest.
static void convert(const struct bench_run *run)
{
    uint64_t ticks = run->clock->ticks ? run->clock->ticks : 1;
    uint64_t divisor = ticks * (run->divisor ? run->divisor : 1);

    for (uint32_t i = 0; i < run->count; i++)
        run->samples[i] = (run->samples[i] + divisor / 2) / divisor;
}

static void outcome_fill(struct bench_outcome *outcome, const struct bench_run *run, enum result result)
{
    outcome->result = result;
    outcome->in_instructions = run->clock->ticks != 0;
    outcome->rejected = run->rejected;
    outcome->detail = run->detail;
    outcome->detail_name = run->detail_name;
    outcome->fired = run->fired;
    outcome->has_device = run->fired && shot_is_prepared(run->fired);
    memcpy(outcome->reason, run->reason, sizeof(outcome->reason));
    if (result != RESULT_OK)
        return;
    convert(run);
    outcome->statistics = bench_statistics_of(run->samples, run->count);
    uint64_t budget = outcome->figure->budget;
    outcome->is_over =
        outcome->in_instructions && budget && !outcome->has_device && outcome->statistics.median > budget;
}

enum result bench_measure(const struct bench_clock *clock, const struct bench_figure *figure,
                          struct bench_outcome *outcome)
{
    struct bench_run run = {.clock = clock, .parameter = figure->parameter, .limit = BENCH_SAMPLE_LIMIT};

    *outcome = (struct bench_outcome){.figure = figure, .result = RESULT_NO_MEMORY};
    run.samples = heap_allocate(run.limit * sizeof(run.samples[0]));
    if (!run.samples)
        return RESULT_NO_MEMORY;
    // A timer armed by the previous figure must not expire during this one.
    wait_pause(TIMERS_RING);
    enum result result = figure->measure(&run);
    if (result == RESULT_OK && console_stop_asked())
        result = RESULT_STOPPED;
    if (result == RESULT_OK && run.count == 0)
        result =
            run.rejected ? bench_refuse(&run, "the clock stood still in every trial: %u", run.rejected) : RESULT_FAILED;
    outcome_fill(outcome, &run, result);
    heap_free(run.samples);
    return result;
}
