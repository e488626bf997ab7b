// The loader's record, checked and kept: the memory map, command line and firmware addresses.
#ifndef ARCH_HANDOFF_H
#define ARCH_HANDOFF_H

#include "boot/handoff.h"
#include "kernel/lib/result.h"

// Checks the record and everything it points at, and keeps a copy. On refusal *fault is the first fault as text:
// RESULT_INVALID (not a record, bad region), RESULT_UNSUPPORTED (another version), RESULT_TRUNCATED (another size),
// RESULT_OUT_OF_BOUNDS (points outside the memory kept for the kernel). Boot CPU, before paging_initialise(): the
// record is read through the identity map.
MUST_USE enum result handoff_accept(const struct handoff *record, const char **fault);

// The accepted copy. Its pointers are physical; what they point at stays reachable by page_pointer(). Any IRQL.
const struct handoff *handoff_get(void);

// The memory map; handoff_get()->region_count entries, page aligned, none empty. Any IRQL.
const struct handoff_region *handoff_regions(void);

// The kind of memory that holds the whole range, or RESULT_NOT_FOUND when no single region does.
MUST_USE enum result handoff_memory_find(struct physical base, uint64_t size, enum handoff_memory *kind);

// Terminated copies; handoff_get()->command_line_length counts what is kept (COMMAND_LINE_LENGTH - 1 at most).
const char *handoff_command_line(void);
const char *handoff_command_source(void);

#endif
