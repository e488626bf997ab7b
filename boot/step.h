// The loader's console output: one line per step, notes under it, and failure.
#ifndef BOOT_STEP_H
#define BOOT_STEP_H

#include "boot/efi_library.h"

// Names the step that begins now, on the console.
void step_begin(const char *name);

// One line "signalbox: STEP: TEXT". The format is that of output_format().
void step_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

// The same with the status's name behind it; answers `status`, so that a step can return it.
EFI_STATUS step_fail(EFI_STATUS status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
