// Allocation of objects of any size, zeroed, aligned to 16 bytes; to 4096 from a page up.
#ifndef KERNEL_RUNTIME_HEAP_H
#define KERNEL_RUNTIME_HEAP_H

#include "kernel/lib/types.h"

// NULL: out of memory (logged). PASSIVE to DISPATCH; takes a lock.
void *heap_allocate(size_t size) MUST_USE;
void heap_free(void *object); // NULL is allowed

#endif
