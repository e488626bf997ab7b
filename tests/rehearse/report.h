// The parts of a rehearsal's report.
#ifndef TESTS_REHEARSE_REPORT_H
#define TESTS_REHEARSE_REPORT_H

#include "arch/acpi/acpi_table.h"
#include "kernel/lib/json.h"
#include "tests/rehearse/rehearse.h"

// The serial port the console would open, and the table that names it.
struct report_console {
    const char *source; // "SPCR", "COM1"
    struct acpi_address address;
    uint32_t baud; // 0: as the firmware set it
};
struct report_console report_console(void);

// What the firmware's tables say, one record a line: tables, processors, IOAPICs, wires, fixed facts, ECAM, proximity,
// serial ports.
void report_tables_json(struct output *out);

// Remapping units with their scopes and functions, reserved memory, and functions without a unit.
void report_remap_json(struct output *out);
void report_remap_text(struct output *out);

// The unit of a function, an IOAPIC, an HPET, by whichever table there is; a fault where there is none.
struct acpi_madt;
bool report_has_remap(void);
struct acpi_remap_match report_unit_of(const struct device *device);
struct acpi_remap_match report_unit_of_ioapic(uint8_t id, struct physical address);
struct acpi_remap_match report_unit_of_hpet(uint8_t number);
uint32_t report_unit_total(void);

// "00:1f.3" of what requests carry.
enum { REPORT_SOURCE_TEXT = 8 };
char *report_source(uint16_t source, char text[REPORT_SOURCE_TEXT]);

#endif
