// An inventory of the machine as the firmware shows it, in a text file on the volume.
#ifndef BOOT_REPORT_H
#define BOOT_REPORT_H

#include "boot/loader.h"

// Writes signalbox.txt at the root of the program's own volume. If the file cannot be written, prints that and
// succeeds.
EFI_STATUS report_write(struct loader *loader);

#endif
