// Objects of any size out of pages. Zeroed; aligned to 16 bytes, and to 4096 from a page up.
#ifndef KERNEL_RUNTIME_HEAP_H
#define KERNEL_RUNTIME_HEAP_H

#include "kernel/lib/types.h"

// NULL when memory is out (logged). PASSIVE to DISPATCH; takes a lock.
void *heap_allocate(size_t size) MUST_USE;
void heap_free(void *object); // NULL is allowed

#endif
