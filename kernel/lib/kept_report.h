// A report that is kept in memory over a reset: the kernel leaves it, the loader of the next start finds it and writes
// it to a file. The place holds this header and the text behind it; whole is what the checksum covers.
#ifndef KERNEL_LIB_KEPT_REPORT_H
#define KERNEL_LIB_KEPT_REPORT_H

#include "kernel/lib/types.h"

#define KEPT_REPORT_ALIGN UINT64_C(0x200000) // where one may begin: the loader looks nowhere else
#define KEPT_REPORT_SIZE  UINT64_C(0x80000)

struct kept_report {
    char magic[16];
    uint32_t length; // of the text
    uint32_t checksum;
    char text[];
};

enum { KEPT_REPORT_CAPACITY = KEPT_REPORT_SIZE - sizeof(struct kept_report) };

// Is there a whole report in these KEPT_REPORT_SIZE bytes? They may hold anything.
bool kept_report_is_whole(const struct kept_report *report);

// Says that the text's first `length` bytes are a whole report; and that there is none.
void kept_report_seal(struct kept_report *report, uint32_t length);
void kept_report_void(struct kept_report *report);

#endif
