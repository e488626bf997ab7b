// The loader's record, checked and kept.

#include "arch/handoff.h"
#include "kernel/console/command_line.h"
#include "kernel/lib/kept_report.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/page.h"

enum { REGION_LIMIT = 65536, SOURCE_LENGTH = 32 };

static struct handoff accepted;
static char command_line[COMMAND_LINE_LENGTH];
static char command_source[SOURCE_LENGTH];

static bool region_is_sane(const struct handoff_region *region)
{
    uint64_t end;
    return region->size != 0 && region->base % PAGE_SIZE == 0 && region->size % PAGE_SIZE == 0 &&
           !__builtin_add_overflow(region->base, region->size - 1, &end) && region->kind <= HANDOFF_MEMORY_DEVICE;
}

static const struct handoff_region *regions_of(const struct handoff *record)
{
    return page_pointer((struct physical){record->regions});
}

static const struct handoff_region *region_holding(const struct handoff *record, uint64_t base, uint64_t size)
{
    const struct handoff_region *regions = regions_of(record);
    for (uint32_t i = 0; i < record->region_count; i++) {
        uint64_t into = base - regions[i].base;
        if (base >= regions[i].base && into < regions[i].size && size <= regions[i].size - into)
            return &regions[i];
    }
    return NULL;
}

// Kernel memory is not allocated to others and stays mapped.
static bool is_kept(const struct handoff *record, uint64_t base, uint64_t size)
{
    if (size == 0)
        return true;
    const struct handoff_region *region = region_holding(record, base, size);
    return region != NULL && region->kind == HANDOFF_MEMORY_KERNEL;
}

// Data copied at once may lie in any region.
static bool is_memory(const struct handoff *record, uint64_t base, uint64_t size)
{
    if (size == 0)
        return true;
    const struct handoff_region *region = region_holding(record, base, size);
    return region != NULL && region->kind != HANDOFF_MEMORY_DEVICE;
}

static enum result refuse(enum result result, const char *text, const char **fault)
{
    *fault = text;
    return result;
}

static enum result check_shape(const struct handoff *record, const char **fault)
{
    if (record->magic != HANDOFF_MAGIC)
        return refuse(RESULT_INVALID, "not a handoff record", fault);
    if (record->version != HANDOFF_VERSION)
        return refuse(RESULT_UNSUPPORTED, "handoff record of another version", fault);
    if (record->size != sizeof(struct handoff))
        return refuse(RESULT_TRUNCATED, "handoff record of another size", fault);
    return RESULT_OK;
}

static enum result check_consoles(const struct handoff *record, const char **fault)
{
    for (uint32_t i = 0; i < HANDOFF_CONSOLE_COUNT; i++)
        if (record->consoles[i].depth > HANDOFF_CONSOLE_DEPTH)
            return refuse(RESULT_OUT_OF_BOUNDS, "console lies deeper than its path", fault);
    if (record->consoles[HANDOFF_CONSOLE_COUNT].kind != HANDOFF_CONSOLE_NONE)
        return refuse(RESULT_INVALID, "list of consoles has no end", fault);
    return RESULT_OK;
}

static enum result check_regions(const struct handoff *record, const char **fault)
{
    if (record->regions == 0 || record->region_count == 0 || record->region_count > REGION_LIMIT)
        return refuse(RESULT_INVALID, "no usable memory map", fault);
    const struct handoff_region *regions = regions_of(record);
    for (uint32_t i = 0; i < record->region_count; i++)
        if (!region_is_sane(&regions[i]))
            return refuse(RESULT_INVALID, "memory map holds an impossible region", fault);
    if (!is_kept(record, record->regions, record->region_count * sizeof(struct handoff_region)))
        return refuse(RESULT_OUT_OF_BOUNDS, "memory map lies outside kernel memory", fault);
    return RESULT_OK;
}

static enum result check_pointers(const struct handoff *record, const char **fault)
{
    if (record->kernel_size == 0 || record->kernel_base % PAGE_SIZE != 0 ||
        !is_kept(record, record->kernel_base, record->kernel_size))
        return refuse(RESULT_OUT_OF_BOUNDS, "kernel image lies outside kernel memory", fault);
    if (!is_memory(record, record->command_line, record->command_line_length))
        return refuse(RESULT_OUT_OF_BOUNDS, "command line lies outside memory", fault);
    if (record->symbols != 0 && (!is_kept(record, record->symbols, record->symbols_size) ||
                                 !is_kept(record, record->strings, record->strings_size)))
        return refuse(RESULT_OUT_OF_BOUNDS, "symbols lie outside kernel memory", fault);
    if (record->kept_report != 0 &&
        (record->kept_report % PAGE_SIZE != 0 || !is_kept(record, record->kept_report, KEPT_REPORT_SIZE)))
        return refuse(RESULT_OUT_OF_BOUNDS, "the kept report lies outside kernel memory", fault);
    return RESULT_OK;
}

static void keep_text(char *to, size_t capacity, uint64_t from, size_t length)
{
    if (length > capacity - 1)
        length = capacity - 1;
    if (length != 0)
        memcpy(to, page_pointer((struct physical){from}), length);
    to[length] = '\0';
}

// The source is a terminated text of unknown length: bounded by the copy and by the region it lies in.
static void keep_source(const struct handoff *record)
{
    size_t length = 0;
    const char *text = page_pointer((struct physical){record->command_source});
    while (length < SOURCE_LENGTH - 1 && is_memory(record, record->command_source, length + 1) && text[length] != '\0')
        length++;
    keep_text(command_source, sizeof(command_source), record->command_source, length);
}

enum result handoff_accept(const struct handoff *record, const char **fault)
{
    enum result result = check_shape(record, fault);
    if (result == RESULT_OK)
        result = check_regions(record, fault);
    if (result == RESULT_OK)
        result = check_consoles(record, fault);
    if (result == RESULT_OK)
        result = check_pointers(record, fault);
    if (result != RESULT_OK)
        return result;

    accepted = *record;
    keep_text(command_line, sizeof(command_line), record->command_line, record->command_line_length);
    accepted.command_line_length = (uint32_t)strlen(command_line);
    keep_source(record);
    *fault = NULL;
    return RESULT_OK;
}

const struct handoff *handoff_get(void)
{
    return &accepted;
}

const struct handoff_region *handoff_regions(void)
{
    return regions_of(&accepted);
}

enum result handoff_memory_find(struct physical base, uint64_t size, enum handoff_memory *kind)
{
    const struct handoff_region *region = region_holding(&accepted, base.address, size);
    if (region == NULL)
        return RESULT_NOT_FOUND;
    *kind = (enum handoff_memory)region->kind;
    return RESULT_OK;
}

const char *handoff_command_line(void)
{
    return command_line;
}

const char *handoff_command_source(void)
{
    return command_source;
}
