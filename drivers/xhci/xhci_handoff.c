// Taking the controller from the firmware.

#include "drivers/xhci/xhci_handoff.h"
#include "arch/mmio.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/core/wait.h"

enum { CAPABILITY_LIMIT = 64, STEP_COUNT = 1000, SEMAPHORE = 1 };

#define STEP WAIT_MILLISECONDS(1)

// *found stays 0 when there is no such capability. Relative links only lead forward, so the bounds end the walk; the
// limit bounds a list of short steps.
static enum result find_legacy(volatile uint8_t *registers, uint64_t size, uint32_t first, uint32_t *found)
{
    uint32_t offset = first;

    *found = 0;
    for (uint32_t step = 0; offset && step < CAPABILITY_LIMIT; step++) {
        if (offset + (uint64_t)XHCI_USBLEG_SIZE > size)
            return RESULT_OUT_OF_BOUNDS;
        uint32_t header = mmio_read32(registers + offset);
        if (FIELD_GET(XHCI_EXTENDED_ID, header) == XHCI_EXTENDED_LEGACY) {
            *found = offset;
            return RESULT_OK;
        }
        uint32_t next = (uint32_t)FIELD_GET(XHCI_EXTENDED_NEXT, header);
        offset = next ? offset + next * (uint32_t)sizeof(header) : 0;
    }
    return offset ? RESULT_LOOP : RESULT_OK;
}

// Bytes, not dwords: each side writes only its own semaphore.
static enum result claim(volatile uint8_t *legacy)
{
    mmio_write8(legacy + XHCI_USBLEGSUP_SYSTEM_OWNS, SEMAPHORE);
    for (uint32_t step = 0; step < STEP_COUNT; step++) {
        if (!(mmio_read8(legacy + XHCI_USBLEGSUP_FIRMWARE_OWNS) & SEMAPHORE))
            return RESULT_OK;
        wait_pause(STEP);
    }
    return RESULT_TIMEOUT;
}

enum result xhci_handoff(volatile uint8_t *registers, uint64_t size, uint32_t first, bool *was_held)
{
    uint32_t offset;

    *was_held = false;
    enum result result = find_legacy(registers, size, first, &offset);

    if (result != RESULT_OK || offset == 0)
        return result;
    volatile uint8_t *legacy = registers + offset;
    *was_held = mmio_read8(legacy + XHCI_USBLEGSUP_FIRMWARE_OWNS) & SEMAPHORE;
    result = claim(legacy);
    // No enable bit is kept; the causes so far are cleared by the same write.
    uint32_t kept = mmio_read32(legacy + XHCI_USBLEGCTLSTS) & (uint32_t)XHCI_USBLEGCTLSTS_KEPT;
    mmio_write32(legacy + XHCI_USBLEGCTLSTS, kept | (uint32_t)XHCI_USBLEGCTLSTS_PAST);
    return result;
}
