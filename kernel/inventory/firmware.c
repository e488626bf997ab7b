// The list of what the firmware left on.

#include "kernel/inventory/firmware.h"
#include "kernel/lib/output.h"

enum { FINDING_COUNT = 128 };

static struct firmware_finding findings[FINDING_COUNT];
static uint32_t kept;
static uint32_t dropped;

void firmware_record(const char *item, uint64_t value, const char *where_format, ...)
{
    va_list arguments;

    if (kept == FINDING_COUNT) {
        dropped++;
        return;
    }
    struct firmware_finding *finding = &findings[kept++];
    finding->item = item;
    finding->value = value;
    va_start(arguments, where_format);
    format_text_list(finding->where, sizeof(finding->where), where_format, arguments);
    va_end(arguments);
}

uint32_t firmware_total(void)
{
    return kept;
}

uint32_t firmware_dropped(void)
{
    return dropped;
}

const struct firmware_finding *firmware_get(uint32_t index)
{
    return index < kept ? &findings[index] : NULL;
}
