// Reaching the IOAPICs through their index and data windows.

#include "arch/apic/ioapic.h"
#include "arch/firmware_claims.h"
#include "arch/mmio.h"
#include "kernel/core/spinlock.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    IOAPIC_INDEX = 0x00, // offsets of the two windows
    IOAPIC_DATA = 0x10,
    IOAPIC_END = 0x40, // end of interrupt, from version 0x20 on
    IOAPIC_SIZE = 0x44,
    IOAPIC_VERSION = 0x01, // registers
    IOAPIC_ENTRIES = 0x10, // two per pin
    VERSION_WITH_END = 0x20,
};
#define IOAPIC_VERSION_HIGHEST_ENTRY BITS(23, 16)
#define IOAPIC_VERSION_NUMBER        BITS(7, 0)
#define IOAPIC_ENTRY_READ_ONLY       (IOAPIC_ENTRY_REMOTE_IRR | IOAPIC_ENTRY_SEND_PENDING)
#define IOAPIC_SERVICE_BOUND         WAIT_MILLISECONDS(1000) // bound for a service routine to end

struct ioapic {
    struct ioapic *next;
    uint32_t id;
    uint32_t gsi_base;
    uint32_t pin_count;
    bool has_end; // an end register: version 0x20 and later
    volatile uint8_t *window;
};

// One pin: its IOAPIC and its place there.
struct pin {
    const struct ioapic *ioapic;
    uint32_t number;
};

static struct ioapic *first_ioapic;
// An access is two: index, then data. An interrupt or another processor in between would change the index.
static struct spinlock window_lock;

static uint32_t window_read(const struct ioapic *ioapic, uint32_t number)
{
    mmio_write32(ioapic->window + IOAPIC_INDEX, number);
    return mmio_read32(ioapic->window + IOAPIC_DATA);
}

static void window_write(const struct ioapic *ioapic, uint32_t number, uint32_t value)
{
    mmio_write32(ioapic->window + IOAPIC_INDEX, number);
    mmio_write32(ioapic->window + IOAPIC_DATA, value);
}

static uint32_t register_read(const struct ioapic *ioapic, uint32_t number)
{
    bool were_on = spinlock_acquire(&window_lock);
    uint32_t value = window_read(ioapic, number);
    spinlock_release(&window_lock, were_on);
    return value;
}

static void register_write(const struct ioapic *ioapic, uint32_t number, uint32_t value)
{
    bool were_on = spinlock_acquire(&window_lock);
    window_write(ioapic, number, value);
    spinlock_release(&window_lock, were_on);
}

static uint32_t low_read(struct pin pin)
{
    return register_read(pin.ioapic, IOAPIC_ENTRIES + 2 * pin.number);
}

static void low_write(struct pin pin, uint32_t value)
{
    register_write(pin.ioapic, IOAPIC_ENTRIES + 2 * pin.number, value & (uint32_t)~IOAPIC_ENTRY_READ_ONLY);
}

// Write and read-back are one step under the lock: a service routine that masks a stuck line runs before or after.
// Answers whether the mask reads back as wanted.
static bool mask_write(struct pin pin, bool masked)
{
    uint32_t number = IOAPIC_ENTRIES + 2 * pin.number;
    bool were_on = spinlock_acquire(&window_lock);
    uint32_t low = window_read(pin.ioapic, number) & (uint32_t) ~(IOAPIC_ENTRY_READ_ONLY | IOAPIC_ENTRY_MASKED);

    window_write(pin.ioapic, number, masked ? low | (uint32_t)IOAPIC_ENTRY_MASKED : low);
    bool is_masked = window_read(pin.ioapic, number) & IOAPIC_ENTRY_MASKED;
    spinlock_release(&window_lock, were_on);
    return is_masked == masked;
}

static uint32_t high_read(struct pin pin)
{
    return register_read(pin.ioapic, IOAPIC_ENTRIES + 2 * pin.number + 1);
}

