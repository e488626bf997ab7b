// The kernel's ELF64 image, checked before a byte of it is used. Pure: hostile bytes give a result, never a crash.
#ifndef BOOT_ELF_H
#define BOOT_ELF_H

#include "kernel/lib/types.h"

enum { ELF_SEGMENT_COUNT = 8 };

// Room for the image in memory, far above what the kernel needs and within one page directory.
#define ELF_IMAGE_LIMIT UINT64_C(0x10000000)

enum elf_result {
    ELF_OK,
    ELF_TRUNCATED,     // shorter than its own header
    ELF_NOT_ELF64,     // magic, class, byte order or version
    ELF_WRONG_MACHINE, // not an executable for x86-64
    ELF_BAD_HEADERS,   // program or section headers outside the file, or of another size
    ELF_BAD_SEGMENT,   // bytes outside the file, or more in the file than in memory
    ELF_BAD_ADDRESS,   // not page aligned, below HANDOFF_KERNEL_BASE, beyond ELF_IMAGE_LIMIT, or out of order
    ELF_BAD_FLAGS,     // writable and executable at once, or not readable
    ELF_NO_SEGMENTS,   // nothing to load, or more than ELF_SEGMENT_COUNT
    ELF_BAD_ENTRY,     // outside every executable segment
    ELF_BAD_SYMBOLS,   // symbol or string table outside the file or malformed
    ELF_RESULT_COUNT
};

struct elf_segment {
    uint64_t offset; // into the file
    uint64_t file_size;
    uint64_t address; // virtual, page aligned
    uint64_t memory_size;
    bool writable;
    bool executable;
};

struct elf_table {
    uint64_t offset; // into the file
    uint64_t size;   // 0: the file has none
};

struct elf_image {
    uint64_t entry;
    uint64_t size; // bytes from HANDOFF_KERNEL_BASE, whole pages
    uint32_t segment_count;
    struct elf_segment segments[ELF_SEGMENT_COUNT]; // ascending, no two in one page
    struct elf_table symbols;
    struct elf_table strings; // its last byte is 0
};

// System V ABI, ELF-64 object file format. `image` is complete only with ELF_OK.
enum elf_result elf_check(const uint8_t *bytes, size_t size, struct elf_image *image);

// The result as text: "not an ELF64 file", ...
const char *elf_result_text(enum elf_result result);

#endif
