// What people can take from a running Linux: ACPI tables (files of /sys/firmware/acpi/tables, acpidump's text) and PCI
// configuration spaces (lspci -x, -xxx, -xxxx, with or without -v). Any bytes may be given.
#ifndef TESTS_REHEARSE_DUMP_H
#define TESTS_REHEARSE_DUMP_H

#include "kernel/lib/types.h"

enum {
    DUMP_CONFIG_SIZE = 4096,
    DUMP_BAR_COUNT = 6,
    DUMP_NOTE_COUNT = 32,
    DUMP_NOTE_TEXT = 120,
    DUMP_NAME_TEXT = 32,
    DUMP_FUNCTION_LIMIT = 8192,
    DUMP_TABLE_LIMIT = 512,
};

// A table as it stands, whole or cut off.
struct dump_table {
    char name[DUMP_NAME_TEXT]; // of its file, or its signature
    uint8_t *bytes;
    size_t length;
};

// A base address register as Linux sized it.
struct dump_region {
    bool is_known;
    bool is_io;
    uint64_t address;
    uint64_t size;
};

struct dump_function {
    uint32_t domain; // Linux numbers those of VMD from 0x10000 on
    uint8_t bus;
    uint8_t device;
    uint8_t function;
    bool has_regions;
    uint32_t length; // bytes of configuration space that the dump has from 0 on: 64, 256, 4096
    uint8_t bytes[DUMP_CONFIG_SIZE];
    struct dump_region regions[DUMP_BAR_COUNT];
};

struct dump {
    struct dump_table *tables;
    uint32_t table_count;
    struct dump_function *functions; // ascending addresses once dump_finish() ran
    uint32_t function_count;
    uint32_t file_count;
    char notes[DUMP_NOTE_COUNT][DUMP_NOTE_TEXT]; // what of the dump is not used, and why
    uint32_t note_count;
    uint32_t notes_dropped;
};

// Reads a folder (its files, in the order of their names; no folders below) or one file. False with a reason on stderr
// when that cannot be read.
bool dump_read(struct dump *dump, const char *path);

// Takes in one file's content. `name` is for notes and, of a table, shown.
void dump_take(struct dump *dump, const char *name, const uint8_t *bytes, size_t length);

// Sorts; of functions given twice the first stands.
void dump_finish(struct dump *dump);
void dump_free(struct dump *dump);

// For those who read one kind of text.
struct dump_table *dump_table_add(struct dump *dump, const char *name);
struct dump_function *dump_function_add(struct dump *dump);
void dump_note(struct dump *dump, const char *format, ...) PRINTF_LIKE(2, 3);

// One line of lspci's text or acpidump's; `state` is the reader's own between lines of one file, zero at first. False:
// the line is none of theirs.
struct dump_text {
    uint32_t function; // index + 1 of the function the lines belong to
    uint32_t table;    // likewise
};
bool dump_lspci_line(struct dump *dump, struct dump_text *state, const char *line);
bool dump_acpi_line(struct dump *dump, struct dump_text *state, const char *line);

// The value of a hexadecimal digit, 16 for what is none.
uint32_t dump_hex_digit(char c);

#endif
