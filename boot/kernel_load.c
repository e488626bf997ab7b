// From the carried ELF file to pages in memory.

#include "boot/kernel_load.h"
#include "boot/memory.h"
#include "boot/step.h"

// Both from kernel_image.asm.
extern const uint8_t kernel_image[];
extern const uint8_t kernel_image_end[];

static EFI_STATUS segments_copy(struct loader *loader)
{
    EFI_STATUS status = memory_keep(memory_pages(loader->kernel.size), &loader->kernel_base);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for %lu bytes of kernel", loader->kernel.size);
    for (uint32_t i = 0; i < loader->kernel.segment_count; i++) {
        const struct elf_segment *segment = &loader->kernel.segments[i];
        uint64_t target = loader->kernel_base + (segment->address - HANDOFF_KERNEL_BASE);
        BS->CopyMem(memory_pointer(target), (void *)(kernel_image + segment->offset), segment->file_size);
    }
    return EFI_SUCCESS;
}

static EFI_STATUS table_copy(struct elf_table table, uint64_t *address)
{
    if (table.size == 0)
        return EFI_SUCCESS;
    EFI_STATUS status = memory_keep(memory_pages(table.size), address);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for %lu bytes of symbols", table.size);
    BS->CopyMem(memory_pointer(*address), (void *)(kernel_image + table.offset), table.size);
    return EFI_SUCCESS;
}

EFI_STATUS kernel_load(struct loader *loader)
{
    enum elf_result result = elf_check(kernel_image, (size_t)(kernel_image_end - kernel_image), &loader->kernel);
    if (result != ELF_OK)
        return step_fail(EFI_LOAD_ERROR, "%s", elf_result_text(result));
    EFI_STATUS status = segments_copy(loader);
    if (!EFI_ERROR(status))
        status = table_copy(loader->kernel.symbols, &loader->symbols);
    if (!EFI_ERROR(status))
        status = table_copy(loader->kernel.strings, &loader->strings);
    if (!EFI_ERROR(status))
        step_note("%lu bytes at 0x%lx", loader->kernel.size, loader->kernel_base);
    return status;
}
