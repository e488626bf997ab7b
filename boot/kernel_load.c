// From the carried, compressed ELF file to pages in memory.

#include "boot/kernel_load.h"
#include "boot/gzip.h"
#include "boot/memory.h"
#include "boot/step.h"

// Both from kernel_image.asm.
extern const uint8_t kernel_image[];
extern const uint8_t kernel_image_end[];

struct kernel_file {
    uint8_t *bytes;
    size_t size;
};

static EFI_STATUS damage_report(enum gzip_result result, const struct gzip *gzip)
{
    if (result == GZIP_BAD_CRC)
        return step_fail(EFI_CRC_ERROR, "this file is damaged: the kernel's CRC-32 is 0x%08x instead of 0x%08x",
                         gzip->crc_found, gzip->crc);
    return step_fail(EFI_LOAD_ERROR, "this file is damaged: %s%s%s", gzip_result_text(result),
                     result == GZIP_BAD_DATA ? ": " : "", result == GZIP_BAD_DATA ? gzip->fault : "");
}

// Fills in the expanded file, in memory that the caller frees.
static EFI_STATUS file_expand(struct kernel_file *file)
{
    struct gzip gzip;
    size_t packed = (size_t)(kernel_image_end - kernel_image);
    enum gzip_result result = gzip_open(kernel_image, packed, &gzip);
    if (result != GZIP_OK)
        return damage_report(result, &gzip);
    EFI_STATUS status = BS->AllocatePool(EfiLoaderData, gzip.size, (void **)&file->bytes);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory to expand %u bytes", gzip.size);
    result = gzip_expand(&gzip, file->bytes);
    if (result != GZIP_OK) {
        BS->FreePool(file->bytes);
        return damage_report(result, &gzip);
    }
    file->size = gzip.size;
    step_note("%lu bytes expanded to %u, CRC-32 0x%08x", (uint64_t)packed, gzip.size, gzip.crc);
    return EFI_SUCCESS;
}

static EFI_STATUS segments_copy(struct loader *loader, const uint8_t *file)
{
    EFI_STATUS status = memory_keep(memory_pages(loader->kernel.size), &loader->kernel_base);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for %lu bytes of kernel", loader->kernel.size);
    for (uint32_t i = 0; i < loader->kernel.segment_count; i++) {
        const struct elf_segment *segment = &loader->kernel.segments[i];
        uint64_t target = loader->kernel_base + (segment->address - HANDOFF_KERNEL_BASE);
        BS->CopyMem(memory_pointer(target), (void *)(file + segment->offset), segment->file_size);
    }
    return EFI_SUCCESS;
}

static EFI_STATUS table_copy(const uint8_t *file, struct elf_table table, uint64_t *address)
{
    if (table.size == 0)
        return EFI_SUCCESS;
    EFI_STATUS status = memory_keep(memory_pages(table.size), address);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for %lu bytes of symbols", table.size);
    BS->CopyMem(memory_pointer(*address), (void *)(file + table.offset), table.size);
    return EFI_SUCCESS;
}

static EFI_STATUS file_load(struct loader *loader, const struct kernel_file *file)
{
    enum elf_result result = elf_check(file->bytes, file->size, &loader->kernel);
    if (result != ELF_OK)
        return step_fail(EFI_LOAD_ERROR, "%s", elf_result_text(result));
    EFI_STATUS status = segments_copy(loader, file->bytes);
    if (!EFI_ERROR(status))
        status = table_copy(file->bytes, loader->kernel.symbols, &loader->symbols);
    if (!EFI_ERROR(status))
        status = table_copy(file->bytes, loader->kernel.strings, &loader->strings);
    if (!EFI_ERROR(status))
        step_note("%lu bytes at 0x%lx", loader->kernel.size, loader->kernel_base);
    return status;
}

EFI_STATUS kernel_load(struct loader *loader)
{
    struct kernel_file file = {0};
    EFI_STATUS status = file_expand(&file);
    if (EFI_ERROR(status))
        return status;
    status = file_load(loader, &file);
    BS->FreePool(file.bytes);
    return status;
}
