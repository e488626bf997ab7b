// The record the kernel is entered with.
#ifndef BOOT_HANDOFF_RECORD_H
#define BOOT_HANDOFF_RECORD_H

#include "boot/loader.h"

// Fills the record from what the steps before found, all but the regions and the time of entry. Sets `handoff`.
EFI_STATUS handoff_record_build(struct loader *loader);

#endif
