// Takes USB controllers over from the firmware.

#include "drivers/usb_handover.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "drivers/xhci/xhci_handoff.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/inventory/claim.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

enum {
    INTERFACE_UHCI = 0x00,
    INTERFACE_OHCI = 0x10,
    INTERFACE_EHCI = 0x20,
    INTERFACE_XHCI = 0x30,

    UHCI_LEGACY = 0xc0,           // 16 bits in configuration space
    UHCI_LEGACY_ENABLES = 0x309f, // traps, and interrupts of system management and of the line
    UHCI_LEGACY_PAST = 0x8f00,    // write 1 to clear

    OHCI_SIZE = 0x1000,
    OHCI_CONTROL = 0x04,
    OHCI_COMMAND_STATUS = 0x08,
    OHCI_INTERRUPT_ENABLE = 0x10,
    OHCI_INTERRUPT_DISABLE = 0x14,
    OHCI_INTERRUPT_ROUTING = 1 << 8, // the firmware holds it
    OHCI_OWNERSHIP_REQUEST = 1 << 3,
    OHCI_OWNERSHIP_CHANGE = 1 << 30,

    EHCI_SIZE = 0x1000,
    EHCI_CAPABILITIES = 0x08,
    EHCI_LEGACY = 1,        // capability number, in configuration space
    EHCI_FIRMWARE_OWNS = 2, // bytes into the capability
    EHCI_SYSTEM_OWNS = 3,
    EHCI_LEGACY_CONTROL = 4,
    EHCI_SEMAPHORE = 1,
    EHCI_CAPABILITY_LIMIT = 48,

    XHCI_SIZE = 0x10000, // all controllers so far fit
    LEAST_SIZE = 0x100,  // holds what is read of any
};

#define EHCI_FIRST          BITS(15, 8)
#define EHCI_ID             BITS(7, 0)
#define EHCI_NEXT           BITS(15, 8)
#define EHCI_LEGACY_PAST    BITS(31, 29) // write 1 to clear
#define OHCI_ALL_INTERRUPTS UINT32_C(0xffffffff)
#define LOOKS               100
#define LOOK_STEP           WAIT_MILLISECONDS(10)
#define PATIENCE            WAIT_MILLISECONDS(1000)

// Records a controller held by the firmware.
static void held_record(const struct device *device, uint64_t value)
{
    char text[DEVICE_ADDRESS_TEXT];

    firmware_record("usb_legacy", value, "%s", pci_address_format(device->address, text));
}

static void failure_log(const struct device *device, const char *what)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_warning("usb: %s: %s", pci_address_format(device->address, text), what);
}

static bool is_decoded(const struct device *device)
{
    for (; device; device = device_parent(device))
        if (!(pci_read16(device, PCI_COMMAND) & PCI_COMMAND_MEMORY))
            return false;
    return true;
}

// BAR 0 without sizing, which would hide the registers from the firmware for a moment. *size: in, bytes to map at most;
// out, bytes mapped, up to the next claim.
static volatile uint8_t *registers_map(const struct device *device, uint64_t *size)
{
    uint32_t low = pci_read32(device, PCI_BASE_ADDRESS);
    bool is_wide = FIELD_GET(BITS(2, 1), low) == 2;
    uint64_t high = is_wide ? pci_read32(device, PCI_BASE_ADDRESS + 4) : 0;
    struct physical base = {high << 32 | (low & ~UINT32_C(0xf))};
    const struct claim *other = claim_against(base, *size, CLAIM_FIXED, "");
    volatile void *registers;

    if (other)
        *size = other->base.address > base.address ? other->base.address - base.address : 0;
    if (low & 1 || base.address == 0 || *size < LEAST_SIZE || !is_decoded(device) ||
        mmio_map(base, *size, &registers) != RESULT_OK)
        return NULL;
    return registers;
}

static void xhci_take(const struct device *device)
{
    uint64_t size = XHCI_SIZE;
    bool was_held;
    volatile uint8_t *registers = registers_map(device, &size);
    uint32_t parameters = registers ? mmio_read32(registers + XHCI_HCCPARAMS1) : UINT32_MAX;
    uint32_t first = (uint32_t)FIELD_GET(XHCI_HCCPARAMS1_EXTENDED, parameters) * 4;

    if (parameters == UINT32_MAX)
        return;
    enum result result = xhci_handoff(registers, size, first, &was_held);
    if (was_held)
        held_record(device, parameters);
    if (result == RESULT_TIMEOUT)
        failure_log(device, "the firmware did not let go of the xHCI controller within a second; taken all the same");
    else if (result != RESULT_OK)
        failure_log(device, "the xHCI controller's list of extended capabilities is broken");
}

