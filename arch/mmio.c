// Device memory: mapped into windows of its own, uncached or write-combining.

#include "arch/mmio.h"
#include "arch/paging/paging.h"
#include "arch/paging/window.h"
#include "kernel/runtime/log.h"

static struct window uncached = {
    .next = PAGING_DEVICE_WINDOW,
    .end = PAGING_STACK_WINDOW,
    .attributes = {.writable = true, .uncached = true},
};

static struct window combined = {
    .next = PAGING_COMBINED_WINDOW,
    .end = PAGING_WINDOWS_END,
    .attributes = {.writable = true, .write_combining = true},
};

static enum result map(struct window *window, struct physical base, uint64_t size, volatile void **pointer)
{
    void *mapped = NULL;
    enum result result = window_map(window, paging_map(), paging_physical_width(), base, size, &mapped);
    if (result != RESULT_OK)
        log_error("mmio: cannot map 0x%llx bytes at 0x%llx: %s", (unsigned long long)size,
                  (unsigned long long)base.address, result_name(result));
    *pointer = mapped;
    return result;
}

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    return map(&uncached, base, size, pointer);
}

enum result mmio_map_write_combining(struct physical base, uint64_t size, volatile void **pointer)
{
    return map(&combined, base, size, pointer);
}
