// The FADT: the few fixed facts of the PC that this kernel uses (ACPI 6.5, 5.2.9). All lengths from ACPI 1.0 on.
#ifndef ARCH_ACPI_ACPI_FADT_H
#define ARCH_ACPI_ACPI_FADT_H

#include "arch/acpi/acpi.h"

// A fixed register block in ports; port 0: none, or not in ports.
struct acpi_block {
    uint16_t port;
    uint8_t length; // bytes
};

struct acpi_fadt {
    uint8_t revision;
    struct physical dsdt;   // X_DSDT where given; 0: none
    uint32_t sci_interrupt; // ISA IRQ on PCs with an 8259 pair, else a GSI
    bool hardware_reduced;  // no PM timer, no SCI, no fixed registers

    // Fixed registers (ACPI 6.5, 4.8.3), two blocks of each kind whose bits are ORed. The first half of an event block
    // is status, the second enable.
    struct acpi_block pm1_event[2];
    struct acpi_block pm1_control[2];
    struct acpi_block gpe[2];
    uint16_t smi_command;  // a port; 0: the machine is in ACPI mode always
    uint8_t acpi_enable;   // what to write there
    bool has_power_button; // a fixed one; else it is a method's, in AML

    bool has_pm_timer;
    struct acpi_address pm_timer; // memory or port; 3.579545 MHz
    uint32_t pm_timer_bits;       // 24 or 32

    bool has_reset;
    struct acpi_address reset; // memory, port or PCI configuration space
    uint8_t reset_value;

    // IA-PC boot architecture flags. ACPI 1.0 has none: all legacy devices are then assumed present.
    bool has_legacy_devices;
    bool has_8042;
    bool no_msi;
};

// RESULT_TRUNCATED: shorter than ACPI 1.0's fields up to the boot flags. Odd but usable values are findings.
MUST_USE enum result acpi_fadt_read(const struct acpi_table *table, struct acpi_findings *findings,
                                    struct acpi_fadt *fadt);

// A block of the fixed hardware's ports: "PM1a event", ...
struct acpi_fadt_ports {
    const char *name;
    uint32_t first;
    uint32_t count;
};

// The `index`-th block that the table names, from 0; false past the last. Hardware-reduced tables name none.
bool acpi_fadt_ports_get(const struct acpi_table *table, uint32_t index, struct acpi_fadt_ports *ports);

#endif
