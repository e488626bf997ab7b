// Text that outlives a reset: written piece by piece into the place that the loader set aside, whole once it is sealed.
// Takes no lock and allocates nothing, so that a panic may use it. The last one begun counts.
#ifndef KERNEL_RUNTIME_REPORT_KEEP_H
#define KERNEL_RUNTIME_REPORT_KEEP_H

#include "kernel/lib/kept_report.h"
#include "kernel/lib/output.h"

// `write_back`: takes what caches hold to memory, which a reset leaves as it is. Boot CPU.
void report_keep_attach(struct kept_report *place, void (*write_back)(void));

// Begins a report and voids the one before. The output takes text until report_keep_seal(); without a place it takes it
// and keeps nothing.
struct output *report_keep_begin(void);

// The report as it is now is whole; more may follow, and another seal. Answers the bytes kept, 0 without a place.
size_t report_keep_seal(void);

// Does the place hold a whole report?
bool report_keep_is_sealed(void);

// Bytes that came after the place was full.
size_t report_keep_lost(void);

// The checksum of what was written since the beginning, lost bytes left out.
uint32_t report_keep_checksum(void);

#endif
