// Which build this is: what `version` prints, the log begins with and a trace carries. Constants; any IRQL.
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

#include "kernel/lib/types.h"

extern const char version_text[]; // all of it: "Signalbox 0.1, commit 0123456789ab+, 2026-11-27 (gcc 12.2.0)"
extern const char version_release[];
extern const char *const version_commit; // with a plus when the tree was changed; NULL: built without a repository
extern const bool version_changed;
extern const char *const version_date; // of SOURCE_DATE_EPOCH, or else of the commit; NULL: neither was there
extern const char version_compiler[];

#endif
