// A rehearsal as JSON: the console's own records, and those that only a rehearsal has.

#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/core/message.h"
#include "tests/rehearse/report.h"

static void command_print(const struct command *command, struct output *out)
{
    struct command_call call = {.out = out, .word_count = 1, .words = {command->name}, .json = true};

    (void)command->run(&call);
}

static void lines_json(struct output *out, const struct dump *dump)
{
    struct json json;

    for (uint32_t i = 0; rehearse_warning(i); i++) {
        json_line_begin(&json, out, "warning");
        json_string(&json, "text", rehearse_warning(i));
        json_line_end(&json);
    }
    for (uint32_t i = 0; i < dump->note_count; i++) {
        json_line_begin(&json, out, "dump_note");
        json_string(&json, "text", dump->notes[i]);
        json_line_end(&json);
    }
}

void rehearse_print_json(struct output *out, const struct dump *dump)
{
    struct json json;

    report_tables_json(out);
    command_print(&command_cpus, out);
    command_print(&command_pci, out);
    report_remap_json(out);
    command_print(&command_messages, out);
    command_print(&command_firmware, out);
    lines_json(out, dump);
    json_line_begin(&json, out, "rehearse_summary");
    json_number(&json, "files", dump->file_count);
    json_number(&json, "tables", dump->table_count);
    json_number(&json, "cpus", cpu_total());
    json_number(&json, "functions", device_total());
    json_number(&json, "messages", message_total());
    json_number(&json, "without_messages", message_waiting_total());
    json_number(&json, "remap_units", report_unit_total());
    json_number(&json, "warnings", rehearse_facts()->warning_count);
    json_number(&json, "dump_notes", dump->note_count + dump->notes_dropped);
    json_line_end(&json);
}
