// What was found wrong in the firmware's tables.

#include "arch/acpi/acpi_findings.h"

void acpi_findings_signature(char text[ACPI_SIGNATURE_LENGTH + 1], const void *signature)
{
    const uint8_t *bytes = signature;
    for (uint32_t i = 0; i < ACPI_SIGNATURE_LENGTH; i++) {
        text[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? (char)bytes[i] : '?';
    }
    text[ACPI_SIGNATURE_LENGTH] = '\0';
}

void acpi_findings_add(struct acpi_findings *findings, const char *table, const char *what, uint64_t value)
{
    if (!findings) {
        return;
    }
    if (findings->count == ACPI_FINDING_COUNT) {
        findings->dropped++;
        return;
    }
    struct acpi_finding *finding = &findings->items[findings->count++];
    acpi_findings_signature(finding->table, table);
    finding->what = what;
    finding->value = value;
}
