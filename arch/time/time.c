// The clock: the time-stamp counter, calibrated at boot.

#include "arch/time/time.h"
#include "arch/cpu_registers.h"
#include "arch/processor.h"
#include "arch/time/time_reference.h"
#include "kernel/runtime/log.h"

// A frequency outside these bounds is a failed measurement.
#define FREQUENCY_LOWEST  UINT64_C(1000000)
#define FREQUENCY_HIGHEST UINT64_C(100000000000)

static struct time_scale scale;
static uint64_t start_cycles;

struct reference {
    const char *name;
    enum result (*measure)(const struct time_sources *sources, uint64_t *frequency);
};

static const struct reference references[] = {
    {"cpuid", time_reference_cpuid},
    {"pm timer", time_reference_pm_timer},
    {"8254", time_reference_8254},
};

// Three windows: one that an SMI or the host's scheduler stretched does not count.
static enum result calibrate(const struct reference *reference, const struct time_sources *sources)
{
    uint64_t windows[3] = {0}, start = tsc_read();
    for (size_t i = 0; i < ARRAY_COUNT(windows); i++) {
        enum result result = reference->measure(sources, &windows[i]);
        if (result != RESULT_OK)
            return result;
    }
    processor_waited_add(tsc_read() - start);
    uint64_t frequency = time_scale_median(windows[0], windows[1], windows[2]);
    if (frequency < FREQUENCY_LOWEST || frequency > FREQUENCY_HIGHEST)
        return RESULT_MISMATCH;
    scale = time_scale_make(frequency);
    return RESULT_OK;
}

enum result time_initialise(const struct time_sources *sources)
{
    start_cycles = sources->entry_cycles != 0 ? sources->entry_cycles : tsc_read();
    for (size_t i = 0; i < ARRAY_COUNT(references); i++) {
        enum result result = calibrate(&references[i], sources);
        if (result == RESULT_OK) {
            log_info("time: TSC at %llu Hz by %s", (unsigned long long)scale.frequency, references[i].name);
            return RESULT_OK;
        }
        if (result != RESULT_NOT_FOUND)
            log_warning("time: %s cannot be used: %s", references[i].name, result_name(result));
    }
    log_error("time: nothing to calibrate the TSC against");
    return RESULT_TIMEOUT;
}

uint64_t time_cycles(void)
{
    return tsc_read();
}

uint64_t time_frequency(void)
{
    return scale.frequency;
}

uint64_t time_nanoseconds(void)
{
    return time_nanoseconds_at(tsc_read());
}

uint64_t time_nanoseconds_at(uint64_t cycles)
{
    return time_scale_nanoseconds(scale, cycles - start_cycles);
}

void time_spin(uint64_t nanoseconds)
{
    uint64_t start = tsc_read();
    uint64_t cycles = time_scale_cycles(scale, nanoseconds);
    while (tsc_read() - start < cycles)
        cpu_pause();
    processor_waited_add(tsc_read() - start);
}
