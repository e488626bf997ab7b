// make rehearse: what this kernel would do on the machine of a dump, by the kernel's own objects.

#include "kernel/lib/output.h"
#include "kernel/runtime/heap.h"
#include "tests/rehearse/rehearse.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print(struct output *self, const char *bytes, size_t length)
{
    fwrite(bytes, 1, length, stdout);
}

static struct output output = {.write = print};

void *heap_allocate(size_t size)
{
    return calloc(1, size);
}

void heap_free(void *object)
{
    free(object);
}

int main(int count, char **words)
{
    bool json = count > 1 && strcmp(words[1], "--json") == 0;
    static struct dump dump;

    if (count != 2 + json) {
        fprintf(stderr, "usage: %s [--json] DUMP\n", words[0]);
        return 2;
    }
    if (!dump_read(&dump, words[count - 1]))
        return 2;
    if (dump.table_count == 0 && dump.function_count == 0) {
        fprintf(stderr, "%s: no ACPI table and no lspci text in there\n", words[count - 1]);
        dump_free(&dump);
        return 2;
    }
    bool is_done = rehearse_boot(&dump);
    if (is_done)
        (json ? rehearse_print_json : rehearse_print_text)(&output, &dump);
    rehearse_release();
    dump_free(&dump);
    return is_done ? 0 : 1;
}
