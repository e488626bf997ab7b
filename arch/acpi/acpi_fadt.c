// The FADT: the few fixed facts of the PC that this kernel uses.

#include "arch/acpi/acpi_fadt.h"

// Offsets in the table (ACPI 6.5, table 5.9). The fields up to FLAGS are those of ACPI 1.0, whose table ends there.
enum {
    OFFSET_DSDT = 40,
    OFFSET_SCI_INT = 46,
    OFFSET_SMI_CMD = 48,
    OFFSET_ACPI_ENABLE = 52,
    OFFSET_PM_TMR_BLK = 76,
    OFFSET_PM_TMR_LEN = 91,
    OFFSET_IAPC_BOOT_ARCH = 109,
    OFFSET_FLAGS = 112,
    OFFSET_RESET_REG = 116,
    OFFSET_RESET_VALUE = 128,
    OFFSET_X_DSDT = 140,
    OFFSET_X_PM_TMR_BLK = 208,
    LENGTH_ACPI_1 = 116,
    REVISION_BOOT_ARCH = 2, // below, the bytes of IAPC_BOOT_ARCH are reserved
    PM_TMR_LEN = 4,
};

#define FLAG_PWR_BUTTON      BIT(4)
#define FLAG_TMR_VAL_EXT     BIT(8)
#define FLAG_RESET_REG_SUP   BIT(10)
#define FLAG_HW_REDUCED_ACPI BIT(20)

#define LOWEST_REGISTER (UINT64_C(1) << 20)

#define BOOT_LEGACY_DEVICES    BIT(0)
#define BOOT_8042              BIT(1)
#define BOOT_MSI_NOT_SUPPORTED BIT(3)

static bool is_register(const struct acpi_address *address)
{
    return address->address != 0 && (address->space == ACPI_SPACE_MEMORY || address->space == ACPI_SPACE_PORT);
}

static void read_pm_timer(const struct acpi_table *table, uint32_t flags, struct acpi_findings *findings,
                          struct acpi_fadt *fadt)
{
    struct acpi_address wide = acpi_table_read_address(table, OFFSET_X_PM_TMR_BLK);
    uint32_t port = acpi_table_read32(table, OFFSET_PM_TMR_BLK);
    if (is_register(&wide)) {
        fadt->pm_timer = wide;
        fadt->has_pm_timer = true;
        if (port != 0 && wide.address != port) {
            acpi_findings_add(findings, table->signature, "PM_TMR_BLK differs from X_PM_TMR_BLK, which is used:", port);
        }
    } else if (port != 0 && acpi_table_read8(table, OFFSET_PM_TMR_LEN) == PM_TMR_LEN) {
        fadt->pm_timer = (struct acpi_address){.space = ACPI_SPACE_PORT, .bit_width = 32, .address = port};
        fadt->has_pm_timer = true;
    }
    fadt->pm_timer_bits = flags & FLAG_TMR_VAL_EXT ? 32 : 24;
}

// Why the reset register cannot be used; NULL when it can. The standard wants 8 bits (ACPI 6.5, 4.8.3.6). Some firmware
// gives a port as memory: below 1 MiB there is RAM, no register.
static const char *reset_fault(const struct acpi_address *reset)
{
    if (!is_register(reset) && reset->space != ACPI_SPACE_PCI) {
        return "reset register said to exist is none: address";
    }
    if (reset->space == ACPI_SPACE_MEMORY && reset->address < LOWEST_REGISTER) {
        return "reset register lies in the RAM below 1 MiB: address";
    }
    return reset->bit_width == 0 ? "reset register has a width of 0: address" : NULL;
}

