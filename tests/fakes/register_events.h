// Short names for lists of accesses to a controller's registers, by their offset in the window of tests/fakes/mmio.h.
#ifndef TESTS_FAKES_REGISTER_EVENTS_H
#define TESTS_FAKES_REGISTER_EVENTS_H

#include "tests/fakes/events.h"

#define READ(offset, value)              \
    {                                    \
        EVENT_MEMORY_READ, offset, value \
    }
#define WRITE(offset, value)                          \
    {                                                 \
        EVENT_MEMORY_WRITE, offset, (uint32_t)(value) \
    }
#define HALVES(offset, value) WRITE(offset, value), WRITE((offset) + 4, (uint64_t)(value) >> 32) // low before high
#define PAUSE(nanoseconds)         \
    {                              \
        EVENT_SPIN, 0, nanoseconds \
    }

// All events since the last event_clear() are these, in this order.
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))

#endif
