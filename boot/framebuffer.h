// The firmware's framebuffer; its mode is not changed.
#ifndef BOOT_FRAMEBUFFER_H
#define BOOT_FRAMEBUFFER_H

#include "boot/loader.h"

// Sets `framebuffer` from the first Graphics Output Protocol (UEFI 2.10, 12.9) that has a monitor, by its EDID, and a
// framebuffer in memory; else from the first that has a framebuffer. Every output is named with its mode or with why it
// is not used. Only 32-bit RGB and BGR are handed over; where there is none, `framebuffer` stays zero. Does not fail.
EFI_STATUS framebuffer_find(struct loader *loader);

#endif
