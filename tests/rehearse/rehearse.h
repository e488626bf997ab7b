// A rehearsal: the boot of this kernel on the machine of a dump, and what it answers.
#ifndef TESTS_REHEARSE_REHEARSE_H
#define TESTS_REHEARSE_REHEARSE_H

#include "arch/acpi/acpi_remap.h"
#include "arch/apic/apic_mode.h"
#include "kernel/lib/output.h"
#include "tests/rehearse/dump.h"

// Runs the boot steps that tables and configuration spaces decide. Once a process. False: it cannot go on, said on
// stderr.
bool rehearse_boot(struct dump *dump);

// What the boot decided, beside the product's own inventory.
struct rehearse_facts {
    struct apic_mode mode;
    bool can_reach_all; // the mode reaches every processor
    uint32_t warning_count;
};
const struct rehearse_facts *rehearse_facts(void);

// The boot's warnings and errors, in their order; NULL behind the last one.
const char *rehearse_warning(uint32_t index);

// The function with its bridges, as the remapping tables' readers ask for it; `bridges` must hold REHEARSE_DEPTH.
enum { REHEARSE_DEPTH = 64 };
struct device;
struct acpi_remap_function rehearse_function(const struct device *device, struct acpi_remap_address *bridges);

void rehearse_print_text(struct output *out, const struct dump *dump);
void rehearse_print_json(struct output *out, const struct dump *dump);

void rehearse_release(void);
void rehearse_host_release(void);

#endif