static void high_write(struct pin pin, uint32_t value)
{
    register_write(pin.ioapic, IOAPIC_ENTRIES + 2 * pin.number + 1, value);
}

static void pin_quiet(struct pin pin)
{
    const struct ioapic *ioapic = pin.ioapic;
    uint32_t low = low_read(pin);

    if (!(low & IOAPIC_ENTRY_MASKED))
        firmware_record("ioapic_pin", low, "ioapic %u pin %u (gsi %u)", ioapic->id, pin.number,
                        ioapic->gsi_base + pin.number);
    low_write(pin, (uint32_t)IOAPIC_ENTRY_MASKED);
    high_write(pin, 0);
}

static bool pin_find(uint32_t gsi, struct pin *pin)
{
    for (const struct ioapic *ioapic = first_ioapic; ioapic; ioapic = ioapic->next) {
        if (gsi < ioapic->gsi_base || gsi - ioapic->gsi_base >= ioapic->pin_count)
            continue;
        *pin = (struct pin){ioapic, gsi - ioapic->gsi_base};
        return true;
    }
    return false;
}

// No interrupt of the pin waits for its end of interrupt (remote IRR is clear).
static bool pin_is_served(void *context)
{
    uint32_t low = low_read(*(const struct pin *)context);

    return !(low & IOAPIC_ENTRY_LEVEL) || !(low & IOAPIC_ENTRY_REMOTE_IRR);
}

// Ends the interrupt of a masked pin whose processor's end of interrupt did not clear it: by the end register, else by
// making the pin edge-triggered for a moment, which clears remote IRR (82093AA). Answers whether remote IRR is clear.
static bool pin_release(struct pin pin, uint32_t gsi)
{
    uint32_t low = low_read(pin);

    if (pin.ioapic->has_end) {
        mmio_write32(pin.ioapic->window + IOAPIC_END, (uint32_t)FIELD_GET(IOAPIC_ENTRY_VECTOR, low));
    } else {
        low_write(pin, low & (uint32_t)~IOAPIC_ENTRY_LEVEL);
        low_write(pin, low);
    }
    bool is_served = pin_is_served(&pin);
    if (is_served)
        log_warning("ioapic: gsi %u: its last interrupt was not ended within a second; ended for it", gsi);
    return is_served;
}

static bool entry_is(struct pin pin, uint64_t word)
{
    uint64_t found = (uint64_t)high_read(pin) << 32 | low_read(pin);

    return (found & ~IOAPIC_ENTRY_READ_ONLY) == word;
}

static enum result pin_fail(uint32_t gsi, enum result result, const char *reason)
{
    log_error("ioapic: gsi %u: %s", gsi, reason);
    return result;
}

// The pin is masked and its last interrupt ended: no message leaves while the halves differ. The mask is cleared last.
static enum result entry_write(struct pin pin, uint32_t gsi, uint64_t word)
{
    uint64_t masked = word | IOAPIC_ENTRY_MASKED;

    high_write(pin, (uint32_t)(word >> 32));
    low_write(pin, (uint32_t)masked);
    if (!entry_is(pin, masked))
        return pin_fail(gsi, RESULT_MISMATCH, "the entry did not keep what was written; it stays masked");
    if (word != masked && !mask_write(pin, false))
        return pin_fail(gsi, RESULT_MISMATCH, "the entry did not lose its mask");
    return RESULT_OK;
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
    *ioapic = (struct ioapic){.next = first_ioapic, .id = id, .gsi_base = gsi_base, .window = window};
    uint32_t version = register_read(ioapic, IOAPIC_VERSION);
    // All ones or zeros: by host bridge. No version is 0 with one pin.
    if (version == UINT32_MAX || version == 0) {
        log_error("ioapic %u at 0x%llx: does not answer", id, (unsigned long long)base.address);
        heap_free(ioapic);
        return RESULT_GONE;
    }
    ioapic->pin_count = (uint32_t)FIELD_GET(IOAPIC_VERSION_HIGHEST_ENTRY, version) + 1;
    ioapic->has_end = FIELD_GET(IOAPIC_VERSION_NUMBER, version) >= VERSION_WITH_END;
    for (uint32_t i = 0; i < ioapic->pin_count; i++)
        pin_quiet((struct pin){ioapic, i});
    first_ioapic = ioapic;
    log_info("ioapic %u: %u pins from gsi %u, all masked", id, ioapic->pin_count, gsi_base);
    return RESULT_OK;
}

