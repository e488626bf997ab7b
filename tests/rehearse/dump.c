// Reading a dump's files and telling apart what they hold.

#include "tests/rehearse/dump.h"
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE_LENGTH = 512, TABLE_HEADER = 36, SIGNATURE = 4, FILE_MAXIMUM = 64 << 20 };

static void *grow(void *array, uint32_t count, size_t size)
{
    // Powers of two, so that adding one by one costs no more than twice the whole.
    if (count & (count - 1))
        return array;
    void *grown = realloc(array, (count ? 2 * (size_t)count : 1) * size);
    if (!grown)
        abort();
    return grown;
}

void dump_note(struct dump *dump, const char *format, ...)
{
    va_list arguments;

    if (dump->note_count == DUMP_NOTE_COUNT) {
        dump->notes_dropped++;
        return;
    }
    va_start(arguments, format);
    vsnprintf(dump->notes[dump->note_count++], DUMP_NOTE_TEXT, format, arguments);
    va_end(arguments);
}

struct dump_table *dump_table_add(struct dump *dump, const char *name)
{
    if (dump->table_count == DUMP_TABLE_LIMIT)
        return NULL;
    dump->tables = grow(dump->tables, dump->table_count, sizeof(dump->tables[0]));
    struct dump_table *table = &dump->tables[dump->table_count++];
    *table = (struct dump_table){0};
    snprintf(table->name, sizeof(table->name), "%s", name);
    return table;
}

struct dump_function *dump_function_add(struct dump *dump)
{
    if (dump->function_count == DUMP_FUNCTION_LIMIT)
        return NULL;
    dump->functions = grow(dump->functions, dump->function_count, sizeof(dump->functions[0]));
    struct dump_function *function = &dump->functions[dump->function_count++];
    memset(function, 0, sizeof(*function));
    return function;
}

uint32_t dump_hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

    return found ? (uint32_t)(found - digits) : 16;
}

// Four letters, digits or marks, and bytes that are no text: names of files say nothing (facp.dat, APIC2).
static bool is_table(const uint8_t *bytes, size_t length)
{
    uint32_t said;

    if (length < TABLE_HEADER)
        return false;
    for (uint32_t i = 0; i < SIGNATURE; i++)
        if ((bytes[i] < 'A' || bytes[i] > 'Z') && (bytes[i] < '0' || bytes[i] > '9') && bytes[i] != '_')
            return false;
    memcpy(&said, bytes + SIGNATURE, sizeof(said));
    return said == length || memchr(bytes, 0, TABLE_HEADER);
}

static void table_take(struct dump *dump, const char *name, const uint8_t *bytes, size_t length)
{
    struct dump_table *table = dump_table_add(dump, name);

    if (!table) {
        dump_note(dump, "%.40s: more tables than %u, left out", name, DUMP_TABLE_LIMIT);
        return;
    }
    table->bytes = malloc(length);
    if (!table->bytes)
        abort();
    memcpy(table->bytes, bytes, length);
    table->length = length;
}

// The next line without its end, longer ones cut. Answers the bytes used up.
static size_t line_take(const uint8_t *bytes, size_t length, char line[LINE_LENGTH])
{
    size_t used = 0, kept = 0;

    while (used < length && bytes[used] != '\n') {
        if (kept < LINE_LENGTH - 1 && bytes[used] != '\r')
            line[kept++] = bytes[used] ? (char)bytes[used] : ' ';
        used++;
    }
    line[kept] = '\0';
    return used < length ? used + 1 : used;
}

void dump_take(struct dump *dump, const char *name, const uint8_t *bytes, size_t length)
{
    struct dump_text state = {0};
    char line[LINE_LENGTH];
    bool is_known = false;

    dump->file_count++;
    if (is_table(bytes, length)) {
        table_take(dump, name, bytes, length);
        return;
    }
    for (size_t at = 0; at < length;) {
        at += line_take(bytes + at, length - at, line);
        is_known |= dump_lspci_line(dump, &state, line) || dump_acpi_line(dump, &state, line);
    }
    if (!is_known)
        dump_note(dump, "%.60s: neither a table nor text of lspci or acpidump", name);
}

static uint64_t order_of(const struct dump_function *function)
{
    return (uint64_t)function->domain << 16 | (uint64_t)function->bus << 8 | (uint64_t)function->device << 3 |
           function->function;
}

static int function_compare(const void *one, const void *other)
{
    uint64_t left = order_of(*(struct dump_function *const *)one);
    uint64_t right = order_of(*(struct dump_function *const *)other);

    if (left != right)
        return left < right ? -1 : 1;
    // Those of one address in the order of the files.
    return *(const uintptr_t *)one < *(const uintptr_t *)other ? -1 : 1;
}

void dump_finish(struct dump *dump)
{
    uint32_t count = dump->function_count, kept = 0;
    struct dump_function **order = calloc(count + 1, sizeof(order[0]));
    struct dump_function *sorted = calloc(count + 1, sizeof(sorted[0]));

    if (!order || !sorted)
        abort();
    for (uint32_t i = 0; i < count; i++)
        order[i] = &dump->functions[i];
    qsort(order, count, sizeof(order[0]), function_compare);
    for (uint32_t i = 0; i < count; i++) {
        if (kept && order_of(&sorted[kept - 1]) == order_of(order[i]))
            dump_note(dump, "%04x:%02x:%02x.%x: given twice, the first stands", order[i]->domain, order[i]->bus,
                      order[i]->device, order[i]->function);
        else
            sorted[kept++] = *order[i];
    }
    free(order);
    free(dump->functions);
    dump->functions = sorted;
    dump->function_count = kept;
}

void dump_free(struct dump *dump)
{
    for (uint32_t i = 0; i < dump->table_count; i++)
        free(dump->tables[i].bytes);
    free(dump->tables);
    free(dump->functions);
}

static bool file_read(struct dump *dump, const char *path, const char *name)
{
    FILE *file = fopen(path, "rb");
    size_t length = 0, room = 0;
    uint8_t *bytes = NULL;

    if (!file)
        return false;
    while (!feof(file) && !ferror(file) && length < FILE_MAXIMUM) {
        if (length == room) {
            uint8_t *grown = realloc(bytes, room = room ? 2 * room : 1 << 16);
            if (!grown)
                abort();
            bytes = grown;
        }
        length += fread(bytes + length, 1, room - length, file);
    }
    if (ferror(file))
        dump_note(dump, "%.60s: cannot be read", name);
    else
        dump_take(dump, name, bytes, length);
    free(bytes);
    return fclose(file) == 0;
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool folder_read(struct dump *dump, const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);

    if (count < 0)
        return false;
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && !is_folder(file) && !file_read(dump, file, entries[i]->d_name))
            dump_note(dump, "%.60s: cannot be read", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return true;
}

bool dump_read(struct dump *dump, const char *path)
{
    const char *slash = strrchr(path, '/');
    bool is_read = is_folder(path) ? folder_read(dump, path) : file_read(dump, path, slash ? slash + 1 : path);

    if (!is_read)
        perror(path);
    dump_finish(dump);
    return is_read;
}
