// What an earlier start left in memory before the machine was reset, as a file on the volume; and the place for this
// one's.
#ifndef BOOT_LAST_RUN_H
#define BOOT_LAST_RUN_H

#include "boot/loader.h"

// Looks for a kept report in free memory, writes it to signalbox-last.txt and takes it away. Not finding one is usual.
EFI_STATUS last_run_write(struct loader *loader);

// Sets a place aside and enters it in the handoff. Without one the kernel keeps nothing.
EFI_STATUS last_run_reserve(struct loader *loader);

#endif
