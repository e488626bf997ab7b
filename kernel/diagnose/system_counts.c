// The named system rows under `interrupts`.

#include "kernel/diagnose/system_counts.h"
#include "kernel/runtime/log.h"

enum { SYSTEM_COUNTS_CAPACITY = 32 };

static struct system_count system_counts[SYSTEM_COUNTS_CAPACITY];
static uint32_t system_counts_used;

void system_counts_register(const char *name, system_counter *count)
{
    if (system_counts_used == SYSTEM_COUNTS_CAPACITY) {
        log_warning("system counts: no room for %s", name);
        return;
    }
    system_counts[system_counts_used++] = (struct system_count){name, count};
}

uint32_t system_counts_total(void)
{
    return system_counts_used;
}

const struct system_count *system_counts_get(uint32_t index)
{
    return &system_counts[index];
}
