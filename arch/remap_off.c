// Switching off a remapping unit that the firmware left on.

#include "arch/remap_off.h"
#include "arch/mmio.h"
#include "kernel/core/wait.h"

enum {
    VTD_CAPABILITY = 0x08,
    VTD_COMMAND = 0x18,
    VTD_STATUS = 0x1c,
    VTD_PROTECTED_MEMORY = 0x64,
    VTD_QUEUE_HEAD = 0x80,
    VTD_QUEUE_TAIL = 0x88,

    AMD_CONTROL = 0x18,
    AMD_STATUS = 0x2020,

    LOOKS = 1000,
};

#define LOOK_STEP WAIT_MICROSECONDS(100)

#define VTD_TRANSLATION      BIT(31)
#define VTD_QUEUE            BIT(26)
#define VTD_INTERRUPTS       BIT(25)
#define VTD_KEPT             UINT32_C(0x96ffffff) // of the status: without the one-shot bits 30, 29, 27 and 24
#define VTD_HAS_PROTECTED    BITS(6, 5)           // of the capability: low, high
#define VTD_PROTECTED_ENABLE BIT(31)
#define VTD_PROTECTED_STATUS BIT(0)

#define AMD_ENABLE                 BIT(0)
#define AMD_EVENT_LOG              BIT(2)
#define AMD_EVENT_INTERRUPT        BIT(3)
#define AMD_COMMANDS               BIT(12)
#define AMD_PERIPHERAL_LOG         BITS(14, 13) // page requests: log, interrupt
#define AMD_GUEST_LOG              BITS(29, 28) // virtual APICs: log, interrupt
#define AMD_EVENT_LOG_RUNNING      BIT(3)
#define AMD_COMMANDS_RUNNING       BIT(4)
#define AMD_PERIPHERAL_LOG_RUNNING BIT(7)

static enum result bits_wait(const volatile uint8_t *address, uint64_t bits)
{
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (!(mmio_read32(address) & bits))
            return RESULT_OK;
        wait_pause(LOOK_STEP);
    }
    return RESULT_TIMEOUT;
}

static enum result worse(enum result before, enum result now)
{
    return before == RESULT_OK ? now : before;
}

static enum result vtd_bit_off(volatile uint8_t *registers, uint64_t bit, uint32_t meaning, uint32_t *was)
{
    uint32_t status = mmio_read32(registers + VTD_STATUS);

    if (!(status & bit))
        return RESULT_OK;
    *was |= meaning;
    mmio_write32(registers + VTD_COMMAND, status & VTD_KEPT & ~(uint32_t)bit);
    return bits_wait(registers + VTD_STATUS, bit);
}

static enum result vtd_protection_off(volatile uint8_t *registers, uint32_t *was)
{
    if (!(mmio_read64(registers + VTD_CAPABILITY) & VTD_HAS_PROTECTED))
        return RESULT_OK;
    uint32_t protection = mmio_read32(registers + VTD_PROTECTED_MEMORY);
    if (!(protection & (VTD_PROTECTED_ENABLE | VTD_PROTECTED_STATUS)))
        return RESULT_OK;
    *was |= REMAP_WAS_PROTECTING;
    mmio_write32(registers + VTD_PROTECTED_MEMORY, protection & ~(uint32_t)VTD_PROTECTED_ENABLE);
    return bits_wait(registers + VTD_PROTECTED_MEMORY, VTD_PROTECTED_STATUS);
}

// The queue must be drained before it is disabled (6.5.2).
static enum result vtd_queue_off(volatile uint8_t *registers, uint32_t *was)
{
    if (!(mmio_read32(registers + VTD_STATUS) & VTD_QUEUE))
        return RESULT_OK;
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (mmio_read64(registers + VTD_QUEUE_HEAD) == mmio_read64(registers + VTD_QUEUE_TAIL))
            break;
        wait_pause(LOOK_STEP);
    }
    return vtd_bit_off(registers, VTD_QUEUE, REMAP_WAS_QUEUEING, was);
}

enum result remap_off_vtd(volatile uint8_t *registers, uint32_t *was)
{
    *was = 0;
    enum result result = vtd_bit_off(registers, VTD_TRANSLATION, REMAP_WAS_TRANSLATING, was);
    result = worse(result, vtd_protection_off(registers, was));
    result = worse(result, vtd_bit_off(registers, VTD_INTERRUPTS, REMAP_WAS_REMAPPING, was));
    return worse(result, vtd_queue_off(registers, was));
}

static enum result amd_bits_off(volatile uint8_t *registers, uint64_t bits, uint64_t running)
{
    uint64_t control = mmio_read64(registers + AMD_CONTROL);

    if (!(control & bits))
        return RESULT_OK;
    mmio_write64(registers + AMD_CONTROL, control & ~bits);
    return bits_wait(registers + AMD_STATUS, running);
}

enum result remap_off_amd(volatile uint8_t *registers, uint32_t *was)
{
    uint64_t control = mmio_read64(registers + AMD_CONTROL);
    uint64_t queues = AMD_EVENT_LOG | AMD_EVENT_INTERRUPT | AMD_PERIPHERAL_LOG | AMD_GUEST_LOG | AMD_COMMANDS;

    *was = (control & AMD_ENABLE ? REMAP_WAS_TRANSLATING : 0) | (control & queues ? REMAP_WAS_QUEUEING : 0);
    enum result result = amd_bits_off(registers, AMD_EVENT_LOG | AMD_EVENT_INTERRUPT, AMD_EVENT_LOG_RUNNING);
    result = worse(result, amd_bits_off(registers, AMD_PERIPHERAL_LOG | AMD_GUEST_LOG, AMD_PERIPHERAL_LOG_RUNNING));
    result = worse(result, amd_bits_off(registers, AMD_COMMANDS, AMD_COMMANDS_RUNNING));
    return worse(result, amd_bits_off(registers, AMD_ENABLE, 0));
}
