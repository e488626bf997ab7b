// The record the kernel is entered with.
#ifndef BOOT_HANDOFF_RECORD_H
#define BOOT_HANDOFF_RECORD_H

#include "boot/loader.h"

// Fills the record from the loader's state, except the regions and the time of entry. Sets `handoff`.
EFI_STATUS handoff_record_build(struct loader *loader);

#endif
