// Reaching the IOAPICs through their index and data windows.

#include "arch/ioapic.h"
#include "arch/ioapic_entry.h"
#include "arch/mmio.h"
#include "kernel/firmware.h"
#include "kernel/heap.h"
#include "kernel/log.h"

enum {
    IOAPIC_INDEX = 0x00, // offsets of the two windows
    IOAPIC_DATA = 0x10,
    IOAPIC_SIZE = 0x20,
    IOAPIC_VERSION = 0x01, // registers
    IOAPIC_ENTRIES = 0x10, // two per pin
};
#define IOAPIC_VERSION_HIGHEST_ENTRY BITS(23, 16)
#define IOAPIC_ENTRY_MASKED          BIT(16)

struct ioapic {
    struct ioapic *next;
    uint32_t id;
    uint32_t gsi_base;
    uint32_t pin_count;
    volatile uint8_t *window;
};

static struct ioapic *first_ioapic;

static uint32_t register_read(const struct ioapic *ioapic, uint32_t number)
{
    mmio_write32(ioapic->window + IOAPIC_INDEX, number);
    return mmio_read32(ioapic->window + IOAPIC_DATA);
}

static void register_write(const struct ioapic *ioapic, uint32_t number, uint32_t value)
{
    mmio_write32(ioapic->window + IOAPIC_INDEX, number);
    mmio_write32(ioapic->window + IOAPIC_DATA, value);
}

static void pin_quiet(const struct ioapic *ioapic, uint32_t pin)
{
    uint32_t low = register_read(ioapic, IOAPIC_ENTRIES + 2 * pin);

    if (!(low & IOAPIC_ENTRY_MASKED))
        firmware_record("ioapic_pin", low, "ioapic %u pin %u (gsi %u)", ioapic->id, pin, ioapic->gsi_base + pin);
    register_write(ioapic, IOAPIC_ENTRIES + 2 * pin, (uint32_t)IOAPIC_ENTRY_MASKED);
    register_write(ioapic, IOAPIC_ENTRIES + 2 * pin + 1, 0);
}

enum result ioapic_add(uint32_t id, struct physical base, uint32_t gsi_base)
{
    volatile void *window;
    enum result result = mmio_map(base, IOAPIC_SIZE, &window);

    if (result != RESULT_OK)
        return result;
    struct ioapic *ioapic = heap_allocate(sizeof(*ioapic));
    if (!ioapic)
        return RESULT_NO_MEMORY;
    *ioapic = (struct ioapic){first_ioapic, id, gsi_base, 0, window};
    uint32_t version = register_read(ioapic, IOAPIC_VERSION);
    if (version == UINT32_MAX) {
        log_error("ioapic %u at 0x%llx: does not answer", id, (unsigned long long)base.address);
        heap_free(ioapic);
        return RESULT_GONE;
    }
    ioapic->pin_count = (uint32_t)FIELD_GET(IOAPIC_VERSION_HIGHEST_ENTRY, version) + 1;
    for (uint32_t pin = 0; pin < ioapic->pin_count; pin++)
        pin_quiet(ioapic, pin);
    first_ioapic = ioapic;
    log_info("ioapic %u: %u pins from gsi %u, all masked", id, ioapic->pin_count, gsi_base);
    return RESULT_OK;
}

uint32_t ioapic_pin_total(void)
{
    uint32_t total = 0;

    for (const struct ioapic *ioapic = first_ioapic; ioapic; ioapic = ioapic->next)
        total += ioapic->pin_count;
    return total;
}
