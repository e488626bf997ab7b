// Measures where a line arrives: order of the pins, and the test that accepts one.

#include "kernel/inventory/line_route.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/log.h"

enum { ISA_GSI_COUNT = 16, PIN_LIMIT = 4096 };

#define LISTEN_TIME  WAIT_MICROSECONDS(200)
#define CONFIRM_TIME WAIT_MILLISECONDS(100) // a device may delay a second interrupt
#define ASSERT_TIME  WAIT_MILLISECONDS(500)
#define MUTE_TIME    WAIT_MILLISECONDS(2)

// ISA IRQs that firmware gives to PCI devices. The others belong to timer, keyboard, serial and parallel ports, disks,
// clock, mouse and coprocessor.
#define ISA_FOR_PCI (BIT(5) | BIT(9) | BIT(10) | BIT(11))

static const struct line_pins *pins;
static bool is_mute; // the device under measurement has no interrupt status

enum line_rank line_route_rank(const struct line_pin *pin)
{
    bool is_isa = pin->isa_irq != LINE_ISA_NONE;

    if (pin->is_reserved || pin->mode != INTERRUPT_LEVEL_SENSITIVE)
        return LINE_RANK_NEVER;
    if (!is_isa && pin->gsi < ISA_GSI_COUNT)
        return LINE_RANK_NEVER;
    if (is_isa && !pin->is_overridden && !(pin->isa_irq < LINE_ISA_COUNT && ISA_FOR_PCI & BIT(pin->isa_irq)))
        return LINE_RANK_NEVER;
    return is_isa ? LINE_RANK_ISA : LINE_RANK_PCI;
}

void line_route_attach(const struct line_pins *attached)
{
    pins = attached;
}

static bool is_asserted(void *context)
{
    const struct device *device = context;

    return device->line->is_asserted(device);
}

// Waits until the device's interrupt status is set; a device without one is measured all the same.
static enum result line_assert(struct device *device, bool on)
{
    enum result result = device->driver->assert_line(device, on);

    if (result == RESULT_OK && on && wait_until(is_asserted, device, is_mute ? MUTE_TIME : ASSERT_TIME) != RESULT_OK)
        is_mute = true;
    return result;
}

static enum result line_pulse(struct device *device, const struct line_pin *pin, uint64_t nanoseconds, bool *answered)
{
    enum result result = line_assert(device, true);

    *answered = result == RESULT_OK && pins->listen(pin, nanoseconds);
    enum result released = line_assert(device, false);
    return result == RESULT_OK ? released : result;
}

// Make the pin level-sensitive before the line is asserted, and release the line before the mode changes, or else the
// pin keeps a state latched in the other mode or does not sample at all.
static enum result pin_follows(struct device *device, const struct line_pin *pin, bool *follows)
{
    enum result result = line_pulse(device, pin, LISTEN_TIME, follows);

    if (result != RESULT_OK || !*follows)
        return result;
    bool is_silent = !pins->listen(pin, LISTEN_TIME);
    result = line_pulse(device, pin, CONFIRM_TIME, follows);
    *follows = *follows && is_silent;
    return result;
}

// A pin that cannot be opened has been logged; it counts as not this device's.
static enum result pin_try(struct device *device, const struct line_pin *pin, bool *is_found)
{
    *is_found = false;
    if (pins->open(pin) != RESULT_OK)
        return RESULT_OK;
    enum result result = pin_follows(device, pin, is_found);
    pins->close(pin);
    return result;
}

static enum result rank_search(struct device *device, enum line_rank rank, struct line_pin *pin, uint32_t *tried)
{
    for (uint32_t i = 0; i < PIN_LIMIT && pins->describe(i, pin); i++) {
        bool is_found;
        if (line_route_rank(pin) != rank)
            continue;
        enum result result = pin_try(device, pin, &is_found);
        if (result != RESULT_OK || is_found)
            return result;
        ++*tried;
    }
    return RESULT_NOT_FOUND;
}

static enum result pin_search(struct device *device, struct line_pin *pin, uint32_t *tried)
{
    enum result result = RESULT_NOT_FOUND;

    for (uint32_t rank = 0; rank < LINE_RANK_COUNT && result == RESULT_NOT_FOUND; rank++)
        result = rank_search(device, (enum line_rank)rank, pin, tried);
    return result;
}

static enum result measure(struct device *device, struct line_pin *pin)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t tried = 0;

    is_mute = false;
    pins->hold(true);
    device->line->enable(device, true);
    enum result result = pin_search(device, pin, &tried);
    device->line->enable(device, false);
    pins->hold(false);
    pci_address_format(device->address, text);
    if (result == RESULT_NOT_FOUND)
        log_warning("%s: line not found: none of %u pins follows it", text, tried);
    else if (result != RESULT_OK)
        log_warning("%s: line not measured: %s", text, result_name(result));
    return result == RESULT_NOT_FOUND || result == RESULT_OK ? result : RESULT_FAILED;
}

enum result line_route_find(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct line_pin pin;

    if (!pins || !device->line || !device->driver || !device->driver->assert_line)
        return RESULT_UNSUPPORTED;
    enum result result = measure(device, &pin);
    if (result != RESULT_OK)
        return result;
    device->irq.sources[MESSAGE_LINE] = pins->create(device, &pin);
    if (!device->irq.sources[MESSAGE_LINE])
        return RESULT_NO_MEMORY;
    device->line_gsi = pin.gsi;
    log_info("%s: line measured on gsi %u%s", pci_address_format(device->address, text), pin.gsi,
             pin.is_live ? ", which another device uses" : "");
    return RESULT_OK;
}

static bool pin_of(uint32_t number, struct line_pin *pin)
{
    for (uint32_t i = 0; pins && i < PIN_LIMIT && pins->describe(i, pin); i++)
        if (number < LINE_ISA_COUNT ? pin->isa_irq == number : pin->gsi == number)
            return true;
    return false;
}

enum result line_route_fixed(struct device *device, uint32_t number, enum interrupt_mode mode,
                             enum interrupt_polarity polarity)
{
    struct line_pin pin;

    if (!pin_of(number, &pin))
        return RESULT_NOT_FOUND;
    if (!pin.is_overridden || pin.mode_conforms)
        pin.mode = mode;
    if (!pin.is_overridden || pin.polarity_conforms)
        pin.polarity = polarity;
    device->irq.sources[MESSAGE_LINE] = pins->create(device, &pin);
    device->line_gsi = pin.gsi;
    return device->irq.sources[MESSAGE_LINE] ? RESULT_OK : RESULT_NO_MEMORY;
}
