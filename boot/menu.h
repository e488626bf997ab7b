// A choice for who sits at the machine before the kernel starts, by the firmware's own keyboard driver.
#ifndef BOOT_MENU_H
#define BOOT_MENU_H

#include "boot/loader.h"

// Offers the menu for three seconds and changes the command line as it is told. Not where the words come from a program
// (load options, fw_cfg) or hold `nomenu`, and not without a keyboard. EFI_SUCCESS in any case.
EFI_STATUS menu_offer(struct loader *loader);

#endif
