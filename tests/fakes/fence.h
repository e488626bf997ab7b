// Takes the place of the compiler's own fence, which no result shows, so that it is listed in tests/fakes/events.h. A
// test includes this first and then the .c file it tests.
#ifndef TESTS_FAKES_FENCE_H
#define TESTS_FAKES_FENCE_H

#include "tests/fakes/events.h"

#define __atomic_thread_fence(order) event_add(EVENT_FENCE, 0, 0)

#endif
