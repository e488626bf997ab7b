// The machine of a dump: its firmware memory and its configuration spaces, behind the functions that the product's own
// sources call: paging_map_firmware(), pci_config_*(), mmio_map().
#ifndef TESTS_REHEARSE_MACHINE_H
#define TESTS_REHEARSE_MACHINE_H

#include "tests/rehearse/dump.h"

// Lays the tables out in memory, under an RSDP and an XSDT made for them.
void machine_memory_build(struct dump *dump);
struct physical machine_rsdp(void);

// The dump's name of the table at that address, "" when it is none of the dump's.
const char *machine_table_name(struct physical address);

// Lets the configuration spaces answer. Where the dump has no table at all, memory-mapped access reaches everything the
// dump has; else it is what pci_config_add_ecam() is told. Notes what the dump leaves open.
void machine_config_build(struct dump *dump, bool has_tables);

// Notes each function of the dump that the scan did not find, and why.
void machine_note_missing(struct dump *dump);

// What the dump holds of a function; NULL for none.
struct pci_address;
const struct dump_function *machine_function(struct pci_address address);

// Frees what was built.
void machine_release(void);

#endif
