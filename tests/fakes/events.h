// One list of what reached the hardware, in order: the fakes of configuration space, device memory, ports and processor
// registers write it.
#ifndef TESTS_FAKES_EVENTS_H
#define TESTS_FAKES_EVENTS_H

#include "kernel/lib/types.h"

enum event_kind {
    EVENT_CONFIG_WRITE, // where: offset in configuration space
    EVENT_MEMORY_MAP,   // where: physical address, value: size
    EVENT_MEMORY_READ,  // where: physical address
    EVENT_MEMORY_WRITE,
    EVENT_PORT_READ, // where: port
    EVENT_PORT_WRITE,
    EVENT_MSR_READ, // where: its number
    EVENT_MSR_WRITE,
    EVENT_CONTROL_WRITE, // where: 0 for CR0, and so on
    EVENT_FENCE,         // these have neither place nor value, but where they say so
    EVENT_INTERRUPTS_OFF,
    EVENT_INTERRUPTS_ON,
    EVENT_HALT,
    EVENT_GDT_LOAD,      // where: its address, value: its limit
    EVENT_IDT_LOAD,      // the same
    EVENT_SEGMENTS_LOAD, //
    EVENT_TASK_LOAD,     // value: the selector
    EVENT_BREAKPOINT,
    EVENT_SPIN, // value: nanoseconds
    EVENT_CALL, // where: what a test chooses
    EVENT_WAIT, // value: nanoseconds
};

struct event {
    enum event_kind kind;
    uint64_t where;
    uint64_t value;
};

void event_clear(void);
void event_add(enum event_kind kind, uint64_t where, uint64_t value);
uint32_t event_total(void);

// Those that are no memory reads: index counts them from 0. NULL beyond the last.
const struct event *event_effect(uint32_t index);

// Fails the running test unless the effects are exactly these, in this order.
void event_expect(const struct event *expected, uint32_t count);

// The same for all events, memory reads too.
void event_expect_all(const struct event *expected, uint32_t count);

#endif
