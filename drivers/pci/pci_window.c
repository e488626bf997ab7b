// The address windows of a bridge.

#include "drivers/pci/pci_window.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_registers.h"

// Bits 31:20 of an address stand in bits 15:4 of either half; the rest is zeros in a base, ones in a limit.
#define WINDOW_BASE  BITS(15, 4)
#define WINDOW_LIMIT BITS(31, 20)
#define WINDOW_UNIT  (UINT64_C(1) << 20)
#define WINDOW_TYPE  BITS(3, 0)
#define WINDOW_64BIT 1

static struct bridge_window window(uint64_t base, uint64_t last_unit)
{
    if (last_unit < base)
        return (struct bridge_window){0};
    return (struct bridge_window){.base = base, .size = last_unit - base + WINDOW_UNIT};
}

struct bridge_window pci_window_memory(uint32_t words)
{
    return window(FIELD_GET(WINDOW_BASE, words) * WINDOW_UNIT, FIELD_GET(WINDOW_LIMIT, words) * WINDOW_UNIT);
}

struct bridge_window pci_window_prefetchable(uint32_t words, uint32_t base_high, uint32_t limit_high)
{
    bool is_wide = FIELD_GET(WINDOW_TYPE, words) == WINDOW_64BIT;
    uint64_t base = is_wide ? (uint64_t)base_high << 32 : 0, last = is_wide ? (uint64_t)limit_high << 32 : 0;

    return window(base | FIELD_GET(WINDOW_BASE, words) * WINDOW_UNIT,
                  last | FIELD_GET(WINDOW_LIMIT, words) * WINDOW_UNIT);
}

void pci_window_take(const struct device *bridge, struct device_reading *reading)
{
    uint32_t prefetchable = pci_read32(bridge, PCI_PREFETCHABLE_WINDOW);

    reading->windows[0] = pci_window_memory(pci_read32(bridge, PCI_MEMORY_WINDOW));
    reading->passes_all = bridge->class_code == PCI_CLASS_SUBTRACTIVE;
    // All zeros: no window, or the first MiB, which holds no device memory.
    if (prefetchable)
        reading->windows[1] = pci_window_prefetchable(prefetchable, pci_read32(bridge, PCI_PREFETCHABLE_BASE_HIGH),
                                                      pci_read32(bridge, PCI_PREFETCHABLE_LIMIT_HIGH));
}

bool pci_window_passes(const struct device_reading *bridge, struct physical base, uint64_t size)
{
    for (uint32_t i = 0; i < DEVICE_WINDOW_COUNT; i++) {
        const struct bridge_window *found = &bridge->windows[i];
        if (base.address >= found->base && base.address - found->base < found->size &&
            size <= found->size - (base.address - found->base))
            return true;
    }
    return bridge->passes_all;
}
