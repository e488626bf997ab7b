// Checks of a function and of the bridges above it.

#include "kernel/diagnose/audit_check.h"

enum { HEADER_BRIDGE = 1 };

static bool is_below(const struct device *device, const struct device *bridge)
{
    const struct device *above = device_parent(device);

    while (above && above != bridge)
        above = device_parent(above);
    return above;
}

static bool has_driven_device_below(const struct device *bridge)
{
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        if (!set->is_silent && is_below(device_of(set), bridge))
            return true;
    return false;
}

// The MSI-X table and the driver's registers lie in the function's memory: memory decoding must be on.
static bool needs_memory(const struct message_set *set)
{
    const struct device *device = device_of(set);

    if (set->source->kind == MESSAGE_MSIX)
        return true;
    for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++)
        if (device->driver && (device->bars[i].kind == BAR_MEM32 || device->bars[i].kind == BAR_MEM64))
            return true;
    return false;
}

static bool is_present(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->function.reading.is_present, true);
}

static bool power_state(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, 0, subject->function.reading.power_state, subject->function.reading.is_present);
}

static bool memory_decode(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->function.reading.memory_decode,
                         subject->function.reading.is_present && needs_memory(subject->set));
}

// Bus master is off in a function without driver, except a bridge above a function with a driver. For displays and
// chipset functions the firmware's setting stays.
static bool bus_master(const struct audit_subject *subject, struct audit_values *values)
{
    const struct device *device = device_of(subject->set);
    bool is_bridge = device->header_type == HEADER_BRIDGE;
    bool is_wanted = !subject->set->is_silent || (is_bridge && has_driven_device_below(device));

    return audit_compare(values, is_wanted, subject->function.reading.bus_master,
                         subject->function.reading.is_present && (is_wanted || !device->keeps_bus_master));
}

static bool interrupt_disable(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, device_of(subject->set)->line_disabled, subject->function.reading.line_disabled,
                         subject->function.reading.is_present);
}

static bool uses(const struct audit_subject *subject, enum message_kind kind)
{
    return subject->set->source->kind == kind && !subject->set->is_inactive;
}

static bool msix_enable(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, uses(subject, MESSAGE_MSIX), subject->function.reading.msix_enabled,
                         subject->function.reading.is_present && device_of(subject->set)->msix.offset);
}

// An inactive source is silenced by the function mask.
static bool function_mask(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->set->is_inactive, subject->function.reading.function_masked,
                         subject->function.reading.is_present && subject->set->source->kind == MESSAGE_MSIX);
}

static bool table_size(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->set->source->capacity, subject->function.reading.table_size,
                         subject->function.reading.is_present && subject->set->source->kind == MESSAGE_MSIX);
}

static bool msi_enable(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, uses(subject, MESSAGE_MSI), subject->function.reading.msi_enabled,
                         subject->function.reading.is_present && device_of(subject->set)->msi.offset);
}

// Multiple message enable grants a power of two.
static bool multiple_message_enable(const struct audit_subject *subject, struct audit_values *values)
{
    uint32_t granted = 1;

    while (granted < subject->set->message_count)
        granted *= 2;
    return audit_compare(values, granted, subject->function.reading.msi_granted,
                         subject->function.reading.is_present && uses(subject, MESSAGE_MSI));
}

static const struct audit_check function_checks[] = {
    {"present", "configuration", is_present, audit_format_bool},
    {"power_state", "power_management", power_state, audit_format_power},
    {"memory_decode", "command", memory_decode, audit_format_bool},
    {"bus_master", "command", bus_master, audit_format_bool},
    {"interrupt_disable", "command", interrupt_disable, audit_format_bool},
    {"msix_enable", "msix_capability", msix_enable, audit_format_bool},
    {"function_mask", "msix_capability", function_mask, audit_format_bool},
    {"table_size", "msix_capability", table_size, audit_format_number},
    {"msi_enable", "msi_capability", msi_enable, audit_format_bool},
    {"multiple_message_enable", "msi_capability", multiple_message_enable, audit_format_number},
};
const struct audit_table audit_function_table = {function_checks, ARRAY_COUNT(function_checks)};

static bool bridge_is_present(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->bridge_reading.is_present, true);
}

static bool bridge_power_state(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, 0, subject->bridge_reading.power_state, subject->bridge_reading.is_present);
}

static bool bridge_memory_decode(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->bridge_reading.memory_decode,
                         subject->bridge_reading.is_present && needs_memory(subject->set));
}

static bool bridge_bus_master(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->bridge_reading.bus_master,
                         subject->bridge_reading.is_present && !subject->set->is_silent);
}

static const struct audit_check bridge_checks[] = {
    {"present", NULL, bridge_is_present, audit_format_bool},
    {"power_state", NULL, bridge_power_state, audit_format_power},
    {"memory_decode", NULL, bridge_memory_decode, audit_format_bool},
    {"bus_master", NULL, bridge_bus_master, audit_format_bool},
};
const struct audit_table audit_bridge_table = {bridge_checks, ARRAY_COUNT(bridge_checks)};
