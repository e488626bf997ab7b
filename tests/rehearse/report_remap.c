// Remapping units: what each is responsible for, by the product's readers of DMAR and IVRS.

#include "arch/acpi/acpi_dmar.h"
#include "arch/acpi/acpi_ivrs.h"
#include "arch/firmware_tables.h"
#include "kernel/inventory/device.h"
#include "tests/rehearse/report.h"

enum { CLASS_IOAPIC = 0x0800, UNIT_LIMIT = 256, LINE_COLUMNS = 90 };

static const struct acpi_table *dmar(void)
{
    return acpi_table_find(&firmware_tables()->directory, "DMAR", 0);
}

static const struct acpi_table *ivrs(void)
{
    return acpi_table_find(&firmware_tables()->directory, "IVRS", 0);
}

bool report_has_remap(void)
{
    return dmar() || ivrs();
}

uint32_t report_unit_total(void)
{
    struct acpi_remap_unit units[UNIT_LIMIT];
    uint32_t count = dmar() ? acpi_dmar_read(dmar(), NULL, units, UNIT_LIMIT) : 0;

    return ivrs() ? count + acpi_ivrs_read(ivrs(), NULL, units, UNIT_LIMIT) : count;
}

char *report_source(uint16_t source, char text[REPORT_SOURCE_TEXT])
{
    format_text(text, REPORT_SOURCE_TEXT, "%02x:%02x.%x", source >> 8, source >> 3 & 0x1f, source & 7);
    return text;
}

struct acpi_remap_match report_unit_of(const struct device *device)
{
    struct acpi_remap_address bridges[REHEARSE_DEPTH];
    struct acpi_remap_function function = rehearse_function(device, bridges);

    return dmar() ? acpi_dmar_unit_of(dmar(), &function) : acpi_ivrs_unit_of(ivrs(), &function);
}

// The function whose registers lie at an IOAPIC's address, where one says that it is an IOAPIC.
static const struct device *ioapic_device(struct physical address)
{
    device_for_each (device)
        if (device->class_code >> 8 == CLASS_IOAPIC && device->bars[0].kind != BAR_NONE &&
            device->bars[0].base.address == address.address)
            return device;
    return NULL;
}

struct acpi_remap_match report_unit_of_ioapic(uint8_t id, struct physical address)
{
    struct acpi_remap_address bridges[REHEARSE_DEPTH];
    const struct device *device = ioapic_device(address);
    struct acpi_remap_function function = {0};

    if (device)
        function = rehearse_function(device, bridges);
    struct acpi_remap_ioapic ioapic = {id, firmware_tables()->madt.ioapic_count == 1, device ? &function : NULL};
    return dmar() ? acpi_dmar_unit_of_ioapic(dmar(), &ioapic) : acpi_ivrs_unit_of_ioapic(ivrs(), &ioapic);
}

struct acpi_remap_match report_unit_of_hpet(uint8_t number)
{
    return dmar() ? acpi_dmar_unit_of_hpet(dmar(), number) : acpi_ivrs_unit_of_hpet(ivrs(), number);
}

static void functions_json(struct json *json, struct physical base)
{
    char text[DEVICE_ADDRESS_TEXT];

    json_array_begin(json, "functions");
    device_for_each (device) {
        struct acpi_remap_match match = report_unit_of(device);
        if (!match.fault && match.unit.base.address == base.address)
            json_string(json, NULL, pci_address_format(device->address, text));
    }
    json_array_end(json);
}

