// The simulated processors: slots, levels and interrupt requests in plain memory. An interrupt is taken the moment it
// may be, on the caller's thread, so a run is exact and comes again from its seed.
#ifndef TESTS_SIMULATOR_PROCESSORS_H
#define TESTS_SIMULATOR_PROCESSORS_H

#include "kernel/core/interrupt.h"
#include "kernel/core/message_source.h"

struct processor_slot {
    const struct interrupt *object; // NULL: nobody's
    uint64_t count;
};

struct simulated_processor {
    struct processor_slot slots[VECTOR_COUNT];
    uint64_t requested[VECTOR_COUNT / 64];
    enum irql task_priority;
    enum irql in_service; // the highest
    bool interrupts_off;
    bool is_deaf; // takes nothing until it is told otherwise
    bool is_stopped;
    bool is_out_of_reach; // no message can name its APIC ID
};

struct simulation {
    uint32_t processor_count;
    struct simulated_processor *processors;
    uint32_t running; // the CPU whose code runs
    uint64_t nanoseconds;
    uint64_t strays; // interrupts that found nobody's slot, no processor, or a stopped one
};

extern struct simulation simulation;

// Processors without objects, interrupts on. False when memory is out.
bool processors_create(uint32_t count);

// An interrupt reaches a processor's requests, and is taken if nothing holds it back.
void processors_request(uint32_t cpu, uint32_t vector);

// A device's write of a message: to the processor and vector that it names.
void processors_message(struct message_words words);

// Takes what is requested and not held back, highest first.
void processors_take(uint32_t cpu);

// Sparse, as on a real machine of this size: every 64 processors leave a gap of 64.
struct apic_id processors_apic_id(uint32_t cpu);

#endif
