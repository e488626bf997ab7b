// The chain of callers, by frame pointers.

#include "arch/backtrace.h"
#include "arch/paging/paging.h"
#include "arch/symbols.h"

enum { FRAME_LIMIT = 32, KERNEL_HALF_SHIFT = 47 };

// What `push rbp; mov rbp, rsp` leaves where rbp points.
struct call_frame {
    const struct call_frame *caller;
    uint64_t return_address;
};

static void print_frame(struct output *out, unsigned number, uint64_t address, const char *name, uint64_t offset)
{
    if (name == NULL)
        output_format(out, "  #%u 0x%016llx\n", number, (unsigned long long)address);
    else
        output_format(out, "  #%u 0x%016llx %s+0x%llx\n", number, (unsigned long long)address, name,
                      (unsigned long long)offset);
}

// A return address may lie behind a function that never returns, so the call before it is looked up.
static void print_caller(struct output *out, unsigned number, uint64_t address)
{
    uint64_t offset = 0;
    const char *name = symbol_find(address - 1, &offset);
    print_frame(out, number, address, name, offset + 1);
}

// Stacks are in the upper half. A frame must lie in one page, so that one translation is enough.
static bool is_readable_frame(uint64_t rbp)
{
    struct page_translation page;
    return rbp % sizeof(uint64_t) == 0 && rbp >> KERNEL_HALF_SHIFT == ~UINT64_C(0) >> KERNEL_HALF_SHIFT &&
           rbp / PAGE_SIZE == (rbp + sizeof(struct call_frame) - 1) / PAGE_SIZE &&
           paging_walk(rbp, &page) == RESULT_OK && page.attributes.writable && !page.attributes.uncached;
}

void backtrace_print(struct output *out, uint64_t rip, uint64_t rbp)
{
    uint64_t offset = 0;
    const char *name = symbol_find(rip, &offset);
    print_frame(out, 0, rip, name, offset);
    for (unsigned number = 1; number < FRAME_LIMIT && is_readable_frame(rbp); number++) {
        const struct call_frame *frame = (const struct call_frame *)rbp;
        print_caller(out, number, frame->return_address);
        uint64_t next = (uint64_t)frame->caller;
        if (next <= rbp) // also the zero that ends the chain
            return;
        rbp = next;
    }
}
