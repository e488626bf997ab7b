// Hostile ELF files: whatever is accepted can be loaded and mapped without reading or writing outside.
// sources: boot/elf.c

#include "boot/elf.h"
#include "boot/handoff.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void table_require(const struct elf_table *table, size_t size)
{
    require(table->size <= size && (table->size == 0 || table->offset <= size - table->size));
}

static void image_require(const struct elf_image *image, size_t size)
{
    uint64_t end = HANDOFF_KERNEL_BASE;
    bool entry_found = false;
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        require(segment->address >= end && segment->address % 4096 == 0);
        require(segment->file_size <= segment->memory_size && segment->file_size <= size);
        require(segment->offset <= size - segment->file_size);
        require(!(segment->writable && segment->executable));
        end = segment->address + segment->memory_size;
        require(end - HANDOFF_KERNEL_BASE <= image->size);
        entry_found |= segment->executable && image->entry >= segment->address && image->entry < end;
    }
    require(entry_found && image->size <= ELF_IMAGE_LIMIT && image->size % 4096 == 0);
}

// Random bytes seldom get past the first checks, so some of the input goes behind a header that does.
static enum elf_result check_behind_header(uint8_t *bytes, size_t size, struct elf_image *image)
{
    static const uint8_t header[20] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 2, [18] = 62};
    if (size >= sizeof(header) && (bytes[0] & 1))
        memcpy(bytes, header, sizeof(header));
    return elf_check(bytes, size, image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf_image image;
    uint8_t *bytes = malloc(size == 0 ? 1 : size);
    memcpy(bytes, data, size);
    enum elf_result result = check_behind_header(bytes, size, &image);
    if (result == ELF_OK) {
        image_require(&image, size);
        table_require(&image.symbols, size);
        table_require(&image.strings, size);
        require(image.strings.size == 0 || bytes[image.strings.offset + image.strings.size - 1] == 0);
    }
    require(elf_result_text(result) != NULL);
    free(bytes);
    return 0;
}
