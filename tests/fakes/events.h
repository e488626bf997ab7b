// One list of what reached the hardware, in order: the fakes of configuration space, device memory and ports write it.
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

#endif
