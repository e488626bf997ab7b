// The kernel's ELF64 image, checked before a byte of it is used.

#include "boot/elf.h"
#include "boot/handoff.h"
#include "kernel/lib/little_endian.h"

enum {
    FILE_HEADER_SIZE = 64,
    PROGRAM_HEADER_SIZE = 56,
    SECTION_HEADER_SIZE = 64,
    SYMBOL_SIZE = 24,
};

enum { TYPE_EXECUTABLE = 2, MACHINE_X86_64 = 62, SEGMENT_LOAD = 1, SECTION_SYMBOLS = 2, SECTION_STRINGS = 3 };
enum { FLAG_EXECUTE = 1, FLAG_WRITE = 2, FLAG_READ = 4 };

struct file {
    const uint8_t *bytes;
    uint64_t size;
};

// A table of equal entries in the file.
struct array {
    uint64_t offset;
    uint64_t count;
    uint64_t entry_size;
};

static bool file_holds(const struct file *file, uint64_t offset, uint64_t size)
{
    return offset <= file->size && size <= file->size - offset;
}

// The caller has checked that the field lies in the file.
static uint64_t file_read(const struct file *file, uint64_t offset, unsigned width)
{
    return little_endian_read(file->bytes + offset, width);
}

static uint64_t page_round_up(uint64_t value)
{
    return (value + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

static enum elf_result header_check(const struct file *file)
{
    static const uint8_t identity[] = {0x7f, 'E', 'L', 'F', 2, 1, 1}; // 64-bit, little-endian, version 1
    if (file->size < FILE_HEADER_SIZE)
        return ELF_TRUNCATED;
    for (size_t i = 0; i < sizeof(identity); i++)
        if (file->bytes[i] != identity[i])
            return ELF_NOT_ELF64;
    if (file_read(file, 16, 2) != TYPE_EXECUTABLE || file_read(file, 18, 2) != MACHINE_X86_64)
        return ELF_WRONG_MACHINE;
    return ELF_OK;
}

static enum elf_result array_check(const struct file *file, const struct array *array, uint64_t expected_size)
{
    if (array->count == 0)
        return ELF_OK;
    if (array->entry_size != expected_size || !file_holds(file, array->offset, array->count * expected_size))
        return ELF_BAD_HEADERS;
    return ELF_OK;
}

// Segments ascend by page, so no page gets two protections.
static enum elf_result segment_check(const struct file *file, const struct elf_segment *segment, uint64_t lowest)
{
    if (!file_holds(file, segment->offset, segment->file_size) || segment->file_size > segment->memory_size)
        return ELF_BAD_SEGMENT;
    if (segment->address % PAGE_SIZE != 0 || segment->address < lowest)
        return ELF_BAD_ADDRESS;
    uint64_t start = segment->address - HANDOFF_KERNEL_BASE;
    if (start > ELF_IMAGE_LIMIT || segment->memory_size > ELF_IMAGE_LIMIT - start)
        return ELF_BAD_ADDRESS;
    return segment->writable && segment->executable ? ELF_BAD_FLAGS : ELF_OK;
}

static enum elf_result segment_add(const struct file *file, uint64_t header, struct elf_image *image)
{
    uint64_t flags = file_read(file, header + 4, 4);
    struct elf_segment segment = {
        .offset = file_read(file, header + 8, 8),
        .file_size = file_read(file, header + 32, 8),
        .address = file_read(file, header + 16, 8),
        .memory_size = file_read(file, header + 40, 8),
        .writable = flags & FLAG_WRITE,
        .executable = flags & FLAG_EXECUTE,
    };
    if (segment.memory_size == 0 && segment.file_size == 0)
        return ELF_OK;
    if (!(flags & FLAG_READ))
        return ELF_BAD_FLAGS;
    if (image->segment_count == ELF_SEGMENT_COUNT)
        return ELF_NO_SEGMENTS;
    enum elf_result result = segment_check(file, &segment, HANDOFF_KERNEL_BASE + image->size);
    if (result != ELF_OK)
        return result;
    image->segments[image->segment_count++] = segment;
    image->size = page_round_up(segment.address - HANDOFF_KERNEL_BASE + segment.memory_size);
    return ELF_OK;
}

static enum elf_result segments_read(const struct file *file, struct elf_image *image)
{
    struct array headers = {file_read(file, 32, 8), file_read(file, 56, 2), file_read(file, 54, 2)};
    enum elf_result result = array_check(file, &headers, PROGRAM_HEADER_SIZE);
    for (uint64_t i = 0; result == ELF_OK && i < headers.count; i++) {
        uint64_t header = headers.offset + i * PROGRAM_HEADER_SIZE;
        if (file_read(file, header, 4) == SEGMENT_LOAD)
            result = segment_add(file, header, image);
    }
    if (result == ELF_OK && image->segment_count == 0)
        return ELF_NO_SEGMENTS;
    return result;
}

static enum elf_result entry_check(const struct elf_image *image)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if (segment->executable && image->entry >= segment->address &&
            image->entry - segment->address < segment->file_size)
            return ELF_OK;
    }
    return ELF_BAD_ENTRY;
}

