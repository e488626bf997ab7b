// The interrupt remapping units the firmware names, as the console shows them. This kernel writes compatibility-format
// messages and switches off remapping that firmware left on.
#ifndef KERNEL_INVENTORY_REMAP_UNIT_H
#define KERNEL_INVENTORY_REMAP_UNIT_H

#include "kernel/lib/types.h"

struct remap_unit {
    const char *kind; // "vt-d", "amd-vi"
    struct physical base;
    uint16_t segment;
    bool answers;                             // its registers could be read; otherwise the rest is undefined
    bool can_remap;                           // interrupt remapping is supported
    bool can_extended;                        // 32-bit APIC IDs are supported
    bool is_on;                               // interrupt remapping is enabled in hardware
    bool is_translating;                      // DMA remapping is enabled in hardware
    uint32_t version;                         // major << 4 | minor
    uint32_t faults;                          // the fault status register
    void *registers;                          // for the unit that added it
    void (*refresh)(struct remap_unit *unit); // reads the registers again
    void (*switch_off)(struct remap_unit *unit);
};

// Adds a unit. PASSIVE, boot; one beyond the capacity is logged and left out.
void remap_unit_add(const struct remap_unit *unit);

// Switches off all units that answer. Every device behind them must be quiet. PASSIVE, boot.
void remap_unit_switch_off_all(void);

uint32_t remap_unit_total(void);

// Read from its registers now. PASSIVE.
const struct remap_unit *remap_unit_get(uint32_t index);

#endif
