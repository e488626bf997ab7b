// What the firmware's tables say, as the product's readers understood them.

#include "arch/acpi/acpi_dbg2.h"
#include "arch/firmware_tables.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/inventory/device.h"
#include "tests/rehearse/machine.h"
#include "tests/rehearse/report.h"

static const char *space_name(enum acpi_space space)
{
    static const char *const names[] = {"memory", "port", "pci"};

    return space <= ACPI_SPACE_PCI ? names[space] : "other";
}

static void address_json(struct json *json, const char *key, const struct acpi_address *address)
{
    json_object_begin(json, key);
    json_string(json, "space", space_name(address->space));
    json_hex(json, "address", address->address, 1);
    json_number(json, "bit_width", address->bit_width);
    json_number(json, "access_size", address->access_size);
    json_object_end(json);
}

static void directory_json(struct output *out)
{
    const struct acpi_directory *directory = &firmware_tables()->directory;
    struct json json;

    for (uint32_t i = 0; i < directory->count; i++) {
        const struct acpi_table *table = &directory->tables[i];
        json_line_begin(&json, out, "table");
        json_string(&json, "signature", table->signature);
        json_string(&json, "name", machine_table_name(table->address));
        json_number(&json, "revision", table->revision);
        json_number(&json, "length", table->length);
        json_string(&json, "fault", table->fault);
        json_line_end(&json);
    }
}

static void wiring_json(struct json *json, enum interrupt_mode mode, enum interrupt_polarity polarity)
{
    json_string(json, "mode", interrupt_mode_name(mode));
    json_string(json, "polarity", interrupt_polarity_name(polarity));
}

static void processors_json(struct output *out, const struct acpi_madt *madt)
{
    struct json json;

    for (uint32_t i = 0; i < madt->processor_count; i++) {
        const struct acpi_processor *processor = &madt->processors[i];
        json_line_begin(&json, out, "processor");
        json_number(&json, "apic_id", processor->apic_id.value);
        json_number(&json, "uid", processor->uid);
        json_bool(&json, "enabled", processor->enabled);
        json_bool(&json, "online_capable", processor->online_capable);
        json_bool(&json, "from_x2apic", processor->from_x2apic);
        json_line_end(&json);
    }
}

static void match_json(struct json *json, struct acpi_remap_match match)
{
    char text[REPORT_SOURCE_TEXT];

    json_string(json, "remap_fault", match.fault);
    if (match.fault)
        return;
    json_hex(json, "remap_base", match.unit.base.address, 1);
    json_string(json, "remap_source", report_source(match.source, text));
}

// This kernel does not use HPETs: no more of the table than its address and number.
static void hpets_json(struct output *out)
{
    enum { OFFSET_ADDRESS = 40, OFFSET_NUMBER = 52 };
    const struct acpi_table *table;
    struct json json;

    for (uint32_t i = 0; (table = acpi_table_find(&firmware_tables()->directory, "HPET", i)); i++) {
        struct acpi_address address = acpi_table_read_address(table, OFFSET_ADDRESS);
        uint8_t number = acpi_table_read8(table, OFFSET_NUMBER);
        json_line_begin(&json, out, "hpet");
        json_number(&json, "number", number);
        address_json(&json, "registers", &address);
        if (report_has_remap())
            match_json(&json, report_unit_of_hpet(number));
        json_line_end(&json);
    }
}

static void ioapics_json(struct output *out, const struct acpi_madt *madt)
{
    struct json json;

    for (uint32_t i = 0; i < madt->ioapic_count; i++) {
        const struct acpi_ioapic *ioapic = &madt->ioapics[i];
        json_line_begin(&json, out, "ioapic");
        json_number(&json, "id", ioapic->id);
        json_hex(&json, "address", ioapic->address.address, 8);
        json_number(&json, "gsi_base", ioapic->gsi_base);
        if (report_has_remap())
            match_json(&json, report_unit_of_ioapic(ioapic->id, ioapic->address));
        json_line_end(&json);
    }
}

static void wires_json(struct output *out, const struct acpi_madt *madt)
{
    struct json json;

    for (uint32_t irq = 0; irq < ACPI_MADT_ISA_COUNT; irq++) {
        const struct acpi_isa_override *override = &madt->overrides[irq];
        if (!override->present)
            continue;
        json_line_begin(&json, out, "isa_override");
        json_number(&json, "irq", irq);
        json_number(&json, "gsi", override->gsi);
        wiring_json(&json, override->mode, override->polarity);
        json_bool(&json, "mode_conforms", override->mode_conforms);
        json_bool(&json, "polarity_conforms", override->polarity_conforms);
        json_line_end(&json);
    }
    for (uint32_t i = 0; i < madt->nmi_source_count; i++) {
        json_line_begin(&json, out, "nmi_source");
        json_number(&json, "gsi", madt->nmi_sources[i].gsi);
        wiring_json(&json, madt->nmi_sources[i].mode, madt->nmi_sources[i].polarity);
        json_line_end(&json);
    }
    for (uint32_t i = 0; i < madt->local_nmi_count; i++) {
        const struct acpi_local_nmi *nmi = &madt->local_nmis[i];
        json_line_begin(&json, out, "local_nmi");
        json_bool(&json, "all_processors", nmi->all_processors);
        json_number(&json, "uid", nmi->uid);
        json_number(&json, "lint", nmi->lint);
        wiring_json(&json, nmi->mode, nmi->polarity);
        json_line_end(&json);
    }
}

