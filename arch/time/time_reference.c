// Timers of fixed frequency, to measure the time-stamp counter against.

#include "arch/time/time_reference.h"
#include "arch/cpu_registers.h"
#include "arch/mmio.h"

#define PM_TIMER_FREQUENCY 3579545
#define PM_TIMER_WINDOW    (PM_TIMER_FREQUENCY / 200)
#define PM_TIMER_24BIT     BITS(23, 0)
#define PM_TIMER_32BIT     BITS(31, 0)
#define STUCK_READS        20000 // a port read takes 100 ns at least, a tick of the timer 280 ns
#define WINDOW_READS       20000000

// 8254 channel 2, whose gate and output are in the system control port: the speaker's channel, kept silent.
#define PIT_CHANNEL_2   0x42
#define PIT_MODE        0x43
#define PIT_FREQUENCY   1193182
#define PIT_WINDOW      (PIT_FREQUENCY / 200)
#define PIT_ONE_SHOT    0xb0 // channel 2, low then high byte, mode 0, binary
#define SYSTEM_CONTROL  0x61
#define SYSTEM_GATE_2   BIT(0)
#define SYSTEM_SPEAKER  BIT(1)
#define SYSTEM_WRITABLE BITS(3, 0)
#define SYSTEM_OUTPUT_2 BIT(5)

#define CPUID_TSC 0x15

// A timer's count and the cycle it was read at.
struct reading {
    uint64_t ticks;
    uint64_t cycles;
};

struct pm_timer {
    const volatile void *registers; // NULL: behind a port
    uint16_t port;
    uint64_t mask;
};

static enum result pm_timer_find(const struct time_sources *sources, struct pm_timer *timer)
{
    *timer = (struct pm_timer){.mask = sources->pm_is_32bit ? PM_TIMER_32BIT : PM_TIMER_24BIT};
    if (sources->pm_timer == TIME_PM_TIMER_NONE)
        return RESULT_NOT_FOUND;
    if (sources->pm_timer == TIME_PM_TIMER_PORT) {
        timer->port = (uint16_t)sources->pm_address.address;
        return RESULT_OK;
    }
    volatile void *registers = NULL;
    enum result result = mmio_map(sources->pm_address, sizeof(uint32_t), &registers);
    timer->registers = registers;
    return result;
}

static struct reading pm_timer_read(const struct pm_timer *timer)
{
    uint32_t ticks = timer->registers != NULL ? mmio_read32(timer->registers) : io_read32(timer->port);
    return (struct reading){ticks, tsc_read()};
}

// Reads until the timer is `wanted` ticks or more past `from`.
static enum result pm_timer_pass(const struct pm_timer *timer, struct reading from, uint64_t wanted, uint32_t reads,
                                 struct reading *last)
{
    for (uint32_t i = 0; i < reads; i++) {
        *last = pm_timer_read(timer);
        last->ticks = (last->ticks - from.ticks) & timer->mask;
        if (last->ticks >= wanted)
            return RESULT_OK;
    }
    return RESULT_TIMEOUT;
}

// Starts and ends at a tick's edge, so that no fraction of a tick is lost.
enum result time_reference_pm_timer(const struct time_sources *sources, uint64_t *frequency)
{
    struct pm_timer timer;
    enum result result = pm_timer_find(sources, &timer);
    if (result != RESULT_OK)
        return result;
    struct reading start = pm_timer_read(&timer);
    struct reading edge, end;
    result = pm_timer_pass(&timer, start, 1, STUCK_READS, &edge);
    if (result != RESULT_OK)
        return result;
    edge.ticks += start.ticks;
    result = pm_timer_pass(&timer, edge, PM_TIMER_WINDOW, WINDOW_READS, &end);
    if (result == RESULT_OK)
        *frequency = time_scale_measure(end.cycles - edge.cycles, end.ticks, PM_TIMER_FREQUENCY);
    return result;
}

// The upper bits of the control port are read-only; of the lower four only gate and speaker are ours.
static void pit_gate_open(uint8_t control)
{
    io_write8(SYSTEM_CONTROL, (uint8_t)((control & SYSTEM_WRITABLE & ~SYSTEM_SPEAKER) | SYSTEM_GATE_2));
}

static enum result pit_wait_output(void)
{
    for (uint32_t i = 0; i < WINDOW_READS; i++)
        if ((io_read8(SYSTEM_CONTROL) & SYSTEM_OUTPUT_2) != 0)
            return RESULT_OK;
    return RESULT_TIMEOUT;
}

// In mode 0 the output falls when the mode is written, the count starts with its high byte, and the output rises at
// zero.
enum result time_reference_8254(const struct time_sources *sources, uint64_t *frequency)
{
    uint8_t control = io_read8(SYSTEM_CONTROL);
    pit_gate_open(control);
    io_write8(PIT_MODE, PIT_ONE_SHOT);
    io_write8(PIT_CHANNEL_2, (uint8_t)(PIT_WINDOW & 0xff));
    io_write8(PIT_CHANNEL_2, (uint8_t)(PIT_WINDOW >> 8));
    uint64_t start = tsc_read();
    enum result result = (io_read8(SYSTEM_CONTROL) & SYSTEM_OUTPUT_2) != 0 ? RESULT_NOT_FOUND : pit_wait_output();
    uint64_t end = tsc_read();
    io_write8(SYSTEM_CONTROL, control & SYSTEM_WRITABLE);
    if (result == RESULT_OK)
        *frequency = time_scale_measure(end - start, PIT_WINDOW, PIT_FREQUENCY);
    return result;
}

enum result time_reference_cpuid(const struct time_sources *sources, uint64_t *frequency)
{
    if (cpuid_read(0, 0).eax < CPUID_TSC)
        return RESULT_NOT_FOUND;
    struct cpuid_registers leaf = cpuid_read(CPUID_TSC, 0); // denominator, numerator, crystal in Hz
    if (leaf.eax == 0 || leaf.ebx == 0 || leaf.ecx == 0)
        return RESULT_NOT_FOUND;
    *frequency = time_scale_measure(leaf.ecx, leaf.eax, leaf.ebx);
    return RESULT_OK;
}
