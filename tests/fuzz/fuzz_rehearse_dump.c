// Any bytes as a file of a dump: its functions and tables keep within their bounds, and reading ends.
// sources: tests/rehearse/dump.c tests/rehearse/dump_lspci.c tests/rehearse/dump_acpi.c

#include "tests/rehearse/dump.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void function_check(const struct dump_function *function)
{
    require(function->length <= DUMP_CONFIG_SIZE && function->device < 32 && function->function < 8);
    for (uint32_t i = 0; i < DUMP_BAR_COUNT; i++)
        require(!function->regions[i].is_known || (function->has_regions && function->regions[i].size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dump *dump = calloc(1, sizeof(*dump));
    size_t half = size / 2;

    // As two files, so that the second begins where the first left its state.
    dump_take(dump, "first", data, half);
    dump_take(dump, "second", data + half, size - half);
    dump_finish(dump);
    for (uint32_t i = 0; i < dump->function_count; i++)
        function_check(&dump->functions[i]);
    for (uint32_t i = 0; i < dump->table_count; i++)
        require(!dump->tables[i].length || dump->tables[i].bytes);
    require(dump->note_count <= DUMP_NOTE_COUNT && dump->file_count == 2);
    dump_free(dump);
    free(dump);
    return 0;
}
