// pci BDF: everything the inventory knows of one function.

#include "kernel/commands/columns.h"
#include "kernel/commands/pci.h"
#include "kernel/commands/pci_names.h"
#include "kernel/commands/pci_status.h"
#include "kernel/core/message.h"

enum { PCI_HEADER_BRIDGE = 1 };
enum { IDENTITY_INDENT = 16, IDENTITY_ID = 12 };

// Bits of the command register: PCI Local Bus 3.0, 6.2.2.
static const struct {
    uint16_t bit;
    const char *name;
} pci_command_bits[] = {
    {0, "io"}, {1, "memory"}, {2, "bus-master"}, {6, "parity"}, {8, "system-error"}, {10, "line-off"},
};

static void pci_print_command(struct output *out, const struct device *device)
{
    output_format(out, "    command     0x%04x:", device->command);
    for (size_t i = 0; i < ARRAY_COUNT(pci_command_bits); i++) {
        output_format(out, " %s%s", pci_command_bits[i].name,
                      device->command & BIT(pci_command_bits[i].bit) ? "+" : "-");
    }
    output_format(out, "\n");
}

static void pci_print_size(struct output *out, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (unit + 1 < ARRAY_COUNT(units) && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    output_format(out, "%llu %s", (unsigned long long)bytes, units[unit]);
}

static void pci_print_bars(struct output *out, const struct device *device)
{
    static const char *const kinds[] = {
        [BAR_NONE] = "none",
        [BAR_MEM32] = "mem32",
        [BAR_MEM64] = "mem64",
        [BAR_IO] = "io",
    };
    for (unsigned i = 0; i < DEVICE_BAR_COUNT; i++) {
        const struct bar *bar = &device->bars[i];
        if (bar->kind == BAR_NONE)
            continue;
        output_format(out, "    bar %u       %-5s 0x%llx, ", i, kinds[bar->kind],
                      (unsigned long long)bar->base.address);
        pci_print_size(out, bar->size);
        output_format(out, "%s%s%s\n", bar->prefetchable ? ", prefetchable" : "", bar->refusal ? ", not used: " : "",
                      bar->refusal ? bar->refusal : "");
    }
}

static void pci_print_capabilities(struct output *out, const struct capability_list *list, uint32_t digits,
                                   const char *(*name)(uint16_t id))
{
    for (uint32_t i = 0; i < list->count; i++) {
        output_format(out, "    %03x         0x%0*x %s\n", list->items[i].offset, (int)digits, list->items[i].id,
                      name(list->items[i].id));
    }
    if (list->fault)
        output_format(out, "    capability list %s\n", list->fault);
}

static void pci_print_sources(struct output *out, const struct device *device)
{
    if (device->msi.offset) {
        output_format(out, "    ");
        pci_print_msi(out, &device->msi);
        output_format(out, "\n");
    }
    if (device->msix.offset) {
        output_format(out, "    ");
        pci_print_msix(out, &device->msix);
        output_format(out, ", table BAR %u + 0x%x, pending bits BAR %u + 0x%x\n", device->msix.table_bar,
                      device->msix.table_offset, device->msix.pba_bar, device->msix.pba_offset);
    }
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        const struct message_source *source = device->irq.sources[kind];
        if (source && source->refusal) {
            output_format(out, "    %s cannot be used: %s\n", message_kind_name((enum message_kind)kind),
                          source->refusal);
        }
    }
}

static void pci_print_routing(struct output *out, const struct device *device)
{
    const struct message_set *set = device->irq.messages;
    if (!set) {
        output_format(out, "    messages    none connected\n");
        return;
    }
    output_format(out, "    messages    %u by %s, highest IRQL %u%s%s\n", set->message_count,
                  message_kind_name(set->source->kind), (unsigned)set->unified_irql, set->reason[0] ? "; " : "",
                  set->reason);
}

// A line of the identity: what it is, its name, its id as lspci -nn has it.
static void pci_print_identity(struct output *out, const char *what, const char *name, const char *id)
{
    char text[PCI_IDS_TEXT + IDENTITY_ID];
    format_text(text, sizeof(text), "%s%s[%s]", name, name[0] ? " " : "", id);
    output_format(out, "    %-12s", what);
    columns_print(out, IDENTITY_INDENT, text);
}

static void pci_print_names(struct output *out, const struct device *device)
{
    char name[PCI_IDS_TEXT], id[IDENTITY_ID];
    pci_ids_vendor(device->vendor_id, name);
    format_text(id, sizeof(id), "%04x", device->vendor_id);
    pci_print_identity(out, "vendor", name, id);
    pci_ids_device(device->vendor_id, device->device_id, name);
    format_text(id, sizeof(id), "%04x", device->device_id);
    pci_print_identity(out, "device", name, id);
    if (device->subsystem_vendor) {
        pci_ids_vendor(device->subsystem_vendor, name);
        format_text(id, sizeof(id), "%04x:%04x", device->subsystem_vendor, device->subsystem_device);
        pci_print_identity(out, "subsystem", name, id);
    }
    pci_names_class(device->class_code, name);
    format_text(id, sizeof(id), "%04x", device->class_code >> 8);
    pci_print_identity(out, "class", name, id);
    format_text(id, sizeof(id), "%02x", device->class_code & 0xff);
    if (pci_ids_interface(device->class_code, name) || (device->class_code & 0xff) != 0)
        pci_print_identity(out, "interface", name, id);
}

void pci_print_details(struct output *out, const struct device *device)
{
    pci_print_name(out, device);
    pci_print_names(out, device);
    output_format(out, "    header      type %u\n", device->header_type);
    if (device->header_type == PCI_HEADER_BRIDGE) {
        output_format(out, "    bridge      primary bus %02x, secondary %02x, subordinate %02x\n", device->primary_bus,
                      device->secondary_bus, device->subordinate_bus);
    }
    output_format(out, "    driver      %s\n", columns_driver(device));
    if (device->interrupt_pin)
        output_format(out, "    line        INT%c\n", 'A' + device->interrupt_pin - 1);
    pci_print_command(out, device);
    pci_print_bars(out, device);
    pci_print_capabilities(out, &device->capabilities, 2, pci_names_capability);
    pci_print_capabilities(out, &device->extended_capabilities, 4, pci_names_extended);
    struct pci_status status;
    pci_status_read(device, &status);
    pci_status_print(out, &status);
    pci_print_sources(out, device);
    pci_print_routing(out, device);
}
