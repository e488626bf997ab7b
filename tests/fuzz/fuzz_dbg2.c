// Any bytes as a DBG2's body.
// sources: arch/acpi/acpi_dbg2.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c

#include "arch/acpi/acpi_dbg2.h"
#include "tests/fuzz/table_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acpi_findings findings = {0};
    struct acpi_table table = table_body_begin("DBG2", data, size);
    struct acpi_dbg2 dbg2;
    struct acpi_dbg2_port port;
    uint32_t sum = 0;

    acpi_dbg2_begin(&dbg2, &table, &findings);
    while (acpi_dbg2_next(&dbg2, &port)) {
        for (uint32_t i = 0; i < port.name_length; i++)
            sum += (uint8_t)port.name[i];
        require(port.address_count || port.address.address == 0);
    }
    require(sum < UINT32_MAX && dbg2.left == 0);
    table_body_end(&table);
    return 0;
}
