// Numbering the processors.

#include "arch/topology.h"
#include "arch/apic/apic.h"
#include "arch/firmware_tables.h"
#include "arch/processor.h"
#include "kernel/core/cpu.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/log.h"

enum { XAPIC_HIGHEST_ID = 254 };

static bool is_startable(const struct acpi_processor *processor, struct apic_id boot)
{
    return processor->enabled && processor->apic_id.value != boot.value;
}

bool topology_needs_x2apic(void)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;

    for (uint32_t i = 0; i < madt->processor_count; i++)
        if (madt->processors[i].enabled && madt->processors[i].apic_id.value > XAPIC_HIGHEST_ID)
            return true;
    return false;
}

static uint32_t others_count(struct apic_id boot)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;
    uint32_t count = 0;

    for (uint32_t i = 0; i < madt->processor_count; i++)
        count += is_startable(&madt->processors[i], boot);
    return count;
}

static void ids_assign(struct apic_id boot)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;
    uint32_t number = 1;

    cpu_get(0)->apic_id = boot;
    for (uint32_t i = 0; i < madt->processor_count && number < cpu_total(); i++)
        if (is_startable(&madt->processors[i], boot))
            cpu_get(number++)->apic_id = madt->processors[i].apic_id;
}

static void domains_assign(void)
{
    const struct firmware_tables *tables = firmware_tables();

    for (uint32_t i = 0; i < tables->affinity_count; i++)
        for (uint32_t j = 0; j < cpu_total(); j++)
            if (cpu_get(j)->apic_id.value == tables->affinities[i].apic_id.value)
                cpu_get(j)->node = tables->affinities[i].domain;
}

enum result topology_create(uint32_t maximum)
{
    struct apic_id boot = apic_id_read();
    uint32_t count = 1 + others_count(boot);

    if (maximum && count > maximum) {
        log_info("processors: %u of %u, as the command line says", maximum, count);
        count = maximum;
    }
    if (boot.value != 0)
        firmware_record("boot_apic_id", boot.value, "cpu 0");
    enum result result = cpu_table_create(count);
    if (result != RESULT_OK)
        return result;
    ids_assign(boot);
    domains_assign();
    for (uint32_t i = 0; i < count && result == RESULT_OK; i++)
        result = processor_create(i, cpu_get(i)->apic_id);
    return result;
}
