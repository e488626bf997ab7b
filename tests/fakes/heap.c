// The kernel's heap on the host's.

#include "tests/fakes/heap.h"
#include "kernel/core/host.h"
#include <stdlib.h>

static uint32_t allocations_left = UINT32_MAX;
static uint32_t live;

void fake_heap_fail_after(uint32_t allocations)
{
    allocations_left = allocations;
}

uint32_t fake_heap_live(void)
{
    return live;
}

void *heap_allocate(size_t size)
{
    if (allocations_left == 0) {
        return NULL;
    }
    if (allocations_left != UINT32_MAX) {
        allocations_left--;
    }
    void *object = calloc(1, size);
    live += object != NULL;
    return object;
}

void heap_free(void *object)
{
    live -= object != NULL;
    free(object);
}

void *host_allocate(size_t size)
{
    return heap_allocate(size);
}

void host_free(void *memory)
{
    heap_free(memory);
}
