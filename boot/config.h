// The kernel's command line: where it comes from, first found wins.
#ifndef BOOT_CONFIG_H
#define BOOT_CONFIG_H

#include "boot/loader.h"

// Looks at fw_cfg, the load options, then signalbox.cfg beside the program; sets `command_line` and `command_source`.
// Does not fail; without any the line is empty and its source "none".
EFI_STATUS config_find(struct loader *loader);

#endif
