// A rehearsal for a person: under 100 columns.

#include "arch/firmware_tables.h"
#include "kernel/commands/commands.h"
#include "kernel/console/routing_map.h"
#include "kernel/core/cpu.h"
#include "kernel/core/message.h"
#include "tests/rehearse/report.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 98 };

// What the console's commands ask of the console; their calls here cannot fail.
const struct command *command_find(const char *name)
{
    return NULL;
}

enum result command_fail(struct command_call *call, enum result result, const char *format, ...)
{
    return result;
}

static void command_print(const struct command *command, struct output *out)
{
    struct command_call call = {.out = out, .word_count = 1, .words = {command->name}};

    (void)command->run(&call);
}

// Breaks a long line at spaces.
static void line_print(struct output *out, const char *text)
{
    const char *indent = "  ";

    while (strlen(text) + strlen(indent) > COLUMNS) {
        size_t length = COLUMNS - strlen(indent);
        while (length > COLUMNS / 2 && text[length] != ' ')
            length--;
        output_format(out, "%s%.*s\n", indent, (int)length, text);
        text += length + (text[length] == ' ');
        indent = "      ";
    }
    output_format(out, "%s%s\n", indent, text);
}

static void tables_print(struct output *out)
{
    const struct acpi_directory *directory = &firmware_tables()->directory;

    output_format(out, "Tables:");
    for (uint32_t i = 0; i < directory->count; i++)
        output_format(out, "%s%s%s", i % 15 == 14 ? "\n  " : " ", directory->tables[i].signature,
                      directory->tables[i].fault ? "(bad)" : "");
    output_format(out, "%s\n", directory->count ? "" : " none in the dump");
}

static void firmware_print(struct output *out)
{
    const struct firmware_tables *tables = firmware_tables();
    const struct rehearse_facts *facts = rehearse_facts();
    struct report_console console = report_console();

    output_format(out, "Local APICs: %s: %s%s\n", facts->mode.x2apic ? "x2apic" : "xapic", facts->mode.reason,
                  facts->can_reach_all ? "" : "; NOT every processor can be reached");
    output_format(out,
                  "  as the tables decide; a dump has no registers, so xAPIC mode and no hypervisor are assumed\n");
    for (uint32_t i = 0; i < tables->madt.ioapic_count; i++) {
        const struct acpi_ioapic *ioapic = &tables->madt.ioapics[i];
        output_format(out, "IOAPIC %u at 0x%llx, GSI %u on", ioapic->id, (unsigned long long)ioapic->address.address,
                      ioapic->gsi_base);
        if (report_has_remap()) {
            char text[REPORT_SOURCE_TEXT];
            struct acpi_remap_match match = report_unit_of_ioapic(ioapic->id, ioapic->address);
            if (match.fault)
                output_format(out, "; remapping: %s", match.fault);
            else
                output_format(out, "; remapped by 0x%llx as %s", (unsigned long long)match.unit.base.address,
                              report_source(match.source, text));
        }
        output_format(out, "\n");
    }
    output_format(out, "Console: %s, %s 0x%llx, %u baud\n", console.source,
                  console.address.space == ACPI_SPACE_MEMORY ? "memory at" : "port",
                  (unsigned long long)console.address.address, console.baud);
    for (uint32_t i = 0; i < tables->mcfg_count; i++)
        output_format(out, "ECAM at 0x%llx: segment %u, buses %02x to %02x\n",
                      (unsigned long long)tables->mcfg[i].base.address, tables->mcfg[i].segment,
                      tables->mcfg[i].start_bus, tables->mcfg[i].end_bus);
    if (tables->has_fadt && tables->fadt.no_msi)
        output_format(out, "The FADT says that this machine has no MSI\n");
}

// Why functions that can signal do not, or with less than they could.
static void reasons_print(struct output *out)
{
    char text[MESSAGE_REASON_LENGTH + 2 * DEVICE_ADDRESS_TEXT], address[DEVICE_ADDRESS_TEXT];

    for (const struct message_set *set = message_set_first(); set; set = set->next) {
        if (!set->reason[0])
            continue;
        format_text(text, sizeof(text), "%s: %s", pci_address_format(device_of(set)->address, address), set->reason);
        line_print(out, text);
    }
}

void rehearse_print_text(struct output *out, const struct dump *dump)
{
    tables_print(out);
    firmware_print(out);
    output_format(out, "\nProcessors\n");
    command_print(&command_cpus, out);
    output_format(out, "\nFunctions\n");
    command_print(&command_pci, out);
    output_format(out, "\nRemapping units\n");
    report_remap_text(out);
    output_format(out, "\nRouting: functions without a driver have as many messages as there are processors at most\n");
    routing_map_print(out);
    reasons_print(out);
    output_format(out, "\nWhat the firmware left on\n");
    command_print(&command_firmware, out);
    output_format(out, "\nWarnings: %u\n", rehearse_facts()->warning_count);
    for (uint32_t i = 0; rehearse_warning(i); i++)
        line_print(out, rehearse_warning(i));
    output_format(out, "\nOf the dump: %u files, %u tables, %u functions\n", dump->file_count, dump->table_count,
                  dump->function_count);
    for (uint32_t i = 0; i < dump->note_count; i++)
        line_print(out, dump->notes[i]);
    if (dump->notes_dropped)
        output_format(out, "  and %u more\n", dump->notes_dropped);
}
