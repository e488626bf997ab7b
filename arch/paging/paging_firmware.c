// Firmware's tables made readable, in the direct map or beside it.

#include "arch/paging/paging.h"
#include "arch/paging/window.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

static struct window window = {.next = PAGING_FIRMWARE_WINDOW, .end = PAGING_COMBINED_WINDOW};

static bool direct_map_covers(struct physical base, uint64_t size)
{
    uint64_t at = base.address;
    uint64_t end = base.address + size;
    while (at < end) {
        struct page_translation translation;
        if (at >= PAGE_DIRECT_MAP_SIZE || paging_walk(PAGE_DIRECT_MAP + at, &translation) != RESULT_OK)
            return false;
        at += translation.page_size - at % translation.page_size;
    }
    return true;
}

enum result paging_map_firmware(struct physical base, uint64_t size, const void **pointer)
{
    uint64_t last;
    bool wraps = size == 0 || __builtin_add_overflow(base.address, size, &last);
    if (!wraps && direct_map_covers(base, size)) {
        *pointer = page_pointer(base);
        return RESULT_OK;
    }
    void *mapped = NULL;
    enum result result = window_map(&window, paging_map(), paging_physical_width(), base, size, &mapped);
    if (result != RESULT_OK)
        log_error("paging: firmware memory at 0x%llx, 0x%llx bytes: %s", (unsigned long long)base.address,
                  (unsigned long long)size, result_name(result));
    *pointer = mapped;
    return result;
}
