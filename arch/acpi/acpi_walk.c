// One bounded walk for all untrusted lists of {type, length} records in ACPI tables.

#include "arch/acpi/acpi_walk.h"
#include "kernel/lib/memory.h"

struct wire_header8 {
    uint8_t type;
    uint8_t length;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_header8) == 2, "wire size");

struct wire_header16 {
    uint16_t type;
    uint16_t length;
} __attribute__((packed));
_Static_assert(sizeof(struct wire_header16) == 4, "wire size");

static uint32_t header_size(const struct acpi_walk *walk)
{
    return walk->width == ACPI_WALK_8BIT ? sizeof(struct wire_header8) : sizeof(struct wire_header16);
}

static void read_header(const struct acpi_walk *walk, struct acpi_record *record)
{
    if (walk->width == ACPI_WALK_8BIT) {
        struct wire_header8 header;
        memcpy(&header, record->bytes, sizeof(header));
        record->type = header.type;
        record->length = header.length;
    } else {
        struct wire_header16 header;
        memcpy(&header, record->bytes, sizeof(header));
        record->type = header.type;
        record->length = header.length;
    }
}

void acpi_walk_begin(struct acpi_walk *walk, const void *bytes, uint32_t length, uint32_t first,
                     enum acpi_walk_width width)
{
    *walk = (struct acpi_walk){.bytes = bytes, .length = length, .next = first, .width = width};
    if (first > length) {
        walk->fault = "table ends before its records, which start at offset";
    }
}

bool acpi_walk_next(struct acpi_walk *walk, struct acpi_record *record)
{
    if (walk->fault || walk->next == walk->length) {
        return false;
    }
    uint32_t rest = walk->length - walk->next;
    if (rest < header_size(walk)) {
        walk->fault = "record header is cut off at offset";
        return false;
    }
    record->offset = walk->next;
    record->bytes = walk->bytes + walk->next;
    read_header(walk, record);
    if (record->length < header_size(walk)) {
        walk->fault = "record is shorter than its own header at offset";
    } else if (record->length > rest) {
        walk->fault = "record runs past the end at offset";
    } else {
        walk->next += record->length;
    }
    return !walk->fault;
}

void acpi_walk_report(const struct acpi_walk *walk, struct acpi_findings *findings, const char *table)
{
    if (walk->fault) {
        acpi_findings_add(findings, table, walk->fault, walk->next);
    }
}

bool acpi_record_copy(const struct acpi_record *record, void *to, size_t size)
{
    if (record->length < size) {
        return false;
    }
    memcpy(to, record->bytes, size);
    return true;
}
