// ACPI tables made by hand: bytes put one field after another, and a physical memory to find them in.
#ifndef TESTS_FAKES_ACPI_IMAGE_H
#define TESTS_FAKES_ACPI_IMAGE_H

#include "arch/acpi/acpi_table.h"

// A table under construction: begin, put fields, finish. Its bytes come from the host's heap, exactly as long as the
// table, so that a sanitizer sees a read beyond the end.
struct acpi_draft {
    uint8_t *bytes;
    uint32_t length;
};

void acpi_draft_begin(struct acpi_draft *draft, const char *signature, uint8_t revision);
void acpi_draft_put8(struct acpi_draft *draft, uint8_t value);
void acpi_draft_put16(struct acpi_draft *draft, uint16_t value);
void acpi_draft_put32(struct acpi_draft *draft, uint32_t value);
void acpi_draft_put64(struct acpi_draft *draft, uint64_t value);
void acpi_draft_put_zeros(struct acpi_draft *draft, uint32_t count);
// Writes over what is there; `size` 1, 2, 4 or 8.
void acpi_draft_set(struct acpi_draft *draft, uint32_t offset, uint32_t size, uint64_t value);
// Sets length and checksum of the header.
void acpi_draft_finish(struct acpi_draft *draft);
// The finished draft as a reader of tables gets it.
struct acpi_table acpi_draft_table(const struct acpi_draft *draft);
void acpi_draft_free(struct acpi_draft *draft);

// Memory of a few ranges. A range that is not wholly inside one of them is not readable.
enum { ACPI_IMAGE_RANGE_COUNT = 128 };

struct acpi_image {
    uint32_t count;
    struct {
        uint64_t base;
        uint64_t size;
        const void *bytes;
    } ranges[ACPI_IMAGE_RANGE_COUNT];
};

void acpi_image_add(struct acpi_image *image, uint64_t base, const void *bytes, uint64_t size);
struct acpi_memory acpi_image_memory(struct acpi_image *image);

// Did a finding of this table with exactly these words come up?
bool acpi_image_found(const struct acpi_findings *findings, const char *table, const char *what);

#endif