static void read_reset(const struct acpi_table *table, uint32_t flags, struct acpi_findings *findings,
                       struct acpi_fadt *fadt)
{
    if (!(flags & FLAG_RESET_REG_SUP) || !acpi_table_has(table, OFFSET_RESET_VALUE, 1)) {
        return;
    }
    fadt->reset = acpi_table_read_address(table, OFFSET_RESET_REG);
    fadt->reset_value = acpi_table_read8(table, OFFSET_RESET_VALUE);
    const char *fault = reset_fault(&fadt->reset);
    fadt->has_reset = !fault;
    if (fault) {
        acpi_findings_add(findings, table->signature, fault, fadt->reset.address);
    }
}

// The wide address counts only where the field of ACPI 1.0 is 0 (5.2.9): firmware often leaves garbage in the wide one.
static struct acpi_block read_block(const struct acpi_table *table, uint32_t offset, uint32_t length, uint32_t wide)
{
    struct acpi_address address = acpi_table_read_address(table, wide);
    uint64_t port = acpi_table_read32(table, offset);

    if (port == 0 && address.space == ACPI_SPACE_PORT)
        port = address.address;
    if (port == 0 || port > UINT16_MAX)
        return (struct acpi_block){0};
    return (struct acpi_block){(uint16_t)port, acpi_table_read8(table, length)};
}

// Offsets of each block: its field of ACPI 1.0, the field of its length, its wide address.
static void read_fixed_registers(const struct acpi_table *table, uint32_t flags, struct acpi_fadt *fadt)
{
    fadt->pm1_event[0] = read_block(table, 56, 88, 148);
    fadt->pm1_event[1] = read_block(table, 60, 88, 160);
    fadt->pm1_control[0] = read_block(table, 64, 89, 172);
    fadt->pm1_control[1] = read_block(table, 68, 89, 184);
    fadt->gpe[0] = read_block(table, 80, 92, 220);
    fadt->gpe[1] = read_block(table, 84, 93, 232);
    uint32_t command = acpi_table_read32(table, OFFSET_SMI_CMD);
    fadt->smi_command = command <= UINT16_MAX ? (uint16_t)command : 0;
    fadt->acpi_enable = acpi_table_read8(table, OFFSET_ACPI_ENABLE);
    fadt->has_power_button = !(flags & FLAG_PWR_BUTTON);
}

static void read_boot_flags(const struct acpi_table *table, struct acpi_fadt *fadt)
{
    if (table->revision < REVISION_BOOT_ARCH) {
        fadt->has_legacy_devices = true;
        fadt->has_8042 = true;
        return;
    }
    uint32_t boot = acpi_table_read16(table, OFFSET_IAPC_BOOT_ARCH);
    fadt->has_legacy_devices = boot & BOOT_LEGACY_DEVICES;
    fadt->has_8042 = boot & BOOT_8042;
    fadt->no_msi = boot & BOOT_MSI_NOT_SUPPORTED;
}

enum result acpi_fadt_read(const struct acpi_table *table, struct acpi_findings *findings, struct acpi_fadt *fadt)
{
    *fadt = (struct acpi_fadt){.revision = table->revision};
    if (!acpi_table_has(table, 0, LENGTH_ACPI_1)) {
        acpi_findings_add(findings, table->signature, "shorter than in ACPI 1.0: length", table->length);
        return RESULT_TRUNCATED;
    }
    uint64_t wide_dsdt = acpi_table_read64(table, OFFSET_X_DSDT);
    fadt->dsdt.address = wide_dsdt ? wide_dsdt : acpi_table_read32(table, OFFSET_DSDT);
    fadt->sci_interrupt = acpi_table_read16(table, OFFSET_SCI_INT);
    uint32_t flags = acpi_table_read32(table, OFFSET_FLAGS);
    fadt->hardware_reduced = flags & FLAG_HW_REDUCED_ACPI;
    if (!fadt->hardware_reduced) {
        read_pm_timer(table, flags, findings, fadt);
        read_fixed_registers(table, flags, fadt);
    }
    read_reset(table, flags, findings, fadt);
    read_boot_flags(table, fadt);
    return RESULT_OK;
}