// 0 for none.
static uint16_t ehci_legacy_find(const struct device *device, uint32_t parameters)
{
    uint16_t offset = (uint16_t)FIELD_GET(EHCI_FIRST, parameters);

    for (uint32_t i = 0; i < EHCI_CAPABILITY_LIMIT && offset >= PCI_HEADER_SIZE && offset % 4 == 0; i++) {
        uint32_t header = pci_read32(device, offset);
        if (FIELD_GET(EHCI_ID, header) == EHCI_LEGACY)
            return offset;
        offset = (uint16_t)FIELD_GET(EHCI_NEXT, header);
    }
    return 0;
}

// Bytes, not dwords: each side writes only its own semaphore.
static void ehci_take(const struct device *device)
{
    uint64_t size = EHCI_SIZE;
    volatile uint8_t *registers = registers_map(device, &size);
    uint32_t parameters = registers ? mmio_read32(registers + EHCI_CAPABILITIES) : UINT32_MAX;
    uint16_t legacy = parameters == UINT32_MAX ? 0 : ehci_legacy_find(device, parameters);

    if (!legacy)
        return;
    uint16_t firmware = (uint16_t)(legacy + EHCI_FIRMWARE_OWNS);
    if (pci_read8(device, firmware) & EHCI_SEMAPHORE) {
        held_record(device, pci_read32(device, legacy));
        pci_write8(device, (uint16_t)(legacy + EHCI_SYSTEM_OWNS), EHCI_SEMAPHORE);
        for (uint32_t i = 0; i < LOOKS && pci_read8(device, firmware) & EHCI_SEMAPHORE; i++)
            wait_pause(LOOK_STEP);
        if (pci_read8(device, firmware) & EHCI_SEMAPHORE) {
            failure_log(device,
                        "the firmware did not let go of the EHCI controller within a second; taken all the same");
            pci_write8(device, firmware, 0);
        }
    }
    pci_write32(device, (uint16_t)(legacy + EHCI_LEGACY_CONTROL), (uint32_t)EHCI_LEGACY_PAST);
}

static void ohci_take(const struct device *device)
{
    uint64_t size = OHCI_SIZE;
    volatile uint8_t *registers = registers_map(device, &size);
    uint32_t control = registers ? mmio_read32(registers + OHCI_CONTROL) : UINT32_MAX;

    if (control == UINT32_MAX)
        return;
    if (control & OHCI_INTERRUPT_ROUTING) {
        held_record(device, control);
        mmio_write32(registers + OHCI_INTERRUPT_ENABLE, OHCI_OWNERSHIP_CHANGE);
        mmio_write32(registers + OHCI_COMMAND_STATUS, OHCI_OWNERSHIP_REQUEST);
        if (register_wait(registers + OHCI_CONTROL, OHCI_INTERRUPT_ROUTING, 0, PATIENCE) != RESULT_OK) {
            failure_log(device,
                        "the firmware did not let go of the OHCI controller within a second; taken all the same");
            control = mmio_read32(registers + OHCI_CONTROL);
            mmio_write32(registers + OHCI_CONTROL, control & ~(uint32_t)OHCI_INTERRUPT_ROUTING);
        }
    }
    mmio_write32(registers + OHCI_INTERRUPT_DISABLE, OHCI_ALL_INTERRUPTS);
}

// UHCI has no handshake: with the traps off the firmware gets no more SMIs of it.
static void uhci_take(const struct device *device)
{
    uint16_t legacy = pci_read16(device, UHCI_LEGACY);

    if (legacy == PCI_GONE16)
        return;
    if (legacy & UHCI_LEGACY_ENABLES)
        held_record(device, legacy);
    pci_write16(device, UHCI_LEGACY, UHCI_LEGACY_PAST);
}

void usb_handover(struct device *device)
{
    switch (device->class_code & 0xff) {
    case INTERFACE_UHCI:
        uhci_take(device);
        break;
    case INTERFACE_OHCI:
        ohci_take(device);
        break;
    case INTERFACE_EHCI:
        ehci_take(device);
        break;
    case INTERFACE_XHCI:
        xhci_take(device);
        break;
    default:
        break;
    }
}
