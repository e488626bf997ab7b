// The SPCR: the serial port the firmware's console uses.

#include "arch/acpi/acpi_spcr.h"

// Offsets in the table. Revision 1's table ends after SEGMENT and its four last reserved bytes.
enum {
    OFFSET_INTERFACE_TYPE = 36,
    OFFSET_ADDRESS = 40,
    OFFSET_BAUD = 58,
    OFFSET_PCI_DEVICE_ID = 64,
    OFFSET_PCI_VENDOR = 66,
    OFFSET_PCI_BUS = 68,
    OFFSET_PCI_DEVICE = 69,
    OFFSET_PCI_FUNCTION = 70,
    OFFSET_SEGMENT = 75,
    OFFSET_PRECISE_BAUD = 80,
    LENGTH_MINIMUM = OFFSET_SEGMENT + 1,
    REVISION_PRECISE_BAUD = 4,
    NO_PCI_DEVICE = 0xffff,
};

static const uint32_t baud_of_code[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};

static uint32_t read_baud(const struct acpi_table *table, struct acpi_findings *findings)
{
    uint32_t precise = table->revision >= REVISION_PRECISE_BAUD ? acpi_table_read32(table, OFFSET_PRECISE_BAUD) : 0;
    if (precise != 0) {
        return precise;
    }
    uint8_t code = acpi_table_read8(table, OFFSET_BAUD);
    uint32_t baud = code < ARRAY_COUNT(baud_of_code) ? baud_of_code[code] : 0;
    if (baud == 0 && code != 0) {
        acpi_findings_add(findings, table->signature, "unknown code for the baud rate:", code);
    }
    return baud;
}

static void read_pci(const struct acpi_table *table, struct acpi_spcr *spcr)
{
    spcr->pci_device_id = acpi_table_read16(table, OFFSET_PCI_DEVICE_ID);
    spcr->pci_vendor = acpi_table_read16(table, OFFSET_PCI_VENDOR);
    spcr->is_pci = spcr->pci_vendor != NO_PCI_DEVICE && spcr->pci_device_id != NO_PCI_DEVICE;
    spcr->pci_bus = acpi_table_read8(table, OFFSET_PCI_BUS);
    spcr->pci_device = acpi_table_read8(table, OFFSET_PCI_DEVICE);
    spcr->pci_function = acpi_table_read8(table, OFFSET_PCI_FUNCTION);
    spcr->pci_segment = acpi_table_read8(table, OFFSET_SEGMENT);
}

enum result acpi_spcr_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_spcr *spcr)
{
    *spcr = (struct acpi_spcr){0};
    if (!acpi_table_has(table, 0, LENGTH_MINIMUM)) {
        acpi_findings_add(findings, table->signature, "shorter than its first revision: length", table->length);
        return RESULT_TRUNCATED;
    }
    spcr->interface_type = acpi_table_read8(table, OFFSET_INTERFACE_TYPE);
    spcr->address = acpi_table_read_address(table, OFFSET_ADDRESS);
    spcr->baud = read_baud(table, findings);
    read_pci(table, spcr);
    if (spcr->address.address == 0) {
        return RESULT_NOT_FOUND;
    }
    if (spcr->address.space != ACPI_SPACE_MEMORY && spcr->address.space != ACPI_SPACE_PORT) {
        acpi_findings_add(findings, table->signature, "port is in an unknown address space, at", spcr->address.address);
        return RESULT_UNSUPPORTED;
    }
    return RESULT_OK;
}
