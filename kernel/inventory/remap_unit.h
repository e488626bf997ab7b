// The interrupt remapping units the firmware names, as the console shows them. This kernel writes compatibility-format
// messages and switches off what firmware left on.
#ifndef KERNEL_INVENTORY_REMAP_UNIT_H
#define KERNEL_INVENTORY_REMAP_UNIT_H

#include "kernel/lib/types.h"

struct remap_unit {
    const char *kind; // "vt-d", "amd-vi"
    struct physical base;
    uint16_t segment;
    bool answers;                             // its registers could be read; the rest makes sense only then
    bool can_remap;                           // interrupts
    bool can_extended;                        // to 32-bit APIC IDs
    bool is_on;                               // interrupt remapping is enabled in hardware
    bool is_translating;                      // DMA remapping is
    uint32_t version;                         // major << 4 | minor
    uint32_t faults;                          // the fault status register
    void *registers;                          // whoever added it knows what they are
    void (*refresh)(struct remap_unit *unit); // reads the registers again
    void (*switch_off)(struct remap_unit *unit);
};

// Shows one more unit. PASSIVE, boot; one too many is logged and left out.
void remap_unit_add(const struct remap_unit *unit);

// Switches all units off that answer, when every device behind them is quiet. PASSIVE, boot.
void remap_unit_switch_off_all(void);

uint32_t remap_unit_total(void);

// As its registers say now. PASSIVE.
const struct remap_unit *remap_unit_get(uint32_t index);

#endif
