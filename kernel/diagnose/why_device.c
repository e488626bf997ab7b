// The links of the device's side: the function, the bridges above it, the capability, the entry.

#include "kernel/diagnose/why_link.h"
#include "kernel/inventory/board_device.h"

static bool link_present(const struct why_view *view, struct output *detail)
{
    if (!view->function.reading.is_present)
        return why_say(detail, false, "the function does not answer with the ids it was found with");
    if (board_device_is(device_of(view->set)))
        return why_say(detail, true, "a device of the board, no PCI function");
    return why_say(detail, true, "%04x:%04x answers", device_of(view->set)->vendor_id, device_of(view->set)->device_id);
}

static bool link_active(const struct why_view *view, struct output *detail)
{
    const struct driver *driver = device_of(view->set)->driver;

    if (view->set->is_silent)
        return why_say(detail, false, "the function has no driver: it is kept masked and without bus master");
    if (view->set->is_inactive)
        return why_say(detail, false, "the device was silenced by `inactive`, until `active`");
    return why_say(detail, true, "driven by %s", driver ? driver->name : "-");
}

static bool link_power(const struct why_view *view, struct output *detail)
{
    uint32_t state = view->function.reading.power_state;

    if (state)
        return why_say(detail, false, "the function is in D%u: it sends nothing until it is back in D0", state);
    return why_say(detail, true, "D0");
}

static bool link_memory(const struct why_view *view, struct output *detail)
{
    if (!view->function.reading.memory_decode)
        return why_say(detail, false, "memory decode off: the table with address and data cannot be reached");
    return why_say(detail, true, "on");
}

static bool link_bus_master(const struct why_view *view, struct output *detail)
{
    if (!view->function.reading.bus_master)
        return why_say(detail, false, "bus master off: the function may not write its messages");
    return why_say(detail, true, "on");
}

static bool bridge_holds(const struct why_view *view, const struct device *bridge, struct output *detail)
{
    struct device_reading reading;
    char text[DEVICE_ADDRESS_TEXT];

    bridge->read(bridge, &reading);
    pci_address_format(bridge->address, text);
    if (!reading.is_present)
        return why_say(detail, false, "bridge %s does not answer", text);
    if (reading.power_state)
        return why_say(detail, false, "bridge %s is in D%u: messages cannot pass it", text, reading.power_state);
    // A bridge passes a line's interrupt without being bus master.
    if (!reading.bus_master && view->set->source->kind != MESSAGE_LINE)
        return why_say(detail, false, "bus master off at bridge %s: messages cannot pass it", text);
    return true;
}

// The table is reached through the memory window of each bridge above.
static bool link_bridge_decode(const struct why_view *view, struct output *detail)
{
    for (const struct device *bridge = device_parent(device_of(view->set)); bridge; bridge = device_parent(bridge)) {
        struct device_reading reading;
        char text[DEVICE_ADDRESS_TEXT];
        bridge->read(bridge, &reading);
        if (reading.is_present && !reading.memory_decode)
            return why_say(detail, false, "memory decode off at bridge %s: the table behind it cannot be reached",
                           pci_address_format(bridge->address, text));
    }
    return why_say(detail, true, "on at every bridge");
}

static bool passes(const struct device_reading *bridge, uint64_t address)
{
    for (uint32_t i = 0; i < DEVICE_WINDOW_COUNT; i++)
        if (address >= bridge->windows[i].base && address - bridge->windows[i].base < bridge->windows[i].size)
            return true;
    return bridge->passes_all;
}

static bool link_bridge_windows(const struct why_view *view, struct output *detail)
{
    const struct device *device = device_of(view->set);
    uint64_t table = device->bars[device->msix.table_bar].base.address + device->msix.table_offset;

    for (const struct device *bridge = device_parent(device); bridge; bridge = device_parent(bridge)) {
        struct device_reading reading;
        char text[DEVICE_ADDRESS_TEXT];
        bridge->read(bridge, &reading);
        if (reading.is_present && !passes(&reading, table))
            return why_say(detail, false, "the table at 0x%llx lies outside the windows of bridge %s",
                           (unsigned long long)table, pci_address_format(bridge->address, text));
    }
    return why_say(detail, true, "the table at 0x%llx lies in each", (unsigned long long)table);
}

static bool link_bridges(const struct why_view *view, struct output *detail)
{
    uint32_t count = 0;

    for (const struct device *bridge = device_parent(device_of(view->set)); bridge; bridge = device_parent(bridge)) {
        if (!bridge_holds(view, bridge, detail))
            return false;
        count++;
    }
    return why_say(detail, true, count ? "%u up to the root bus, all let messages pass" : "none: on a root bus", count);
}

static bool link_msix_enabled(const struct why_view *view, struct output *detail)
{
    if (!view->function.reading.msix_enabled)
        return why_say(detail, false, "MSI-X is disabled in the capability: the function does not use its table");
    if (view->function.reading.msi_enabled)
        return why_say(detail, false, "MSI is enabled beside MSI-X: which of the two the function uses is undefined");
    return why_say(detail, true, "MSI-X");
}

