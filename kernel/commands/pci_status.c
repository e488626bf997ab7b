// Link, power, errors.

#include "kernel/commands/pci_status.h"

enum {
    CAPABILITY_POWER = 0x01,
    CAPABILITY_EXPRESS = 0x10,
    EXTENDED_ERRORS = 0x01,
    EXPRESS_TYPE_INTEGRATED = 9, // this type and 10 have no link
    EXPRESS_TYPE_COLLECTOR = 10,
};

static const char *const uncorrectable_names[32] = {
    [4] = "data link protocol",
    [5] = "surprise down",
    [12] = "poisoned TLP",
    [13] = "flow control",
    [14] = "completion timeout",
    [15] = "completer abort",
    [16] = "unexpected completion",
    [17] = "receiver overflow",
    [18] = "malformed TLP",
    [19] = "ECRC",
    [20] = "unsupported request",
    [21] = "ACS violation",
    [22] = "internal",
    [23] = "blocked multicast",
    [24] = "AtomicOp blocked",
    [25] = "TLP prefix blocked",
};

static const char *const correctable_names[32] = {
    [0] = "receiver",        [6] = "bad TLP",
    [7] = "bad DLLP",        [8] = "replay rollover",
    [12] = "replay timeout", [13] = "advisory non-fatal",
    [14] = "internal",       [15] = "header log overflow",
};

// 0: it has no such capability.
static uint16_t find(const struct capability_list *list, uint16_t id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].id == id)
            return list->items[i].offset;
    return 0;
}

static void link_read(const struct device *device, uint16_t offset, struct pci_status *status)
{
    uint32_t type = device->read32(device, offset) >> 20 & 0xf;
    uint32_t most = device->read32(device, (uint16_t)(offset + 0x0c));
    uint32_t now = device->read32(device, (uint16_t)(offset + 0x10)) >> 16;

    status->has_link = type != EXPRESS_TYPE_INTEGRATED && type != EXPRESS_TYPE_COLLECTOR;
    status->most_speed = most & 0xf;
    status->most_width = most >> 4 & 0x3f;
    status->speed = now & 0xf;
    status->width = now >> 4 & 0x3f;
}

void pci_status_read(const struct device *device, struct pci_status *status)
{
    uint16_t express = find(&device->capabilities, CAPABILITY_EXPRESS);
    uint16_t power = find(&device->capabilities, CAPABILITY_POWER);
    uint16_t errors = find(&device->extended_capabilities, EXTENDED_ERRORS);

    *status = (struct pci_status){0};
    if (!device->read32)
        return;
    if (express)
        link_read(device, express, status);
    if (power) {
        uint32_t control = device->read32(device, (uint16_t)(power + 4));
        status->has_power = true;
        status->power_state = control & 3;
        status->pme_enabled = control >> 8 & 1;
        status->pme = control >> 15 & 1;
    }
    if (errors) {
        status->has_errors = true;
        status->uncorrectable = device->read32(device, (uint16_t)(errors + 0x04));
        status->correctable = device->read32(device, (uint16_t)(errors + 0x10));
    }
}

static const char *speed_name(uint32_t speed)
{
    static const char *const names[] = {"unknown", "2.5 GT/s", "5 GT/s", "8 GT/s", "16 GT/s", "32 GT/s", "64 GT/s"};

    return speed < ARRAY_COUNT(names) ? names[speed] : names[0];
}

static void bits_print(struct output *out, uint32_t bits, const char *const names[32])
{
    for (uint32_t i = 0; i < 32; i++)
        if (bits >> i & 1)
            output_format(out, " %s;", names[i] ? names[i] : "reserved bit");
    if (!bits)
        output_format(out, " none");
    output_format(out, "\n");
}

void pci_status_print(struct output *out, const struct pci_status *status)
{
    if (status->has_link)
        output_format(out, "    link        %s x%u, at most %s x%u%s\n", speed_name(status->speed), status->width,
                      speed_name(status->most_speed), status->most_width,
                      status->speed < status->most_speed || status->width < status->most_width ? ": below" : "");
    if (status->has_power)
        output_format(out, "    power       D%u, PME %s%s\n", status->power_state,
                      status->pme_enabled ? "enabled" : "disabled", status->pme ? ", asserted" : "");
    if (status->has_errors) {
        output_format(out, "    errors      uncorrectable 0x%08x:", status->uncorrectable);
        bits_print(out, status->uncorrectable, uncorrectable_names);
        output_format(out, "    errors      correctable 0x%08x:", status->correctable);
        bits_print(out, status->correctable, correctable_names);
    }
}

void pci_status_json(struct json *json, const struct pci_status *status)
{
    if (status->has_link) {
        json_object_begin(json, "link");
        json_string(json, "speed", speed_name(status->speed));
        json_number(json, "width", status->width);
        json_string(json, "most_speed", speed_name(status->most_speed));
        json_number(json, "most_width", status->most_width);
        json_object_end(json);
    } else {
        json_null(json, "link");
    }
    if (status->has_power)
        json_number(json, "power_state", status->power_state);
    else
        json_null(json, "power_state");
    if (status->has_errors) {
        json_object_begin(json, "errors");
        json_hex(json, "uncorrectable", status->uncorrectable, 8);
        json_hex(json, "correctable", status->correctable, 8);
        json_object_end(json);
    } else {
        json_null(json, "errors");
    }
}
