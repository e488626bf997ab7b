// Power states of a function.

#include "drivers/pci/pci_power.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

#define WAIT_FROM_D2    WAIT_MICROSECONDS(200) // table 5-6
#define WAIT_FROM_D3HOT WAIT_MILLISECONDS(10)

enum { D2 = 2, D3HOT = 3, HEADER_WORDS = PCI_HEADER_SIZE / 4, HEADER_FIRST = PCI_BASE_ADDRESS / 4 };

static void header_save(const struct device *device, uint32_t words[HEADER_WORDS])
{
    for (uint32_t i = 0; i < HEADER_WORDS; i++)
        words[i] = pci_read32(device, (uint16_t)(4 * i));
}

// The command register last, or else the function would decode a half-written address.
static void header_restore(const struct device *device, const uint32_t words[HEADER_WORDS])
{
    for (uint32_t i = HEADER_FIRST; i < HEADER_WORDS; i++)
        if (pci_read32(device, (uint16_t)(4 * i)) != words[i])
            pci_write32(device, (uint16_t)(4 * i), words[i]);
    pci_write16(device, PCI_COMMAND, (uint16_t)words[PCI_COMMAND / 4]);
}

bool pci_power_on(struct device *device)
{
    uint16_t capability = pci_capability_find(&device->capabilities, PCI_CAPABILITY_POWER);
    uint16_t offset = (uint16_t)(capability + PCI_POWER_CONTROL);
    uint16_t control = capability ? pci_read16(device, offset) : 0;
    uint32_t state = control & PCI_POWER_STATE, words[HEADER_WORDS];
    char text[DEVICE_ADDRESS_TEXT];

    if (state == 0 || control == PCI_GONE16)
        return true;
    firmware_record("power_state", control, "%s", pci_address_format(device->address, text));
    header_save(device, words);
    // Without the status bit, which a 1 would clear.
    pci_write16(device, offset, control & (uint16_t) ~(PCI_POWER_STATE | PCI_POWER_PME_STATUS));
    if (state >= D2)
        wait_pause(state == D3HOT ? WAIT_FROM_D3HOT : WAIT_FROM_D2);
    if (state == D3HOT && !(control & PCI_POWER_NO_SOFT_RESET))
        header_restore(device, words);
    bool is_on = (pci_read16(device, offset) & PCI_POWER_STATE) == 0;
    if (!is_on)
        log_error("pci: %s: stays in D%u", text, state);
    return is_on;
}