static void scopes_json(struct json *json, const struct acpi_dmar_record *record)
{
    struct acpi_walk walk;
    struct acpi_dmar_scope scope;
    char path[520];

    json_array_begin(json, "scopes");
    acpi_dmar_scope_begin(record, &walk);
    while (acpi_dmar_scope_next(&walk, NULL, &scope)) {
        size_t length = 0;
        path[0] = '\0';
        for (uint32_t i = 0; i < scope.path_length; i++)
            length += format_text(path + length, sizeof(path) - length, "%s%02x.%x", i ? "/" : "", scope.path[2 * i],
                                  scope.path[2 * i + 1]);
        json_object_begin(json, NULL);
        json_number(json, "scope_type", scope.type);
        json_number(json, "flags", scope.flags);
        json_number(json, "enumeration_id", scope.enumeration_id);
        json_hex(json, "start_bus", scope.start_bus, 2);
        json_string(json, "path", path);
        json_object_end(json);
    }
    json_array_end(json);
}

static void dmar_unit_json(struct json *json, const struct acpi_dmar_record *record)
{
    json_string(json, "kind", "vt-d");
    json_hex(json, "base", record->base.address, 1);
    json_hex(json, "size", record->size, 1);
    json_number(json, "segment", record->segment);
    json_hex(json, "flags", record->flags, 2);
    json_bool(json, "include_all", record->flags & ACPI_DMAR_INCLUDE_ALL);
    scopes_json(json, record);
    functions_json(json, record->base);
}

static void dmar_other_json(struct json *json, const struct acpi_dmar_record *record)
{
    char name[256];

    json_number(json, "segment", record->segment);
    json_hex(json, "flags", record->flags, 2);
    if (record->type == ACPI_DMAR_RMRR || record->type == ACPI_DMAR_RHSA)
        json_hex(json, "base", record->base.address, 1);
    if (record->type == ACPI_DMAR_RMRR)
        json_hex(json, "limit", record->limit.address, 1);
    if (record->type == ACPI_DMAR_RHSA)
        json_number(json, "domain", record->domain);
    if (record->type == ACPI_DMAR_ANDD) {
        format_text(name, sizeof(name), "%.*s", (int)record->name_length, record->name);
        json_number(json, "device_number", record->device_number);
        json_string(json, "name", name);
    }
    scopes_json(json, record);
}

static void dmar_json(struct output *out)
{
    static const char *const names[ACPI_DMAR_TYPE_COUNT] = {
        [ACPI_DMAR_DRHD] = "remap_unit",     [ACPI_DMAR_RMRR] = "remap_memory", [ACPI_DMAR_ATSR] = "remap_ats",
        [ACPI_DMAR_RHSA] = "remap_affinity", [ACPI_DMAR_ANDD] = "remap_name",   [ACPI_DMAR_SATC] = "remap_cache",
        [ACPI_DMAR_SIDP] = "remap_property"};
    struct acpi_dmar reader;
    struct acpi_dmar_record record;
    struct json json;
    uint32_t unit = 0;

    json_line_begin(&json, out, "dmar");
    json_hex(&json, "flags", acpi_dmar_flags(dmar()), 2);
    json_bool(&json, "interrupt_remapping", acpi_dmar_flags(dmar()) & ACPI_DMAR_INTERRUPTS);
    json_bool(&json, "x2apic_opt_out", acpi_dmar_flags(dmar()) & ACPI_DMAR_X2APIC_OPT_OUT);
    json_line_end(&json);
    acpi_dmar_begin(&reader, dmar(), NULL);
    while (acpi_dmar_next(&reader, &record)) {
        json_line_begin(&json, out, names[record.type]);
        if (record.type == ACPI_DMAR_DRHD) {
            json_number(&json, "unit", unit++);
            dmar_unit_json(&json, &record);
        } else {
            dmar_other_json(&json, &record);
        }
        json_line_end(&json);
    }
}

static void entries_json(struct json *json, const struct acpi_ivrs_block *block)
{
    struct acpi_ivrs_entries entries;
    struct acpi_ivrs_entry entry;
    char name[9];

    json_array_begin(json, "scopes");
    acpi_ivrs_entry_begin(block, &entries);
    while (acpi_ivrs_entry_next(&entries, &entry)) {
        json_object_begin(json, NULL);
        json_hex(json, "entry_type", entry.type, 2);
        json_hex(json, "device_id", entry.device_id, 4);
        json_hex(json, "settings", entry.settings, 2);
        json_hex(json, "source", entry.source, 4);
        json_number(json, "handle", entry.handle);
        json_number(json, "variety", entry.variety);
        json_hex(json, "extended", entry.extended, 1);
        format_text(name, sizeof(name), "%.8s", entry.name ? entry.name : "");
        json_string(json, "name", entry.name ? name : NULL);
        json_object_end(json);
    }
    json_array_end(json);
}

