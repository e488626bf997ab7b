// Leaving the firmware and entering the kernel.
#ifndef BOOT_ENTER_H
#define BOOT_ENTER_H

#include "boot/loader.h"

// Ends boot services, completes the handoff record and enters the kernel. Returns only when ExitBootServices fails.
EFI_STATUS enter_kernel(struct loader *loader);

#endif
