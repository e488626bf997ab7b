// Numbering the processors.

#include "arch/topology.h"
#include "arch/apic/apic.h"
#include "arch/firmware_tables.h"
#include "arch/processor.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

static bool is_startable(const struct acpi_processor *processor, struct apic_id boot)
{
    return processor->enabled && processor->apic_id.value != boot.value;
}

struct apic_id topology_highest_id(void)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;
    struct apic_id highest = {0};

    for (uint32_t i = 0; i < madt->processor_count; i++)
        if (madt->processors[i].enabled && madt->processors[i].apic_id.value > highest.value)
            highest = madt->processors[i].apic_id;
    return highest;
}

static uint32_t others_count(struct apic_id boot)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;
    uint32_t count = 0;

    for (uint32_t i = 0; i < madt->processor_count; i++)
        count += is_startable(&madt->processors[i], boot);
    return count;
}

// In the firmware's order, the boot processor first.
static void ids_assign(struct core_cpu *cpus, uint32_t count, struct apic_id boot)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;
    uint32_t number = 1;

    cpus[0].apic_id = boot;
    for (uint32_t i = 0; i < madt->processor_count && number < count; i++)
        if (is_startable(&madt->processors[i], boot))
            cpus[number++].apic_id = madt->processors[i].apic_id;
}

static const struct acpi_srat_affinity *affinity_find(struct apic_id id)
{
    const struct firmware_tables *tables = firmware_tables();

    for (uint32_t i = tables->affinity_count; i-- > 0;)
        if (tables->affinities[i].apic_id.value == id.value)
            return &tables->affinities[i];
    return NULL;
}

// Without any affinity there is one domain, 0.
static void domains_assign(struct core_cpu *cpus, uint32_t count)
{
    for (uint32_t i = 0; i < count && firmware_tables()->affinity_count; i++) {
        const struct acpi_srat_affinity *affinity = affinity_find(cpus[i].apic_id);
        if (affinity) {
            cpus[i].node = affinity->domain;
            continue;
        }
        log_warning("ACPI table SRAT: no domain for APIC ID %u: it counts as domain 0", cpus[i].apic_id.value);
        firmware_record("no_domain", cpus[i].apic_id.value, "cpu %u", i);
    }
}

static uint32_t processors_wanted(struct apic_id boot, uint32_t maximum)
{
    uint32_t count = 1 + others_count(boot);

    if (maximum == 0 || count <= maximum)
        return count;
    log_info("processors: %u of %u, as the command line says", maximum, count);
    return maximum;
}

enum result topology_create(uint32_t maximum, struct core_setup setup)
{
    struct apic_id boot = apic_id_read();

    if (boot.value != 0)
        firmware_record("boot_apic_id", boot.value, "cpu 0");
    setup.cpu_count = processors_wanted(boot, maximum);
    struct core_cpu *cpus = heap_allocate(setup.cpu_count * sizeof(*cpus));
    if (!cpus)
        return RESULT_NO_MEMORY;
    ids_assign(cpus, setup.cpu_count, boot);
    domains_assign(cpus, setup.cpu_count);
    setup.cpus = cpus;
    enum result result = core_start(&setup);
    for (uint32_t i = 0; i < setup.cpu_count && result == RESULT_OK; i++)
        result = processor_create(i, cpus[i].apic_id);
    heap_free(cpus);
    return result;
}