static void ivrs_json(struct output *out)
{
    struct acpi_ivrs reader;
    struct acpi_ivrs_block block;
    struct json json;
    uint32_t unit = 0;

    acpi_ivrs_begin(&reader, ivrs(), NULL);
    while (acpi_ivrs_next(&reader, &block)) {
        bool is_best = acpi_ivrs_is_best(ivrs(), &block), is_memory = block.size || !block.entries;
        // A unit is told once, by the block that says most; the others follow under a name of their own.
        json_line_begin(&json, out, is_memory ? "remap_memory" : is_best ? "remap_unit" : "remap_unit_older");
        if (is_best)
            json_number(&json, "unit", unit++);
        json_string(&json, "kind", "amd-vi");
        json_hex(&json, "block_type", block.type, 2);
        json_hex(&json, "flags", block.flags, 2);
        json_hex(&json, "device_id", block.device_id, 4);
        json_hex(&json, "base", block.base.address, 1);
        if (is_memory) {
            json_hex(&json, "last_id", block.last_id, 4);
            json_hex(&json, "size", block.size, 1);
        } else {
            json_hex(&json, "capability", block.capability, 4);
            json_number(&json, "segment", block.segment);
            json_hex(&json, "features", block.features, 8);
            json_hex(&json, "extended_features", block.extended_features, 16);
            entries_json(&json, &block);
            if (is_best)
                functions_json(&json, block.base);
        }
        json_line_end(&json);
    }
}

void report_remap_json(struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct json json;

    if (dmar())
        dmar_json(out);
    if (ivrs())
        ivrs_json(out);
    if (!report_has_remap())
        return;
    device_for_each (device) {
        struct acpi_remap_match match = report_unit_of(device);
        if (!match.fault)
            continue;
        json_line_begin(&json, out, "remap_none");
        json_string(&json, "bdf", pci_address_format(device->address, text));
        json_string(&json, "reason", match.fault);
        json_line_end(&json);
    }
}

static void functions_text(struct output *out, struct physical base)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t column = 0;

    device_for_each (device) {
        struct acpi_remap_match match = report_unit_of(device);
        if (match.fault || match.unit.base.address != base.address)
            continue;
        output_format(out, "%s%s", column ? " " : "    ", pci_address_format(device->address, text));
        column += DEVICE_ADDRESS_TEXT;
        if (column + DEVICE_ADDRESS_TEXT > LINE_COLUMNS) {
            output_format(out, "\n");
            column = 0;
        }
    }
    if (column)
        output_format(out, "\n");
}

void report_remap_text(struct output *out)
{
    struct acpi_remap_unit units[UNIT_LIMIT];
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t count = 0;

    if (dmar())
        count = acpi_dmar_read(dmar(), NULL, units, UNIT_LIMIT);
    else if (ivrs())
        count = acpi_ivrs_read(ivrs(), NULL, units, UNIT_LIMIT);
    for (uint32_t i = 0; i < count; i++) {
        output_format(out, "  %s unit %u at 0x%llx, segment %u, is responsible for\n", dmar() ? "vt-d" : "amd-vi", i,
                      (unsigned long long)units[i].base.address, units[i].segment);
        functions_text(out, units[i].base);
    }
    if (!report_has_remap()) {
        output_format(out, "  none\n");
        return;
    }
    device_for_each (device) {
        struct acpi_remap_match match = report_unit_of(device);
        if (match.fault)
            output_format(out, "  %s: %s\n", pci_address_format(device->address, text), match.fault);
    }
}
