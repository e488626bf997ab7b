// Conflicts between base address registers and all other claimed addresses.

#include "drivers/pci/pci_bar_check.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/pci/pci_window.h"
#include "kernel/inventory/claim.h"
#include "kernel/inventory/firmware.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { REFUSAL_TEXT = 48 };

static void owner_format(const struct device *device, uint32_t bar, char owner[CLAIM_OWNER_TEXT])
{
    char text[DEVICE_ADDRESS_TEXT];

    format_text(owner, CLAIM_OWNER_TEXT, "%s BAR %u", pci_address_format(device->address, text), bar);
}

static enum claim_rank rank_of(const struct device *device, const struct bar *bar)
{
    return device->command & (bar->kind == BAR_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY) ? CLAIM_DECODED
                                                                                         : CLAIM_ASSIGNED;
}

static enum result bar_claim(const struct bar *bar, enum claim_rank rank, const char *owner)
{
    if (pci_bar_is_port(bar))
        return claim_add_ports(bar->base.address, bar->size, rank, owner);
    return pci_bar_is_usable(bar) ? claim_add(bar->base, bar->size, rank, "%s", owner) : RESULT_OK;
}

static enum result bars_claim(const struct device *device)
{
    for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++) {
        char owner[CLAIM_OWNER_TEXT];
        const struct bar *bar = &device->bars[i];
        owner_format(device, i, owner);
        if (bar_claim(bar, rank_of(device, bar), owner) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

static enum result refuse(struct device *device, uint32_t index, const char *item, const char *verb, const char *other)
{
    char owner[CLAIM_OWNER_TEXT];
    char *text = heap_allocate(REFUSAL_TEXT);
    struct bar *bar = &device->bars[index];

    if (!text)
        return RESULT_NO_MEMORY;
    format_text(text, REFUSAL_TEXT, "lies %s %s", verb, other);
    bar->refusal = text;
    owner_format(device, index, owner);
    log_warning("pci: %s at %s0x%llx, 0x%llx bytes, %s: it is not used", owner, bar->kind == BAR_IO ? "port " : "",
                (unsigned long long)bar->base.address, (unsigned long long)bar->size, text);
    firmware_record(item, bar->base.address, "%s %s %s", owner, verb, other);
    return RESULT_OK;
}

// IOAPIC and HPET are functions of their own on some boards, and the console's port may be a function's.
static bool is_same_registers(const struct device *device, const struct bar *bar, const struct claim *claim)
{
    uint32_t class = device->class_code >> 16;
    bool is_console = class == PCI_CLASS_COMMUNICATION && bar->kind == BAR_IO && claim->rank == CLAIM_FIXED;

    return (class == PCI_CLASS_SYSTEM || is_console) && claim->base.address == bar->base.address &&
           strcmp(claim->owner, CLAIM_MEMORY) != 0;
}

// Bridges' windows for ports are not looked at.
static enum result port_check(struct device *device, uint32_t index)
{
    char owner[CLAIM_OWNER_TEXT];
    const struct bar *bar = &device->bars[index];

    owner_format(device, index, owner);
    const struct claim *other = claim_against_ports(bar->base.address, bar->size, rank_of(device, bar), owner);
    bool is_refused = other && !is_same_registers(device, bar, other);
    return is_refused ? refuse(device, index, "bar_conflict", "over", other->owner) : RESULT_OK;
}

static enum result bar_check(struct device *device, uint32_t index)
{
    char owner[CLAIM_OWNER_TEXT], text[DEVICE_ADDRESS_TEXT];
    const struct bar *bar = &device->bars[index];

    owner_format(device, index, owner);
    const struct claim *other = claim_against(bar->base, bar->size, rank_of(device, bar), owner);
    if (other && !is_same_registers(device, bar, other))
        return refuse(device, index, "bar_conflict", "over", other->owner);
    for (struct device *bridge = device_parent(device); bridge; bridge = device_parent(bridge)) {
        struct device_reading reading = {0};
        pci_window_take(bridge, &reading);
        if (!pci_window_passes(&reading, bar->base, bar->size))
            return refuse(device, index, "bar_outside_window", "outside bridge",
                          pci_address_format(bridge->address, text));
    }
    return RESULT_OK;
}

enum result pci_bar_check_all(void)
{
    device_for_each (device)
        if (bars_claim(device) != RESULT_OK)
            return RESULT_NO_MEMORY;
    device_for_each (device)
        for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++)
            if ((pci_bar_is_usable(&device->bars[i]) && bar_check(device, i) != RESULT_OK) ||
                (pci_bar_is_port(&device->bars[i]) && port_check(device, i) != RESULT_OK))
                return RESULT_NO_MEMORY;
    return RESULT_OK;
}
