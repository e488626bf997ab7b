// The volume this program was started from: small files beside it and at its root.
#ifndef BOOT_VOLUME_H
#define BOOT_VOLUME_H

#include "boot/loader.h"

// Reads at most `capacity` bytes of a file in the program's own directory. EFI_NOT_FOUND where there is none or the
// program did not come from a volume.
EFI_STATUS volume_read_beside(const struct loader *loader, const CHAR16 *name, uint8_t *bytes, UINTN capacity,
                              UINTN *size);

// Writes a file at the volume's root; what was there under that name is gone.
EFI_STATUS volume_replace(const struct loader *loader, const CHAR16 *name, const char *bytes, UINTN size);

#endif
