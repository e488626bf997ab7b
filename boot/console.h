// The firmware's console variable.
#ifndef BOOT_CONSOLE_H
#define BOOT_CONSOLE_H

#include "boot/loader.h"

// Sets `consoles` from the variable ConOut (UEFI 2.10, 3.3), which is only read. No such variable, or no serial port in
// it, is no error. Boot services only.
EFI_STATUS console_find(struct loader *loader);

#endif
