// The record the kernel is entered with.

#include "boot/handoff_record.h"
#include "boot/memory.h"
#include "boot/step.h"

// The record and its two texts, in pages of their own.
struct block {
    struct handoff record;
    char source[32];
    char command_line[CONFIG_TEXT_CAPACITY];
};

static uint64_t address_of(const void *pointer)
{
    return (uintptr_t)pointer;
}

static void texts_copy(const struct loader *loader, struct block *block)
{
    for (size_t i = 0; i < sizeof(block->source) - 1 && loader->command_source[i] != '\0'; i++)
        block->source[i] = loader->command_source[i];
    for (size_t i = 0; i < loader->command_line.length; i++)
        block->command_line[i] = loader->command_line.bytes[i];
}

static void record_fill(const struct loader *loader, struct block *block)
{
    block->record = (struct handoff){
        .magic = HANDOFF_MAGIC,
        .version = HANDOFF_VERSION,
        .size = sizeof(struct handoff),
        .command_line = address_of(block->command_line),
        .command_line_length = (uint32_t)loader->command_line.length,
        .command_source = address_of(block->source),
        .rsdp = loader->rsdp,
        .smbios = loader->smbios,
        .kernel_base = loader->kernel_base,
        .kernel_size = loader->kernel.size,
        .symbols = loader->symbols,
        .symbols_size = loader->kernel.symbols.size,
        .strings = loader->strings,
        .strings_size = loader->kernel.strings.size,
        .firmware_root = loader->root,
        .runtime_services = address_of(ST->RuntimeServices),
        .framebuffer = loader->framebuffer,
        .kept_report = loader->kept_report,
    };
    for (size_t i = 0; i < HANDOFF_CONSOLE_COUNT; i++)
        block->record.consoles[i] = loader->consoles[i];
}

EFI_STATUS handoff_record_build(struct loader *loader)
{
    uint64_t base;
    EFI_STATUS status = memory_keep(memory_pages(sizeof(struct block)), &base);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory for the record");
    struct block *block = memory_pointer(base);
    texts_copy(loader, block);
    record_fill(loader, block);
    loader->handoff = &block->record;
    return EFI_SUCCESS;
}