static bool link_msi_enabled(const struct why_view *view, struct output *detail)
{
    const struct device_reading *reading = &view->function.reading;

    if (!reading->msi_enabled)
        return why_say(detail, false, "MSI is disabled in the capability");
    if (reading->msix_enabled)
        return why_say(detail, false, "MSI-X is enabled beside MSI: which of the two the function uses is undefined");
    if (reading->msi_granted <= view->message->index)
        return why_say(detail, false, "multiple message enable grants %u messages, this is number %u",
                       reading->msi_granted, view->message->index);
    return why_say(detail, true, "MSI, %u messages granted", reading->msi_granted);
}

static bool link_line_enabled(const struct why_view *view, struct output *detail)
{
    const struct device_reading *reading = &view->function.reading;

    if (reading->line_disabled)
        return why_say(detail, false, "interrupt disable is set in the command register: the line is off");
    if (reading->msi_enabled || reading->msix_enabled)
        return why_say(detail, false, "%s is enabled: the function does not use its line",
                       reading->msix_enabled ? "MSI-X" : "MSI");
    return why_say(detail, true, "the line is on");
}

static bool link_function_mask(const struct why_view *view, struct output *detail)
{
    if (view->function.reading.function_masked)
        return why_say(detail, false, "function mask set: every message of the function is held back");
    return why_say(detail, true, "clear");
}

// An entry that cannot be read is not judged.
static bool is_readable(const struct why_view *view, struct output *detail)
{
    const struct route_view *route = &view->route;
    bool is_known = route->words_result == RESULT_OK || route->words_result == RESULT_MISMATCH;

    if (is_known && route->status_result == RESULT_OK && route->detail_result == RESULT_OK)
        return true;
    return why_say(detail, false, "cannot be read");
}

static bool link_entry_mask(const struct why_view *view, struct output *detail)
{
    if (!is_readable(view, detail))
        return false;
    if (view->route.masked && view->message->masked)
        return why_say(detail, false, "masked, and the record says so, too: `unmask` lets it go");
    if (view->route.masked)
        return why_say(detail, false, "masked at the device, although the record has it unmasked");
    return why_say(detail, true, "clear");
}

static bool link_pin(const struct why_view *view, struct output *detail)
{
    const struct message_detail *found = &view->route.detail;
    const struct message_info_entry *info = &view->message->info;

    if (!is_readable(view, detail))
        return false;
    if (found->mode != info->mode || found->polarity != info->polarity)
        return why_say(detail, false, "the pin is %s, %s; the line is wired %s, %s", interrupt_mode_name(found->mode),
                       interrupt_polarity_name(found->polarity), interrupt_mode_name(info->mode),
                       interrupt_polarity_name(info->polarity));
    if (found->awaits_end && !view->is_taken_in_service)
        return why_say(detail, false, "the pin waits for the end of an interrupt that is not in service anywhere");
    return why_say(detail, true, "gsi %u, %s, %s", device_of(view->set)->line_gsi, interrupt_mode_name(found->mode),
                   interrupt_polarity_name(found->polarity));
}

// Unmasked and function mask clear: the PBA bit must be 0. If a mask is set, an earlier link has reported that.
static bool link_pending(const struct why_view *view, struct output *detail)
{
    if (!is_readable(view, detail))
        return false;
    if (view->is_pending && view->set->source->kind != MESSAGE_LINE)
        return why_say(detail, false, "a message is pending at the device and does not leave");
    return why_say(detail, true, "%s", view->route.pending ? "the device asserts it" : "nothing waits at the device");
}

static const struct why_check device_checks[] = {
    {"present", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_present},
    {"active", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_active},
    {"power_state", WHY_FOR_ALL, WHY_NEEDS_FUNCTION, link_power},
    {"memory_decode", WHY_FOR_MSIX, WHY_NEEDS_FUNCTION, link_memory},
    {"bus_master", WHY_FOR_MESSAGES, WHY_NEEDS_FUNCTION, link_bus_master},
    {"bridges", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_bridges},
    {"bridge_decode", WHY_FOR_MSIX, WHY_NEEDS_NOTHING, link_bridge_decode},
    {"bridge_windows", WHY_FOR_MSIX, WHY_NEEDS_NOTHING, link_bridge_windows},
    {"enable", WHY_FOR_MSIX, WHY_NEEDS_FUNCTION, link_msix_enabled},
    {"enable", WHY_FOR_MSI, WHY_NEEDS_FUNCTION, link_msi_enabled},
    {"enable", WHY_FOR_LINE, WHY_NEEDS_FUNCTION, link_line_enabled},
    {"function_mask", WHY_FOR_MSIX, WHY_NEEDS_FUNCTION, link_function_mask},
    {"entry_mask", WHY_FOR_ALL, WHY_NEEDS_ENTRY, link_entry_mask},
    {"pin", WHY_FOR_LINE, WHY_NEEDS_ENTRY, link_pin},
    {"pending", WHY_FOR_ALL, WHY_NEEDS_ENTRY, link_pending},
};
const struct why_table why_device_table = {device_checks, ARRAY_COUNT(device_checks)};
