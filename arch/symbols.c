// The kernel's own symbol table: names for addresses.

#include "arch/symbols.h"
#include "arch/handoff.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/page.h"

// ELF-64 object file format 1.5, figure 4 and tables 14 to 16.
struct elf_symbol {
    uint32_t name;
    uint8_t info; // type in the low four bits
    uint8_t other;
    uint16_t section;
    uint64_t value;
    uint64_t size;
};
_Static_assert(sizeof(struct elf_symbol) == 24, "wire size");

enum { TYPE_NONE = 0, TYPE_FUNCTION = 2, SECTION_UNDEFINED = 0, SECTION_RESERVED = 0xff00 };

// From linker.ld.
extern const char text_start[], text_end[];

static bool is_function(const struct elf_symbol *symbol)
{
    return (symbol->info & 0xf) == TYPE_FUNCTION;
}

static bool is_code(const struct elf_symbol *symbol)
{
    return (is_function(symbol) || (symbol->info & 0xf) == TYPE_NONE) && symbol->section != SECTION_UNDEFINED &&
           symbol->section < SECTION_RESERVED;
}

// Labels of assembly have no size: they reach to the next symbol.
static bool covers(const struct elf_symbol *symbol, uint64_t address)
{
    return symbol->value <= address && (symbol->size == 0 || address - symbol->value < symbol->size);
}

// The nearest symbol below wins; at one address a function wins over a label.
static bool is_better(const struct elf_symbol *symbol, const struct elf_symbol *best)
{
    if (symbol->value != best->value)
        return symbol->value > best->value;
    return is_function(symbol) && !is_function(best);
}

// NULL unless a name of at least one character ends inside the strings.
static const char *name_at(const struct symbol_table *table, uint32_t offset)
{
    for (size_t end = offset; end < table->strings_size; end++)
        if (table->strings[end] == '\0')
            return end > offset ? table->strings + offset : NULL;
    return NULL;
}

const char *symbol_lookup(const struct symbol_table *table, uint64_t address, uint64_t *offset)
{
    struct elf_symbol best = {0};
    const char *best_name = NULL;
    size_t count = table->symbols_size / sizeof(struct elf_symbol);
    for (size_t i = 0; i < count; i++) {
        struct elf_symbol symbol;
        memcpy(&symbol, (const char *)table->symbols + i * sizeof(symbol), sizeof(symbol));
        if (!is_code(&symbol) || !covers(&symbol, address) || (best_name != NULL && !is_better(&symbol, &best)))
            continue;
        const char *name = name_at(table, symbol.name);
        if (name != NULL) {
            best = symbol;
            best_name = name;
        }
    }
    if (best_name != NULL)
        *offset = address - best.value;
    return best_name;
}

// The table is found anew each time: page_pointer() answers another place once the direct map is up.
const char *symbol_find(uint64_t address, uint64_t *offset)
{
    const struct handoff *record = handoff_get();
    if (record->symbols == 0 || address < (uint64_t)text_start || address >= (uint64_t)text_end)
        return NULL;
    const struct symbol_table table = {
        .symbols = page_pointer((struct physical){record->symbols}),
        .symbols_size = record->symbols_size,
        .strings = page_pointer((struct physical){record->strings}),
        .strings_size = record->strings_size,
    };
    return symbol_lookup(&table, address, offset);
}
