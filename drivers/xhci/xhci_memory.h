// What controller and driver share: one contiguous run of pages, laid out once.
#ifndef DRIVERS_XHCI_XHCI_MEMORY_H
#define DRIVERS_XHCI_XHCI_MEMORY_H

#include "kernel/lib/result.h"
#include "kernel/runtime/page.h"

// Byte offsets. Every alignment and boundary rule of the xHCI specification 1.2, table 6-1, is kept by them. One event
// ring of a page each stands from XHCI_MEMORY_EVENTS on, one an interrupter; behind them the scratchpad.
enum {
    XHCI_MEMORY_DIRECTORY = 0x0000, // device context base addresses: the scratchpad's and slot 1's
    XHCI_MEMORY_SEGMENTS = 0x0400,  // event ring segment tables, 64 bytes apart
    XHCI_MEMORY_STATUS = 0x0800,    // a device's GET_STATUS answer
    XHCI_MEMORY_COMMANDS = 0x1000,
    XHCI_MEMORY_TRANSFERS = 0x1400,
    XHCI_MEMORY_DEVICE = 0x2000, // slot 1's contexts, the controller's own
    XHCI_MEMORY_INPUT = 0x3000,
    XHCI_MEMORY_EVENTS = 0x4000,
};

struct xhci_memory {
    struct physical base;
    uint64_t page_count; // 0 while there is none
};

// Zeroed, except the scratchpad's table and its entry in the directory. `limit` as page_allocate() takes it.
MUST_USE enum result xhci_memory_allocate(struct xhci_memory *memory, uint32_t interrupters, uint32_t scratch_pages,
                                          uint64_t limit);
void xhci_memory_free(struct xhci_memory *memory);

// The physical address and the pointer of an offset.
struct physical xhci_memory_physical(const struct xhci_memory *memory, uint32_t offset);
void *xhci_memory_pointer(const struct xhci_memory *memory, uint32_t offset);

#endif
