// Text that outlives a reset.

#include "kernel/runtime/report_keep.h"
#include "kernel/lib/crc32.h"
#include "kernel/lib/memory.h"

static struct kept_report *place;
static void (*write_back)(void);
static size_t length, lost;
static bool is_sealed;

static void keep(struct output *self, const char *bytes, size_t count)
{
    size_t room = place ? KEPT_REPORT_CAPACITY - length : 0;
    size_t kept = count < room ? count : room;

    if (kept)
        memcpy(place->text + length, bytes, kept);
    length += kept;
    lost += count - kept;
}

static struct output output = {.write = keep};

void report_keep_attach(struct kept_report *at, void (*to_memory)(void))
{
    place = at;
    write_back = to_memory;
}

struct output *report_keep_begin(void)
{
    length = 0;
    lost = 0;
    is_sealed = false;
    if (place)
        kept_report_void(place);
    return &output;
}

size_t report_keep_seal(void)
{
    if (place) {
        kept_report_seal(place, (uint32_t)length);
        write_back();
        is_sealed = true;
    }
    return length;
}

bool report_keep_is_sealed(void)
{
    return is_sealed;
}

size_t report_keep_lost(void)
{
    return lost;
}

uint32_t report_keep_checksum(void)
{
    return place ? crc32_of(place->text, length) : 0;
}
