// Any bytes as an SPCR's body.
// sources: arch/acpi/acpi_spcr.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c

#include "arch/acpi/acpi_spcr.h"
#include "tests/fuzz/table_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acpi_findings findings = {0};
    struct acpi_table table = table_body_begin("SPCR", data, size);
    struct acpi_spcr spcr;

    if (acpi_spcr_read(&table, &findings, &spcr) == RESULT_OK)
        require(spcr.address.address && spcr.address.space <= ACPI_SPACE_PORT);
    table_body_end(&table);
    return 0;
}
