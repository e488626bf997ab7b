// The kernel's heap on the host's: zeroed, and able to run out on demand.
#ifndef TESTS_FAKES_HEAP_H
#define TESTS_FAKES_HEAP_H

#include "kernel/runtime/heap.h"

// After this many more allocations heap_allocate() answers NULL; UINT32_MAX, the start value: never.
void fake_heap_fail_after(uint32_t allocations);

// Objects allocated and not freed.
uint32_t fake_heap_live(void);

#endif
