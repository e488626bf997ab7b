// The DBG2: the ports a debugger may use, serial ones among them (Microsoft Debug Port Table 2). Pure: devices are read
// one by one out of the table, nothing is allocated.
#ifndef ARCH_ACPI_ACPI_DBG2_H
#define ARCH_ACPI_ACPI_DBG2_H

#include "arch/acpi/acpi.h"

enum { ACPI_DBG2_SERIAL = 0x8000 }; // a port type; its subtypes are numbered as the SPCR's interface types are

struct acpi_dbg2_port {
    uint32_t offset;
    uint16_t port_type;
    uint16_t port_subtype;
    uint32_t address_count;
    struct acpi_address address; // the first; all zero where there is none
    uint32_t address_size;       // bytes of its register set; 0: not said
    const char *name;            // in the ACPI namespace; "." for none. Not terminated
    uint32_t name_length;        // up to the first zero
};

struct acpi_dbg2 {
    const struct acpi_table *table;
    struct acpi_findings *findings;
    uint32_t next; // offset of the next device
    uint32_t left; // devices, as the table counts them
};

// Starts reading. `findings` may be NULL.
void acpi_dbg2_begin(struct acpi_dbg2 *dbg2, const struct acpi_table *table, struct acpi_findings *findings);

// The next device, or false at the end. A device that does not fit in the table ends the reading with a finding.
// Addresses or a name outside the device are left empty, with a finding.
bool acpi_dbg2_next(struct acpi_dbg2 *dbg2, struct acpi_dbg2_port *port);

#endif