static void local_apic_json(struct output *out, const struct acpi_madt *madt)
{
    const struct rehearse_facts *facts = rehearse_facts();
    struct json json;

    json_line_begin(&json, out, "local_apic");
    json_hex(&json, "address", madt->local_apic.address, 8);
    json_bool(&json, "dual_8259", madt->dual_8259);
    json_string(&json, "apic_mode", facts->mode.x2apic ? "x2apic" : "xapic");
    json_string(&json, "reason", facts->mode.reason);
    json_bool(&json, "reaches_all", facts->can_reach_all);
    json_line_end(&json);
}

static void fadt_json(struct output *out, const struct acpi_fadt *fadt)
{
    struct json json;

    json_line_begin(&json, out, "fadt");
    json_number(&json, "revision", fadt->revision);
    json_hex(&json, "dsdt", fadt->dsdt.address, 8);
    json_number(&json, "sci_interrupt", fadt->sci_interrupt);
    json_bool(&json, "hardware_reduced", fadt->hardware_reduced);
    if (fadt->has_pm_timer)
        address_json(&json, "pm_timer", &fadt->pm_timer);
    else
        json_null(&json, "pm_timer");
    json_number(&json, "pm_timer_bits", fadt->has_pm_timer ? fadt->pm_timer_bits : 0);
    if (fadt->has_reset)
        address_json(&json, "reset", &fadt->reset);
    else
        json_null(&json, "reset");
    json_hex(&json, "reset_value", fadt->has_reset ? fadt->reset_value : 0, 2);
    json_bool(&json, "legacy_devices", fadt->has_legacy_devices);
    json_bool(&json, "i8042", fadt->has_8042);
    json_bool(&json, "no_msi", fadt->no_msi);
    json_line_end(&json);
}

static void places_json(struct output *out, const struct firmware_tables *tables)
{
    struct json json;

    for (uint32_t i = 0; i < tables->mcfg_count; i++) {
        json_line_begin(&json, out, "ecam");
        json_hex(&json, "base", tables->mcfg[i].base.address, 8);
        json_number(&json, "segment", tables->mcfg[i].segment);
        json_number(&json, "start_bus", tables->mcfg[i].start_bus);
        json_number(&json, "end_bus", tables->mcfg[i].end_bus);
        json_line_end(&json);
    }
    for (uint32_t i = 0; i < tables->affinity_count; i++) {
        json_line_begin(&json, out, "affinity");
        json_number(&json, "apic_id", tables->affinities[i].apic_id.value);
        json_number(&json, "domain", tables->affinities[i].domain);
        json_line_end(&json);
    }
}

static void spcr_json(struct output *out, const struct acpi_spcr *spcr)
{
    struct json json;
    struct pci_address address = {spcr->pci_segment, spcr->pci_bus, spcr->pci_device, spcr->pci_function};
    char text[2 * DEVICE_ADDRESS_TEXT];

    json_line_begin(&json, out, "serial_port");
    json_string(&json, "source", "SPCR");
    json_hex(&json, "interface", spcr->interface_type, 2);
    address_json(&json, "port", &spcr->address);
    json_number(&json, "baud", spcr->baud);
    json_string(&json, "bdf", spcr->is_pci ? pci_address_format(address, text) : NULL);
    json_line_end(&json);
}

// Ports of a debugger: what of them is a serial one may be a console.
static void dbg2_json(struct output *out)
{
    const struct acpi_table *table = acpi_table_find(&firmware_tables()->directory, "DBG2", 0);
    struct acpi_dbg2 dbg2;
    struct acpi_dbg2_port port;
    struct json json;
    char name[64];

    if (!table)
        return;
    acpi_dbg2_begin(&dbg2, table, NULL);
    while (acpi_dbg2_next(&dbg2, &port)) {
        format_text(name, sizeof(name), "%.*s", (int)port.name_length, port.name);
        json_line_begin(&json, out, "debug_port");
        json_hex(&json, "port_type", port.port_type, 4);
        json_hex(&json, "port_subtype", port.port_subtype, 4);
        json_number(&json, "addresses", port.address_count);
        if (port.address_count)
            address_json(&json, "port", &port.address);
        else
            json_null(&json, "port");
        json_hex(&json, "size", port.address_size, 1);
        json_string(&json, "name", name);
        json_line_end(&json);
    }
}

struct report_console report_console(void)
{
    const struct firmware_tables *tables = firmware_tables();
    struct report_console first = {"COM1", {.space = ACPI_SPACE_PORT, .bit_width = 8, .address = 0x3f8}, 115200};

    return tables->has_spcr ? (struct report_console){"SPCR", tables->spcr.address, tables->spcr.baud} : first;
}

static void console_json(struct output *out)
{
    struct report_console console = report_console();
    struct json json;

    json_line_begin(&json, out, "console");
    json_string(&json, "source", console.source);
    address_json(&json, "port", &console.address);
    json_number(&json, "baud", console.baud);
    json_line_end(&json);
}

void report_tables_json(struct output *out)
{
    const struct firmware_tables *tables = firmware_tables();

    directory_json(out);
    if (tables->has_madt) {
        processors_json(out, &tables->madt);
        ioapics_json(out, &tables->madt);
        wires_json(out, &tables->madt);
    }
    local_apic_json(out, &tables->madt);
    hpets_json(out);
    if (tables->has_fadt)
        fadt_json(out, &tables->fadt);
    places_json(out, tables);
    if (tables->has_spcr)
        spcr_json(out, &tables->spcr);
    dbg2_json(out);
    console_json(out);
}
