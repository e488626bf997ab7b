// Files QEMU hands to its guest (fw_cfg, port interface; QEMU's docs/specs/fw_cfg).
#ifndef BOOT_FW_CFG_H
#define BOOT_FW_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Reads at most `capacity` bytes of the file; `size` gets how many. False when this is not QEMU or there is no such
// file. Accesses no port unless CPUID reports a hypervisor (QEMU's emulation sets the bit too).
bool fw_cfg_read(const char *name, uint8_t *bytes, size_t capacity, size_t *size);

#endif
