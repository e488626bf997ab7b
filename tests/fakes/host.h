// A host without a machine: what the kernel asks of the hardware, kept in a structure that tests set and read.
#ifndef TESTS_FAKES_HOST_H
#define TESTS_FAKES_HOST_H

#include "kernel/bench/bench_host.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/inspect.h"
#include "kernel/diagnose/raw.h"
#include "kernel/runtime/clock.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace_host.h"

enum { FAKE_CPU_COUNT = 512, FAKE_IPI_COUNT = 256 };

struct fake_ipi {
    uint32_t cpu;
    uint32_t vector;
};

struct fake_host {
    uint32_t cpu;         // the current one
    enum irql irql;       // of the current CPU: what is in service
    enum irql cr8;        // of the current CPU; the level it runs at is the higher of the two
    uint32_t level_reads; // looks at what is in service
    bool interrupts_on;   // on after a reset
    bool is_remapped;     // APIC IDs above 255 can be reached
    uint64_t nanoseconds; // the time now
    uint64_t step;        // what each look at the clock adds
    uint64_t cycles_frequency;

    uint32_t apic_ids[FAKE_CPU_COUNT]; // equal to the CPU's number after a reset
    const struct interrupt *slots[FAKE_CPU_COUNT][VECTOR_COUNT];
    bool gates_broken[FAKE_CPU_COUNT][VECTOR_COUNT];
    struct interrupt_state states[FAKE_CPU_COUNT]; // enabled, table loaded and with the right ID after a reset
    uint64_t counts[FAKE_CPU_COUNT][VECTOR_COUNT];

    struct fake_ipi ipis[FAKE_IPI_COUNT]; // the first ones sent
    uint32_t ipi_count;                   // all that were sent
    void (*on_ipi)(uint32_t cpu, uint32_t vector);

    enum result stop_result; // what stopping and starting a CPU answers
    enum result start_result;
    bool stopped[FAKE_CPU_COUNT];

    bool pending[FAKE_CPU_COUNT][VECTOR_COUNT]; // held off by fake_host_arrive()

    struct trace_ring rings[FAKE_CPU_COUNT];
    bool traced[FAKE_CPU_COUNT];

    uint32_t idle_count;
    uint64_t idle_deadline; // of the last call
    void (*on_idle)(void);  // plays the interrupt that ends the sleep
    uint64_t idle_since;    // as an interrupt finds it
    uint64_t cycles_waited;
    enum result (*on_bench)(struct bench_trial *trial); // plays the measurement
    uint32_t relax_count;
    void (*on_relax)(void); // plays what another CPU does meanwhile
};

extern struct fake_host fake_host;

// The state a test begins with: CPU 0, PASSIVE, interrupts on, time 0, no hook, no slot but those of drain_prepare().
void fake_host_reset(void);

// An interrupt arrives at (cpu, vector): counted, and the slot's routine called there, at the vector's level, when
// there is one. False when not. The levels of that CPU do not hold it off.
bool fake_host_deliver(uint32_t cpu, uint32_t vector);

// As an on_ipi hook, a local APIC: an interrupt at the current CPU's level or below, or while its interrupts are off,
// waits there; any other is delivered at once.
void fake_host_arrive(uint32_t cpu, uint32_t vector);

#endif
