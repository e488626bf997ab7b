// The SPCR: the serial port the firmware's console uses (Microsoft's Serial Port Console Redirection Table, revision
// 4).
#ifndef ARCH_ACPI_ACPI_SPCR_H
#define ARCH_ACPI_ACPI_SPCR_H

#include "arch/acpi/acpi.h"

enum { ACPI_SPCR_16550 = 0, ACPI_SPCR_16450 = 1, ACPI_SPCR_16550_ANY = 0x12 };

struct acpi_spcr {
    uint8_t interface_type; // ACPI_SPCR_* are 8250-like; others are told apart by the number only
    struct acpi_address address;
    uint32_t baud; // 0: leave the port as the firmware set it
    bool is_pci;   // the port is the PCI function below
    uint16_t pci_vendor;
    uint16_t pci_device_id;
    uint8_t pci_segment;
    uint8_t pci_bus;
    uint8_t pci_device;
    uint8_t pci_function;
};

// RESULT_TRUNCATED: shorter than revision 1's fields; RESULT_NOT_FOUND: the firmware says redirection is off (address
// 0); RESULT_UNSUPPORTED: an address that is neither memory nor a port. An unknown baud code is a finding and baud is
// 0.
MUST_USE enum result acpi_spcr_read(const struct acpi_table *table, struct acpi_findings *findings,
                                    struct acpi_spcr *spcr);

#endif
