// The kernel's one address space. Nothing is both writable and executable; the whole lower half is unmapped.
//
//   0xffff800000000000  direct map of memory (PAGE_DIRECT_MAP), not executable, writable only where it is free memory
//   0xffffc00000000000  devices, uncached (mmio_map)
//   0xffffd00000000000  stacks, each above an unmapped page
//   0xffffd80000000000  firmware tables outside the direct map, read-only
//   0xffffffff80000000  the kernel: text r-x, rodata r--, data rw-
//   0xffffffffffe00000  the local APIC's page, uncached
#ifndef ARCH_PAGING_PAGING_H
#define ARCH_PAGING_PAGING_H

#include "arch/paging/page_map.h"
#include "boot/handoff.h"
#include "kernel/runtime/page.h"

#define PAGING_DEVICE_WINDOW   (PAGE_DIRECT_MAP + PAGE_DIRECT_MAP_SIZE)
#define PAGING_STACK_WINDOW    UINT64_C(0xffffd00000000000)
#define PAGING_FIRMWARE_WINDOW UINT64_C(0xffffd80000000000)
#define PAGING_COMBINED_WINDOW UINT64_C(0xffffdc0000000000) // device memory mapped write-combining
#define PAGING_WINDOWS_END     UINT64_C(0xffffe00000000000)

// Reachable from assembly by a sign-extended 32-bit displacement.
#define ARCH_LOCAL_APIC_VIRTUAL UINT64_C(0xffffffffffe00000)

// Gives free memory above 1 MiB to the page allocator, builds the final tables, switches this processor to them and
// sets the direct map. The loader's identity map is gone afterwards. RESULT_UNSUPPORTED (no execute-disable),
// RESULT_NO_MEMORY, RESULT_BUSY (regions overlap in a contradicting way); logged. Boot CPU, once, interrupts off.
MUST_USE enum result paging_initialise(const struct handoff *handoff);

// Puts the calling processor on the kernel's tables: execute-disable and write-protect on, global pages off, PAT entry
// 1 write-combining. Interrupts off.
void paging_activate(void);

// The kernel's tables, to add mappings to. PASSIVE, boot CPU.
const struct page_map *paging_map(void);

// The value of CR3.
uint64_t paging_root(void);

// RESULT_NOT_FOUND where nothing is mapped. Any IRQL.
MUST_USE enum result paging_walk(uint64_t address, struct page_translation *translation);

// Makes firmware memory at any address readable: the direct map's pointer when that covers the range, else a read-only
// mapping that stays. RESULT_NO_MEMORY, RESULT_INVALID (zero size, wraps, beyond the processor's physical width).
// PASSIVE, boot CPU.
MUST_USE enum result paging_map_firmware(struct physical base, uint64_t size, const void **pointer);

// The bits of a physical address this processor has.
uint32_t paging_physical_width(void);

// A stack of `pages` pages above an unmapped one; *top is its end. It stays. RESULT_NO_MEMORY, RESULT_INVALID for 0.
// PASSIVE, boot CPU.
MUST_USE enum result paging_stack_create(uint64_t pages, void **top);

// Is this the unmapped page below a stack? Any IRQL.
bool paging_is_stack_guard(uint64_t address);

// Maps the local APIC's registers at ARCH_LOCAL_APIC_VIRTUAL. RESULT_NO_MEMORY; RESULT_BUSY when mapped elsewhere.
MUST_USE enum result paging_map_local_apic(struct physical base);

// The page below 1 MiB that is kept for the code other processors start with: a free one, else one of the boot services
// that are gone, whose content must be put back. RESULT_NOT_FOUND when there is neither; logged.
MUST_USE enum result paging_startup_page(struct physical *page);

// A CR3 value below 4 GiB for a processor on its way up: the kernel's upper half as it is now, and `page` readable and
// executable at its own address. Mappings made later may be missing from it: such a processor calls paging_activate()
// first. Segment descriptors in the page must be marked accessed already: the processor cannot write there.
// RESULT_NO_MEMORY. PASSIVE, boot CPU.
MUST_USE enum result paging_startup_root(struct physical page, struct physical *root);

#endif
