// pci --json: one function as the contract's "function" object.

#include "kernel/commands/pci.h"
#include "kernel/commands/pci_status.h"
#include "kernel/inventory/driver.h"
#include "kernel/inventory/pci_ids.h"
#include "kernel/lib/json.h"

enum { PCI_HEADER_BRIDGE = 1 };

static void pci_json_bar(struct json *json, unsigned index, const struct bar *bar)
{
    // Digits of each kind of register at its usual width.
    static const struct {
        const char *name;
        uint32_t digits;
    } kinds[] = {
        [BAR_NONE] = {"none", 1},
        [BAR_MEM32] = {"mem32", 8},
        [BAR_MEM64] = {"mem64", 8},
        [BAR_IO] = {"io", 4},
    };
    json_object_begin(json, NULL);
    json_number(json, "index", index);
    json_string(json, "kind", kinds[bar->kind].name);
    json_hex(json, "address", bar->base.address, kinds[bar->kind].digits);
    json_hex(json, "size", bar->size, 1);
    json_bool(json, "prefetchable", bar->prefetchable);
    json_string(json, "refusal", bar->refusal);
    json_object_end(json);
}

static void pci_json_bars(struct json *json, const struct device *device)
{
    json_array_begin(json, "bars");
    for (unsigned i = 0; i < DEVICE_BAR_COUNT; i++)
        if (device->bars[i].kind != BAR_NONE)
            pci_json_bar(json, i, &device->bars[i]);
    json_array_end(json);
}

static void pci_json_capabilities(struct json *json, const char *key, const struct capability_list *list,
                                  uint32_t id_digits, uint32_t offset_digits)
{
    json_array_begin(json, key);
    for (uint32_t i = 0; i < list->count; i++) {
        json_object_begin(json, NULL);
        json_hex(json, "id", list->items[i].id, id_digits);
        json_hex(json, "offset", list->items[i].offset, offset_digits);
        json_object_end(json);
    }
    json_array_end(json);
}

static void pci_json_msi(struct json *json, const struct msi_shape *msi)
{
    if (!msi->offset) {
        json_null(json, "msi");
        return;
    }
    json_object_begin(json, "msi");
    json_hex(json, "offset", msi->offset, 2);
    json_number(json, "maximum", msi->maximum);
    json_bool(json, "is_64bit", msi->is_64bit);
    json_bool(json, "maskable", msi->maskable);
    json_bool(json, "enabled", msi->enabled);
    json_object_end(json);
}

static void pci_json_msix(struct json *json, const struct msix_shape *msix)
{
    if (!msix->offset) {
        json_null(json, "msix");
        return;
    }
    json_object_begin(json, "msix");
    json_hex(json, "offset", msix->offset, 2);
    json_number(json, "table_size", msix->table_size);
    json_number(json, "table_bar", msix->table_bar);
    json_hex(json, "table_offset", msix->table_offset, 1);
    json_number(json, "pba_bar", msix->pba_bar);
    json_hex(json, "pba_offset", msix->pba_offset, 1);
    json_bool(json, "enabled", msix->enabled);
    json_bool(json, "function_masked", msix->function_masked);
    json_object_end(json);
}

static void pci_json_bridge(struct json *json, const struct device *device)
{
    if (device->header_type != PCI_HEADER_BRIDGE) {
        json_null(json, "bridge");
        return;
    }
    json_object_begin(json, "bridge");
    json_number(json, "primary", device->primary_bus);
    json_number(json, "secondary", device->secondary_bus);
    json_number(json, "subordinate", device->subordinate_bus);
    json_object_end(json);
}

static void pci_json_identity(struct json *json, const struct device *device)
{
    char address[DEVICE_ADDRESS_TEXT];
    json_string(json, "bdf", pci_address_format(device->address, address));
    json_hex(json, "vendor", device->vendor_id, 4);
    json_hex(json, "device", device->device_id, 4);
    json_hex(json, "class", device->class_code, 6);
    json_hex(json, "revision", device->revision, 2);
    json_number(json, "header", device->header_type);
    json_hex(json, "subsystem_vendor", device->subsystem_vendor, 4);
    json_hex(json, "subsystem_device", device->subsystem_device, 4);
    json_hex(json, "command", device->command, 4);
    json_number(json, "interrupt_pin", device->interrupt_pin);
    json_string(json, "driver", device->driver ? device->driver->name : NULL);
}

static void pci_json_names(struct json *json, const struct device *device)
{
    char name[PCI_IDS_TEXT];
    json_string(json, "vendor_name", pci_ids_vendor(device->vendor_id, name) ? name : NULL);
    json_string(json, "device_name", pci_ids_device(device->vendor_id, device->device_id, name) ? name : NULL);
}

void pci_print_json(struct output *out, const struct device *device)
{
    struct json json;
    json_line_begin(&json, out, "function");
    pci_json_identity(&json, device);
    pci_json_bars(&json, device);
    pci_json_capabilities(&json, "capabilities", &device->capabilities, 2, 2);
    pci_json_capabilities(&json, "extended_capabilities", &device->extended_capabilities, 4, 3);
    pci_json_msi(&json, &device->msi);
    pci_json_msix(&json, &device->msix);
    pci_json_bridge(&json, device);
    pci_json_names(&json, device);
    struct pci_status status;
    pci_status_read(device, &status);
    pci_status_json(&json, &status);
    json_line_end(&json);
}