static struct elf_table section_table(const struct file *file, uint64_t header)
{
    return (struct elf_table){file_read(file, header + 24, 8), file_read(file, header + 32, 8)};
}

static enum elf_result symbols_add(const struct file *file, const struct array *headers, uint64_t header,
                                   struct elf_image *image)
{
    uint64_t link = file_read(file, header + 40, 4);
    if (link >= headers->count || file_read(file, header + 56, 8) != SYMBOL_SIZE)
        return ELF_BAD_SYMBOLS;
    uint64_t strings_header = headers->offset + link * SECTION_HEADER_SIZE;
    struct elf_table symbols = section_table(file, header);
    struct elf_table strings = section_table(file, strings_header);
    if (!file_holds(file, symbols.offset, symbols.size) || !file_holds(file, strings.offset, strings.size) ||
        symbols.size % SYMBOL_SIZE != 0 || file_read(file, strings_header + 4, 4) != SECTION_STRINGS)
        return ELF_BAD_SYMBOLS;
    if (strings.size == 0 || file->bytes[strings.offset + strings.size - 1] != 0)
        return ELF_BAD_SYMBOLS;
    image->symbols = symbols;
    image->strings = strings;
    return ELF_OK;
}

static enum elf_result symbols_read(const struct file *file, struct elf_image *image)
{
    struct array headers = {file_read(file, 40, 8), file_read(file, 60, 2), file_read(file, 58, 2)};
    enum elf_result result = array_check(file, &headers, SECTION_HEADER_SIZE);
    for (uint64_t i = 0; result == ELF_OK && i < headers.count; i++) {
        uint64_t header = headers.offset + i * SECTION_HEADER_SIZE;
        if (file_read(file, header + 4, 4) == SECTION_SYMBOLS)
            return symbols_add(file, &headers, header, image);
    }
    return result;
}

enum elf_result elf_check(const uint8_t *bytes, size_t size, struct elf_image *image)
{
    struct file file = {bytes, size};
    *image = (struct elf_image){0};
    enum elf_result result = header_check(&file);
    if (result == ELF_OK) {
        image->entry = file_read(&file, 24, 8);
        result = segments_read(&file, image);
    }
    if (result == ELF_OK)
        result = entry_check(image);
    return result == ELF_OK ? symbols_read(&file, image) : result;
}

const char *elf_result_text(enum elf_result result)
{
    static const char *const texts[] = {
        [ELF_OK] = "ok",
        [ELF_TRUNCATED] = "shorter than an ELF header",
        [ELF_NOT_ELF64] = "not an ELF64 file",
        [ELF_WRONG_MACHINE] = "not an executable for x86-64",
        [ELF_BAD_HEADERS] = "program or section headers outside the file",
        [ELF_BAD_SEGMENT] = "a segment lies outside the file",
        [ELF_BAD_ADDRESS] = "a segment's address is not where the kernel belongs",
        [ELF_BAD_FLAGS] = "a segment is writable and executable, or not readable",
        [ELF_NO_SEGMENTS] = "no segment to load, or too many",
        [ELF_BAD_ENTRY] = "the entry point is not in the code",
        [ELF_BAD_SYMBOLS] = "the symbol table is malformed",
    };
    return (unsigned)result < ELF_RESULT_COUNT ? texts[result] : "unknown";
}
