// The picture the firmware set up: its mode is kept, never changed.
#ifndef BOOT_FRAMEBUFFER_H
#define BOOT_FRAMEBUFFER_H

#include "boot/loader.h"

// Sets `framebuffer` from the Graphics Output Protocol of the console, or of whoever has one (UEFI 2.10, 12.9). Only
// 32-bit RGB and BGR in linear memory are handed over; anything else leaves it zero. Does not fail.
EFI_STATUS framebuffer_find(struct loader *loader);

#endif
