// ACPI tables made by hand.

#include "tests/fakes/acpi_image.h"
#include <stdlib.h>
#include <string.h>

enum { OFFSET_LENGTH = 4, OFFSET_REVISION = 8, OFFSET_CHECKSUM = 9 };

static void put(struct acpi_draft *draft, const void *bytes, uint32_t size)
{
    draft->bytes = realloc(draft->bytes, draft->length + size);
    memcpy(draft->bytes + draft->length, bytes, size);
    draft->length += size;
}

static const void *map(void *context, struct physical base, uint64_t size)
{
    const struct acpi_image *image = context;
    for (uint32_t i = 0; i < image->count; i++) {
        uint64_t offset = base.address - image->ranges[i].base;
        if (base.address >= image->ranges[i].base && offset <= image->ranges[i].size &&
            size <= image->ranges[i].size - offset) {
            return (const uint8_t *)image->ranges[i].bytes + offset;
        }
    }
    return NULL;
}

void acpi_draft_begin(struct acpi_draft *draft, const char *signature, uint8_t revision)
{
    *draft = (struct acpi_draft){0};
    acpi_draft_put_zeros(draft, ACPI_HEADER_SIZE);
    memcpy(draft->bytes, signature, ACPI_SIGNATURE_LENGTH);
    draft->bytes[OFFSET_REVISION] = revision;
}

void acpi_draft_put8(struct acpi_draft *draft, uint8_t value)
{
    put(draft, &value, sizeof(value));
}

void acpi_draft_put16(struct acpi_draft *draft, uint16_t value)
{
    put(draft, &value, sizeof(value));
}

void acpi_draft_put32(struct acpi_draft *draft, uint32_t value)
{
    put(draft, &value, sizeof(value));
}

void acpi_draft_put64(struct acpi_draft *draft, uint64_t value)
{
    put(draft, &value, sizeof(value));
}

void acpi_draft_put_zeros(struct acpi_draft *draft, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        acpi_draft_put8(draft, 0);
    }
}

void acpi_draft_set(struct acpi_draft *draft, uint32_t offset, uint32_t size, uint64_t value)
{
    memcpy(draft->bytes + offset, &value, size);
}

void acpi_draft_finish(struct acpi_draft *draft)
{
    acpi_draft_set(draft, OFFSET_LENGTH, 4, draft->length);
    draft->bytes[OFFSET_CHECKSUM] = 0;
    uint8_t sum = 0;
    for (uint32_t i = 0; i < draft->length; i++) {
        sum = (uint8_t)(sum + draft->bytes[i]);
    }
    draft->bytes[OFFSET_CHECKSUM] = (uint8_t)-sum;
}

struct acpi_table acpi_draft_table(const struct acpi_draft *draft)
{
    struct acpi_table table = {
        .revision = draft->bytes[OFFSET_REVISION],
        .length = draft->length,
        .bytes = draft->bytes,
    };
    memcpy(table.signature, draft->bytes, ACPI_SIGNATURE_LENGTH);
    return table;
}

void acpi_draft_free(struct acpi_draft *draft)
{
    free(draft->bytes);
    *draft = (struct acpi_draft){0};
}

void acpi_image_add(struct acpi_image *image, uint64_t base, const void *bytes, uint64_t size)
{
    image->ranges[image->count].base = base;
    image->ranges[image->count].size = size;
    image->ranges[image->count].bytes = bytes;
    image->count++;
}

struct acpi_memory acpi_image_memory(struct acpi_image *image)
{
    return (struct acpi_memory){.map = map, .context = image};
}

bool acpi_image_found(const struct acpi_findings *findings, const char *table, const char *what)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (strcmp(findings->items[i].table, table) == 0 && strcmp(findings->items[i].what, what) == 0) {
            return true;
        }
    }
    return false;
}