enum result ioapic_add_all(const struct acpi_madt *madt)
{
    for (uint32_t i = 0; i < madt->ioapic_count; i++) {
        const struct acpi_ioapic *found = &madt->ioapics[i];
        if (firmware_claims_stand(found->address, "IOAPIC", found->id) &&
            ioapic_add(found->id, found->address, found->gsi_base) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

uint32_t ioapic_pin_total(void)
{
    uint32_t total = 0;

    for (const struct ioapic *ioapic = first_ioapic; ioapic; ioapic = ioapic->next)
        total += ioapic->pin_count;
    return total;
}

bool ioapic_pin_gsi(uint32_t index, uint32_t *gsi)
{
    for (const struct ioapic *ioapic = first_ioapic; ioapic; ioapic = ioapic->next) {
        if (index < ioapic->pin_count) {
            *gsi = ioapic->gsi_base + index;
            return true;
        }
        index -= ioapic->pin_count;
    }
    return false;
}

enum result ioapic_pin_read(uint32_t gsi, struct ioapic_entry *entry)
{
    struct pin pin;

    if (!pin_find(gsi, &pin))
        return RESULT_NOT_FOUND;
    return ioapic_entry_decode((uint64_t)high_read(pin) << 32 | low_read(pin), entry);
}

enum result ioapic_pin_write(uint32_t gsi, const struct ioapic_entry *entry)
{
    struct pin pin;
    uint64_t word;
    enum result result = ioapic_entry_encode(entry, &word);

    if (result != RESULT_OK)
        return pin_fail(gsi, result, "no entry can say this");
    if (!pin_find(gsi, &pin))
        return RESULT_NOT_FOUND;
    bool was_masked = low_read(pin) & IOAPIC_ENTRY_MASKED;
    if (!mask_write(pin, true))
        return pin_fail(gsi, RESULT_MISMATCH, "its mask bit did not change");
    // The end of interrupt names a vector. With another vector in the entry it would not clear remote IRR, and the pin
    // would never send again.
    if (wait_until(pin_is_served, &pin, IOAPIC_SERVICE_BOUND) != RESULT_OK && !pin_release(pin, gsi)) {
        (void)mask_write(pin, was_masked);
        return pin_fail(gsi, RESULT_TIMEOUT, "its last interrupt was not ended within a second; it stays as it was");
    }
    return entry_write(pin, gsi, word);
}

enum result ioapic_pin_mask(uint32_t gsi, bool masked)
{
    struct pin pin;

    if (!pin_find(gsi, &pin))
        return RESULT_NOT_FOUND;
    return mask_write(pin, masked) ? RESULT_OK : pin_fail(gsi, RESULT_MISMATCH, "its mask bit did not change");
}

static const struct ioapic *ioapic_at(uint32_t index)
{
    const struct ioapic *ioapic = first_ioapic;

    while (ioapic && index--)
        ioapic = ioapic->next;
    return ioapic;
}

bool ioapic_get(uint32_t index, struct ioapic_shape *shape)
{
    const struct ioapic *ioapic = ioapic_at(index);

    if (ioapic)
        *shape = (struct ioapic_shape){ioapic->id, register_read(ioapic, IOAPIC_VERSION), ioapic->gsi_base,
                                       ioapic->pin_count};
    return ioapic != NULL;
}

uint64_t ioapic_entry_read(uint32_t index, uint32_t pin)
{
    struct pin place = {ioapic_at(index), pin};

    if (!place.ioapic || pin >= place.ioapic->pin_count)
        return 0;
    return (uint64_t)high_read(place) << 32 | low_read(place);
}
