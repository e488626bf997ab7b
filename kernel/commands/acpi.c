// acpi: the firmware's tables, as bytes in acpidump's text layout, which acpixtract reads straight from a capture.

#include "kernel/commands/commands.h"
#include "kernel/inventory/firmware_table.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

enum { ACPI_ROW = 16, ACPI_OEM_ID = 10, ACPI_OEM_ID_LENGTH = 6, ACPI_OEM_TABLE_ID = 16, ACPI_OEM_TABLE_ID_LENGTH = 8 };

typedef void acpi_print(struct output *out, const struct firmware_table *table);

static bool acpi_is_printable(uint8_t byte)
{
    return byte >= ' ' && byte <= '~';
}

// A name of the header: padded with blanks or zeros, and anything else by mistake.
static void acpi_name(const struct firmware_table *table, uint32_t offset, uint32_t length, char *text)
{
    for (uint32_t i = 0; table->bytes && i < length && table->bytes[offset + i]; i++)
        *text++ = acpi_is_printable(table->bytes[offset + i]) ? (char)table->bytes[offset + i] : '?';
    *text = '\0';
}

static void acpi_print_row(struct output *out, const struct firmware_table *table, uint32_t offset)
{
    uint32_t count = table->length - offset < ACPI_ROW ? table->length - offset : ACPI_ROW;

    output_format(out, "%8X:", offset);
    for (uint32_t i = 0; i < ACPI_ROW; i++)
        if (i < count)
            output_format(out, " %02X", table->bytes[offset + i]);
        else
            output_format(out, "   ");
    output_format(out, "  ");
    for (uint32_t i = 0; i < count; i++)
        output_format(out, "%c", acpi_is_printable(table->bytes[offset + i]) ? table->bytes[offset + i] : '.');
    output_format(out, "\n");
}

static enum result acpi_dump(struct command_call *call, const struct firmware_table *table)
{
    if (!table->bytes)
        return RESULT_OK;
    output_format(call->out, "%s @ 0x%016llX\n", table->signature, (unsigned long long)table->address.address);
    for (uint32_t offset = 0; offset < table->length; offset += ACPI_ROW) {
        if (console_stop_asked())
            return command_fail(call, RESULT_STOPPED, "stopped");
        acpi_print_row(call->out, table, offset);
    }
    output_format(call->out, "\n");
    return RESULT_OK;
}

static enum result acpi_dump_all(struct command_call *call, const char *signature)
{
    enum result result = RESULT_OK;
    uint32_t found = 0;

    for (uint32_t i = 0; i < firmware_table_total() && result == RESULT_OK; i++) {
        const struct firmware_table *table = firmware_table_get(i);
        if (signature && strcmp(table->signature, signature) != 0)
            continue;
        found++;
        result = acpi_dump(call, table);
    }
    if (result == RESULT_OK && !found && signature)
        return command_fail(call, RESULT_NOT_FOUND, "there is no table %.40s", signature);
    return result;
}

static void acpi_list_row(struct output *out, const struct firmware_table *table)
{
    char oem[ACPI_OEM_ID_LENGTH + 1], oem_table[ACPI_OEM_TABLE_ID_LENGTH + 1];

    acpi_name(table, ACPI_OEM_ID, ACPI_OEM_ID_LENGTH, oem);
    acpi_name(table, ACPI_OEM_TABLE_ID, ACPI_OEM_TABLE_ID_LENGTH, oem_table);
    output_format(out, "%-9s 0x%016llx %7u %8u %-6s %-8s %s\n", table->signature,
                  (unsigned long long)table->address.address, table->length, table->revision, oem, oem_table,
                  table->fault ? table->fault : "good");
}

static void acpi_list_json(struct output *out, const struct firmware_table *table)
{
    char oem[ACPI_OEM_ID_LENGTH + 1], oem_table[ACPI_OEM_TABLE_ID_LENGTH + 1];
    struct json json;

    acpi_name(table, ACPI_OEM_ID, ACPI_OEM_ID_LENGTH, oem);
    acpi_name(table, ACPI_OEM_TABLE_ID, ACPI_OEM_TABLE_ID_LENGTH, oem_table);
    json_line_begin(&json, out, "acpi");
    json_string(&json, "signature", table->signature);
    json_hex(&json, "address", table->address.address, 1);
    json_number(&json, "length", table->length);
    json_number(&json, "revision", table->revision);
    json_string(&json, "oem_id", oem);
    json_string(&json, "oem_table_id", oem_table);
    json_string(&json, "fault", table->fault);
    json_line_end(&json);
}

// `signature` NULL: all.
static enum result acpi_list(struct command_call *call, const char *signature)
{
    uint32_t tables = 0, faults = 0;

    if (!call->json)
        output_format(call->out, "%-9s %-18s %7s %8s %-6s %-8s %s\n", "SIGNATURE", "ADDRESS", "LENGTH", "REVISION",
                      "OEM", "TABLE", "STATE");
    for (uint32_t i = 0; i < firmware_table_total(); i++) {
        const struct firmware_table *table = firmware_table_get(i);
        if (signature && strcmp(table->signature, signature) != 0)
            continue;
        (call->json ? acpi_list_json : acpi_list_row)(call->out, table);
        tables++;
        faults += table->fault != NULL;
    }
    if (!tables && signature)
        return command_fail(call, RESULT_NOT_FOUND, "there is no table %.40s", signature);
    if (!call->json) {
        output_format(call->out, "%u tables, %u with a fault\n", tables, faults);
        return RESULT_OK;
    }
    struct json json;
    json_line_begin(&json, call->out, "acpi_summary");
    json_number(&json, "tables", tables);
    json_number(&json, "faults", faults);
    json_line_end(&json);
    return RESULT_OK;
}

static enum result acpi_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 1);

    if (result != RESULT_OK)
        return result;
    const char *signature = call->word_count == 2 ? call->words[1] : NULL;
    bool is_list = signature && strcmp(signature, "list") == 0;
    if (call->json || is_list)
        return acpi_list(call, is_list ? NULL : signature);
    return acpi_dump_all(call, signature);
}

// SSDTs are many.
static bool acpi_is_first(uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (strcmp(firmware_table_get(i)->signature, firmware_table_get(number)->signature) == 0)
            return false;
    return true;
}

static const char *acpi_names(uint32_t index)
{
    for (uint32_t i = 0; i < firmware_table_total(); i++)
        if (acpi_is_first(i) && index-- == 0)
            return firmware_table_get(i)->signature;
    return NULL;
}

const struct command command_acpi = {
    .name = "acpi",
    .usage = "acpi [list|SIGNATURE]",
    .summary = "The firmware's tables, as acpixtract reads them",
    .run = acpi_run,
    .names = acpi_names,
    .options = "list\tone line a table: name, place, length, who made it\n"
               "SIGNATURE\tthis table's bytes alone, else those of all\n",
    .examples = "acpi list\n"
                "acpi MCFG\n",
};
