// The firmware's framebuffer; its mode is not changed.
#ifndef BOOT_FRAMEBUFFER_H
#define BOOT_FRAMEBUFFER_H

#include "boot/loader.h"

// Sets `framebuffer` from the Graphics Output Protocol of the console, else of any handle that has one (UEFI 2.10,
// 12.9). Only 32-bit RGB and BGR in linear memory are handed over; anything else leaves it zero. Does not fail.
EFI_STATUS framebuffer_find(struct loader *loader);

#endif
