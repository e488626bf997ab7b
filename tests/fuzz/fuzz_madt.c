// Any bytes as a MADT's body. What comes out must keep the reader's promises: each APIC ID once, no broadcast IDs.
// sources: arch/acpi/acpi_madt.c arch/acpi/acpi_madt_processor.c arch/acpi/acpi_madt_wiring.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_walk.c arch/acpi/acpi_findings.c tests/fakes/heap.c

#include "arch/acpi/acpi_madt.h"
#include "tests/fakes/heap.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_processors(const struct acpi_madt *madt)
{
    for (uint32_t i = 0; i < madt->processor_count; i++) {
        const struct acpi_processor *processor = &madt->processors[i];
        require(processor->apic_id.value != (processor->from_x2apic ? UINT32_MAX : 0xff));
        for (uint32_t j = 0; j < i; j++) {
            require(madt->processors[j].apic_id.value != processor->apic_id.value);
        }
    }
}

static void check_rest(const struct acpi_madt *madt)
{
    require(madt->ioapic_count <= ACPI_MADT_IOAPIC_LIMIT);
    for (uint32_t i = 0; i < madt->ioapic_count; i++) {
        require(madt->ioapics[i].address.address != 0);
    }
    for (uint32_t i = 0; i < madt->local_nmi_count; i++) {
        require(madt->local_nmis[i].lint <= 1);
    }
    for (uint32_t irq = 0; irq < ACPI_MADT_ISA_COUNT; irq++) {
        struct acpi_isa_override route = acpi_madt_isa_route(madt, irq);
        require(route.present || route.gsi == irq);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = calloc(1, ACPI_HEADER_SIZE + size);
    if (size != 0) {
        memcpy(bytes + ACPI_HEADER_SIZE, data, size);
    }
    struct acpi_table table = {.signature = "APIC", .length = ACPI_HEADER_SIZE + (uint32_t)size, .bytes = bytes};
    struct acpi_findings findings = {0};
    struct acpi_madt madt;
    if (acpi_madt_read(&table, &findings, &madt) == RESULT_OK) {
        check_processors(&madt);
        check_rest(&madt);
        acpi_madt_release(&madt);
    }
    require(fake_heap_live() == 0);
    free(bytes);
    return 0;
}
