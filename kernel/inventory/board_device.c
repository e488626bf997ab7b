// Devices of the board that are no PCI functions.

#include "kernel/inventory/board_device.h"
#include "kernel/inventory/line_route.h"
#include "kernel/runtime/heap.h"

enum { SLOT_COUNT = 32 };

static void line_enable(struct device *device, bool on)
{
    device->line_disabled = !on;
}

static bool line_is_asserted(const struct device *device)
{
    const struct board_line *line = device->board;

    return line->is_asserted && line->is_asserted();
}

static void line_bus_master(struct device *device, bool on) {}

static const struct device_line board_line = {
    .enable = line_enable,
    .is_asserted = line_is_asserted,
    .bus_master = line_bus_master,
};

// It has no configuration space, so nothing of a PCI function can keep its line from it.
static void board_read(const struct device *device, struct device_reading *reading)
{
    *reading = (struct device_reading){
        .is_present = true,
        .memory_decode = true,
        .bus_master = true,
        .line_disabled = device->line_disabled,
    };
}

static enum result board_disturb(struct device *device, enum device_switch bit, bool on)
{
    return RESULT_UNSUPPORTED;
}

enum result board_device_create(const struct board_line *line, const struct driver *driver, struct device **device)
{
    struct device *created = heap_allocate(sizeof(*created));

    if (!created)
        return RESULT_NO_MEMORY;
    *created = (struct device){
        .address = {.segment = BOARD_SEGMENT,
                    .bus = (uint8_t)(line->number / SLOT_COUNT),
                    .device = (uint8_t)(line->number % SLOT_COUNT)},
        .board = line,
        .line = &board_line,
        .driver = driver,
        .irq.user = driver->name,
        .read = board_read,
        .disturb = board_disturb,
    };
    enum result result = line_route_fixed(created, line->number, line->mode, line->polarity);
    if (result != RESULT_OK) {
        heap_free(created);
        return result;
    }
    device_list_aside(created);
    *device = created;
    return RESULT_OK;
}
