// acpidump's text: "APIC @ 0x00000000BFFE0000", then "  0000: 41 50 49 43 ...  APIC....", sixteen bytes a line.

#include "tests/rehearse/dump.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE = 4, LINE_BYTES = 16, TABLE_MAXIMUM = 16 << 20 };

static bool name_line(struct dump *dump, struct dump_text *state, const char *line)
{
    const char *at = strstr(line, " @ 0x");
    char name[SIGNATURE + 1] = "";

    // "RSD PTR" names no table, and its bytes are passed over.
    if (!at || (at - line != SIGNATURE && strncmp(line, "RSD PTR", 7) != 0))
        return false;
    state->table = state->function = 0;
    if (at - line != SIGNATURE)
        return true;
    memcpy(name, line, SIGNATURE);
    if (dump_table_add(dump, name))
        state->table = dump->table_count;
    else
        dump_note(dump, "%s: more tables than %u, left out", name, DUMP_TABLE_LIMIT);
    return true;
}

// The bytes stand one space apart, the text behind them further away.
static uint32_t bytes_take(const char *at, uint8_t bytes[LINE_BYTES])
{
    uint32_t count = 0;

    while (count < LINE_BYTES && at[0] == ' ' && dump_hex_digit(at[1]) < 16 && dump_hex_digit(at[2]) < 16 &&
           (at[3] == ' ' || at[3] == '\0')) {
        bytes[count++] = (uint8_t)(dump_hex_digit(at[1]) << 4 | dump_hex_digit(at[2]));
        at += 3;
    }
    return count;
}

bool dump_acpi_line(struct dump *dump, struct dump_text *state, const char *line)
{
    uint8_t bytes[LINE_BYTES];
    char *end;

    if (name_line(dump, state, line))
        return true;
    if (!state->table || line[0] != ' ')
        return false;
    struct dump_table *table = &dump->tables[state->table - 1];
    unsigned long offset = strtoul(line, &end, 16);
    uint32_t count = *end == ':' ? bytes_take(end + 1, bytes) : 0;
    if (count == 0 || offset != table->length || offset > TABLE_MAXIMUM)
        return false;
    table->bytes = realloc(table->bytes, table->length + count);
    if (!table->bytes)
        abort();
    memcpy(table->bytes + table->length, bytes, count);
    table->length += count;
    return true;
}
