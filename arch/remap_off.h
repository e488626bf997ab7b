// Switching off a remapping unit that the firmware left on. Intel VT-d specification 4.0, 11.4.4 and 6.5.2; AMD I/O
// virtualization (48882), 2.4 and 3.4.
#ifndef ARCH_REMAP_OFF_H
#define ARCH_REMAP_OFF_H

#include "kernel/lib/result.h"

// What was on when it was switched off.
enum {
    REMAP_WAS_TRANSLATING = 1 << 0,
    REMAP_WAS_PROTECTING = 1 << 1, // protected memory regions
    REMAP_WAS_REMAPPING = 1 << 2,  // interrupts
    REMAP_WAS_QUEUEING = 1 << 3,   // invalidation or command queue, logs
};

// One bit of the global command register after the other, each awaited in the status register, the one-shot bits never
// written back: DMA translation, protected memory, interrupt remapping, and the invalidation queue last, since the
// others use it while on. *was: the REMAP_WAS_ bits that were on. Devices behind the unit must be quiet: their DMA
// addresses would no longer be translated. RESULT_TIMEOUT: a bit did not follow within 100 ms; the others are tried.
// PASSIVE, boot.
MUST_USE enum result remap_off_vtd(volatile uint8_t *registers, uint32_t *was);

// Event log and its interrupt, then the command buffer, each awaited, then the unit itself. As above.
MUST_USE enum result remap_off_amd(volatile uint8_t *registers, uint32_t *was);

#endif
