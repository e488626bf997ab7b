// Two IOAPICs behind their windows.

#include "tests/fakes/ioapic.h"
#include <assert.h>
#include <string.h>

enum { WINDOW_COUNT = 3, WINDOW_SIZE = 0x44, DATA = 0x10, END = 0x40, VERSION = 1, ENTRIES = 0x10 };
#define REMOTE_IRR BIT(14)
#define LEVEL      BIT(15)
#define READ_ONLY  (REMOTE_IRR | BIT(12))

struct fake_ioapic fake_ioapic;

static const uint64_t bases[WINDOW_COUNT] = {FAKE_IOAPIC_BASE, FAKE_IOAPIC_OTHER_BASE, FAKE_IOAPIC_NONE};
static char windows[WINDOW_COUNT][WINDOW_SIZE];
static uint32_t indexes[WINDOW_COUNT];

void fake_ioapic_reset(void)
{
    memset(&fake_ioapic, 0, sizeof(fake_ioapic));
}

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    for (uint32_t i = 0; i < WINDOW_COUNT; i++) {
        if (base.address != bases[i] || size > WINDOW_SIZE)
            continue;
        *pointer = windows[i];
        return RESULT_OK;
    }
    return RESULT_NO_MEMORY;
}

static uint32_t window_of(const volatile void *address, uint32_t *offset)
{
    const volatile char *at = address;

    for (uint32_t i = 0; i < WINDOW_COUNT; i++) {
        if (at < windows[i] || at >= windows[i] + WINDOW_SIZE)
            continue;
        *offset = (uint32_t)(at - windows[i]);
        return i;
    }
    assert(!"an access outside the windows");
    return 0;
}

static uint64_t *entry_at(uint32_t window)
{
    uint32_t pin = (indexes[window] - ENTRIES) / 2;
    uint32_t count = window == 0 ? FAKE_IOAPIC_PINS : FAKE_IOAPIC_OTHER_PINS;

    assert(indexes[window] >= ENTRIES && pin < count);
    return window == 0 ? &fake_ioapic.entries[pin] : &fake_ioapic.other_entries[pin];
}

uint32_t mmio_read32(const volatile void *address)
{
    uint32_t offset, window = window_of(address, &offset);

    assert(offset == DATA);
    if (bases[window] == FAKE_IOAPIC_NONE)
        return fake_ioapic.nothing;
    if (indexes[window] == VERSION)
        return window == 0 ? (FAKE_IOAPIC_PINS - 1) << 16 | 0x20 : (FAKE_IOAPIC_OTHER_PINS - 1) << 16 | 0x11;
    return (uint32_t)(*entry_at(window) >> (indexes[window] & 1 ? 32 : 0));
}

static void entry_write(uint64_t *entry, bool is_high, uint32_t value)
{
    uint64_t kept = READ_ONLY | fake_ioapic.stuck_bits | (is_high ? BITS(31, 0) : BITS(63, 32));

    *entry = (*entry & kept) | ((is_high ? (uint64_t)value << 32 : value) & ~kept);
    if (!(*entry & LEVEL) && !fake_ioapic.never_ends)
        *entry &= ~(uint64_t)REMOTE_IRR;
}

static void end_write(uint32_t window, uint32_t vector)
{
    assert(window == 0);
    for (uint32_t i = 0; i < FAKE_IOAPIC_PINS; i++)
        if ((uint8_t)fake_ioapic.entries[i] == vector && !fake_ioapic.never_ends)
            fake_ioapic.entries[i] &= ~(uint64_t)REMOTE_IRR;
}

void mmio_write32(volatile void *address, uint32_t value)
{
    uint32_t offset, window = window_of(address, &offset);

    if (offset == 0) {
        indexes[window] = value;
        return;
    }
    if (offset == END) {
        end_write(window, value);
        return;
    }
    assert(offset == DATA && fake_ioapic.write_count < FAKE_IOAPIC_WRITES);
    fake_ioapic.writes[fake_ioapic.write_count++] = (struct fake_ioapic_write){indexes[window], value};
    entry_write(entry_at(window), indexes[window] & 1, value);
}
