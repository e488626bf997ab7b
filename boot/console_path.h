// The serial ports in the firmware's console variable. Pure: bytes in, ports out; host tests run it as it is.
#ifndef BOOT_CONSOLE_PATH_H
#define BOOT_CONSOLE_PATH_H

#include "boot/handoff.h"
#include <stddef.h>

// Decodes a multi-instance device path (UEFI 2.10, 10.3): ports[] gets the instances that end at a UART below an ACPI
// node PNP0501 numbered 0 to 3, or below PCI nodes from root bus 0, in their order; the rest is zeroed. Returns their
// number. Nodes with an impossible length end the walk.
size_t console_path_ports(const uint8_t *bytes, size_t size, struct handoff_console ports[HANDOFF_CONSOLE_COUNT]);

#endif
