// The list of remapping units.

#include "kernel/inventory/remap_unit.h"
#include "kernel/runtime/log.h"

enum { REMAP_UNIT_COUNT = 16 };

static struct remap_unit units[REMAP_UNIT_COUNT];
static uint32_t total;

void remap_unit_add(const struct remap_unit *unit)
{
    if (total == REMAP_UNIT_COUNT) {
        log_warning("remapping unit at 0x%llx: no room to show it", (unsigned long long)unit->base.address);
        return;
    }
    units[total++] = *unit;
}

void remap_unit_switch_off_all(void)
{
    for (uint32_t i = 0; i < total; i++)
        if (units[i].answers)
            units[i].switch_off(&units[i]);
}

uint32_t remap_unit_total(void)
{
    return total;
}

const struct remap_unit *remap_unit_get(uint32_t index)
{
    struct remap_unit *unit = &units[index];

    if (unit->answers)
        unit->refresh(unit);
    return unit;
}
