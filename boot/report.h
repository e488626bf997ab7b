// An inventory of the machine as the firmware shows it, left on the volume for a person to read.
#ifndef BOOT_REPORT_H
#define BOOT_REPORT_H

#include "boot/loader.h"

// Writes signalbox.txt at the root of the program's own volume. Where that cannot be written it says so and succeeds.
EFI_STATUS report_write(struct loader *loader);

#endif
