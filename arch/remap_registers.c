// The registers of remapping units: Intel VT-d specification, 11.4; AMD I/O virtualization (48882), 3.4.

#include "arch/remap_registers.h"
#include "arch/acpi/acpi_remap.h"
#include "arch/firmware_claims.h"
#include "arch/firmware_tables.h"
#include "arch/mmio.h"
#include "arch/remap_off.h"
#include "kernel/inventory/firmware.h"
#include "kernel/inventory/remap_unit.h"
#include "kernel/runtime/log.h"

enum {
    UNIT_COUNT = 16,

    VTD_SIZE = 0x1000,
    VTD_VERSION = 0x00,
    VTD_EXTENDED_CAPABILITY = 0x10,
    VTD_GLOBAL_STATUS = 0x1c,
    VTD_FAULT_STATUS = 0x34,

    AMD_SIZE = 0x4000,
    AMD_CONTROL = 0x18,
    AMD_EXTENDED_FEATURES = 0x30,
    AMD_STATUS = 0x2020,
    AMD_VERSION = 0x20, // all of this interface
};

#define ALL_ONES              UINT32_C(0xffffffff)
#define VTD_VERSION_BITS      BITS(7, 0)
#define VTD_ECAP_INTERRUPTS   BIT(3)
#define VTD_ECAP_EXTENDED     BIT(4)
#define VTD_STATUS_INTERRUPTS BIT(25)
#define VTD_STATUS_DMA        BIT(31)
#define AMD_CONTROL_ENABLE    BIT(0)
#define AMD_FEATURE_X2APIC    BIT(2)

typedef uint32_t units_reader(const struct acpi_table *table, struct acpi_findings *findings,
                              struct acpi_remap_unit *units, uint32_t capacity);

// The units may be able to while the board is not.
static bool platform_remaps(void)
{
    return acpi_dmar_flags(acpi_table_find(&firmware_tables()->directory, "DMAR", 0)) & ACPI_DMAR_INTERRUPTS;
}

static void vtd_refresh(struct remap_unit *unit)
{
    volatile uint8_t *registers = unit->registers;
    uint64_t extended = mmio_read64(registers + VTD_EXTENDED_CAPABILITY);
    uint32_t status = mmio_read32(registers + VTD_GLOBAL_STATUS);

    unit->version = mmio_read32(registers + VTD_VERSION) & (uint32_t)VTD_VERSION_BITS;
    unit->can_remap = extended & VTD_ECAP_INTERRUPTS && platform_remaps();
    unit->can_extended = extended & VTD_ECAP_EXTENDED;
    unit->is_on = status & VTD_STATUS_INTERRUPTS;
    unit->is_translating = status & VTD_STATUS_DMA;
    unit->faults = mmio_read32(registers + VTD_FAULT_STATUS);
}

// Interrupts are remapped device by device there, by entries of the device table: enabled stands for both.
static void amd_refresh(struct remap_unit *unit)
{
    volatile uint8_t *registers = unit->registers;

    unit->version = AMD_VERSION;
    unit->can_remap = true;
    unit->can_extended = mmio_read64(registers + AMD_EXTENDED_FEATURES) & AMD_FEATURE_X2APIC;
    unit->is_on = unit->is_translating = mmio_read64(registers + AMD_CONTROL) & AMD_CONTROL_ENABLE;
    unit->faults = mmio_read32(registers + AMD_STATUS);
}

static void switched_off_log(const struct remap_unit *unit, uint32_t was, enum result result)
{
    if (was)
        log_info("%s unit at 0x%llx: switched off%s%s%s", unit->kind, (unsigned long long)unit->base.address,
                 was & REMAP_WAS_TRANSLATING ? ", DMA remapping" : "",
                 was & REMAP_WAS_PROTECTING ? ", protected memory" : "",
                 was & REMAP_WAS_REMAPPING ? ", interrupt remapping" : "");
    if (result != RESULT_OK)
        log_error("%s unit at 0x%llx: does not go off: %s", unit->kind, (unsigned long long)unit->base.address,
                  result_name(result));
}

static void vtd_switch_off(struct remap_unit *unit)
{
    uint32_t was;
    enum result result = remap_off_vtd(unit->registers, &was);

    switched_off_log(unit, was, result);
}

static void amd_switch_off(struct remap_unit *unit)
{
    uint32_t was;
    enum result result = remap_off_amd(unit->registers, &was);

    switched_off_log(unit, was, result);
}

static void registers_map(struct remap_unit *unit, uint64_t size)
{
    volatile void *registers = NULL;

    if (mmio_map(unit->base, size, &registers) != RESULT_OK || mmio_read32(registers) == ALL_ONES) {
        log_warning("%s unit at 0x%llx: no register answers", unit->kind, (unsigned long long)unit->base.address);
        return;
    }
    unit->registers = (void *)registers;
    unit->answers = true;
    unit->refresh(unit);
    if (unit->version == 0) {
        log_warning("%s unit at 0x%llx: no version: nothing answers there", unit->kind,
                    (unsigned long long)unit->base.address);
        unit->answers = false;
    }
}

static void left_on_record(const struct remap_unit *unit)
{
    if (unit->is_on)
        firmware_record("interrupt_remapping", 1, "%s unit at 0x%llx", unit->kind,
                        (unsigned long long)unit->base.address);
    if (unit->is_translating)
        firmware_record("dma_remapping", 1, "%s unit at 0x%llx", unit->kind, (unsigned long long)unit->base.address);
}

static void units_find(const char *signature, units_reader *read, const struct remap_unit *model, uint64_t size)
{
    const struct acpi_table *table = acpi_table_find(&firmware_tables()->directory, signature, 0);
    struct acpi_findings findings = {0};
    struct acpi_remap_unit found[UNIT_COUNT];
    uint32_t count = table ? read(table, &findings, found, UNIT_COUNT) : 0;

    for (uint32_t i = 0; i < findings.count; i++)
        log_warning("ACPI table %s: %s 0x%llx", findings.items[i].table, findings.items[i].what,
                    (unsigned long long)findings.items[i].value);
    for (uint32_t i = 0; i < count; i++) {
        struct remap_unit unit = *model;
        unit.base = found[i].base;
        unit.segment = found[i].segment;
        if (firmware_claims_stand(unit.base, "remapping unit", i))
            registers_map(&unit, size);
        left_on_record(&unit);
        remap_unit_add(&unit);
    }
}

void remap_registers_find(void)
{
    static const struct remap_unit vtd = {.kind = "vt-d", .refresh = vtd_refresh, .switch_off = vtd_switch_off};
    static const struct remap_unit amd = {.kind = "amd-vi", .refresh = amd_refresh, .switch_off = amd_switch_off};

    units_find("DMAR", acpi_dmar_read, &vtd, VTD_SIZE);
    units_find("IVRS", acpi_ivrs_read, &amd, AMD_SIZE);
}
