// The kernel's own symbol table: names for addresses.
#ifndef ARCH_SYMBOLS_H
#define ARCH_SYMBOLS_H

#include "kernel/lib/types.h"

// An ELF64 symbol table and its strings, in any order and not trusted.
struct symbol_table {
    const void *symbols;
    size_t symbols_size;
    const char *strings;
    size_t strings_size;
};

// The function or label that `address` lies in, and how far in; NULL when none does. Pure.
const char *symbol_lookup(const struct symbol_table *table, uint64_t address, uint64_t *offset);

// symbol_lookup() in the table that came with the handoff; NULL outside the kernel's text, or before handoff_accept().
// Any IRQL.
const char *symbol_find(uint64_t address, uint64_t *offset);

#endif
