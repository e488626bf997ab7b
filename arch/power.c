// Reset and power-off: UEFI ResetSystem first, then older methods.

#include "arch/power.h"
#include "arch/cpu_registers.h"
#include "arch/firmware_call.h"
#include "arch/handoff.h"
#include "arch/mmio.h"
#include "arch/paging/paging.h"
#include "arch/time/time.h"
#include "kernel/inventory/claim.h"
#include "kernel/lib/memory.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/report_keep.h"

// UEFI 2.10, 4.5 and 8.5.1: the runtime services table, and ResetSystem's kinds.
#define RUNTIME_SIGNATURE UINT64_C(0x56524553544e5552)
#define RUNTIME_RESET     104
#define RUNTIME_SIZE      136
#define RESET_COLD        0
#define RESET_WARM        1
#define RESET_SHUTDOWN    2

// ACPI 6.5, 4.8.3.6: a reset register in configuration space is on bus 0.
#define PCI_DEVICE         BITS(36, 32)
#define PCI_FUNCTION       BITS(18, 16)
#define PCI_OFFSET         BITS(15, 0)
#define PCI_CONFIG_ADDRESS 0xcf8
#define PCI_CONFIG_DATA    0xcfc
#define PCI_CONFIG_ENABLE  BIT(31)
#define PCI_CONFIG_REACH   256

#define RESET_CONTROL        0xcf9 // Intel chipsets: bit 1 a hard reset, the rising edge of bit 2 starts it
#define RESET_CONTROL_HARD   0x02
#define RESET_CONTROL_START  0x06
#define KEYBOARD_STATUS      0x64
#define KEYBOARD_INPUT_FULL  0x02
#define KEYBOARD_PULSE_RESET 0xfe
#define KEYBOARD_READS       100000
#define DEBUG_EXIT           0xf4
#define RESET_WAIT           UINT64_C(50000000) // ns that a reset may take to come through

static uint64_t firmware_root;
static uint64_t reset_system;
static struct power_reset_register reset_register;
static volatile void *reset_memory;
static void (*stop_others)(void);

// The entry must lie in the firmware's runtime code; it runs with kernel privilege.
static uint64_t reset_system_find(const struct handoff *handoff)
{
    const void *table;
    enum handoff_memory kind;
    if (handoff->runtime_services == 0 || handoff->firmware_root == 0 ||
        paging_map_firmware((struct physical){handoff->runtime_services}, RUNTIME_SIZE, &table) != RESULT_OK)
        return 0;
    uint64_t signature, entry;
    memcpy(&signature, table, sizeof(signature));
    memcpy(&entry, (const char *)table + RUNTIME_RESET, sizeof(entry));
    if (signature != RUNTIME_SIGNATURE || handoff_memory_find((struct physical){entry}, 1, &kind) != RESULT_OK ||
        kind != HANDOFF_MEMORY_RUNTIME)
        return 0;
    return entry;
}

static void firmware_reset(uint64_t kind)
{
    const uint64_t arguments[4] = {kind, 0, 0, 0}; // status EFI_SUCCESS, no data
    if (reset_system == 0)
        return;
    uint64_t status = firmware_call(firmware_root, reset_system, arguments);
    log_error("power: ResetSystem came back: 0x%llx", (unsigned long long)status);
}

static void reset_by_configuration(uint64_t address, uint8_t value)
{
    uint32_t offset = (uint32_t)FIELD_GET(PCI_OFFSET, address);
    uint32_t target = (uint32_t)(FIELD_GET(PCI_DEVICE, address) << 11 | FIELD_GET(PCI_FUNCTION, address) << 8);
    if (offset >= PCI_CONFIG_REACH)
        return;
    io_write32(PCI_CONFIG_ADDRESS, (uint32_t)PCI_CONFIG_ENABLE | target | (offset & ~UINT32_C(3)));
    io_write8((uint16_t)(PCI_CONFIG_DATA + offset % 4), value);
}

static void reset_by_register(void)
{
    if (!reset_register.valid)
        return;
    switch (reset_register.space) {
    case POWER_SPACE_MEMORY:
        mmio_write8(reset_memory, reset_register.value);
        break;
    case POWER_SPACE_IO:
        io_write8((uint16_t)reset_register.address, reset_register.value);
        break;
    case POWER_SPACE_PCI:
        reset_by_configuration(reset_register.address, reset_register.value);
        break;
    }
    time_spin(RESET_WAIT);
}

static void reset_by_chipset(void)
{
    io_write8(RESET_CONTROL, RESET_CONTROL_HARD);
    io_write8(RESET_CONTROL, RESET_CONTROL_START);
    time_spin(RESET_WAIT);
}

static void reset_by_keyboard(void)
{
    uint32_t reads = 0;
    while ((io_read8(KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL) != 0 && reads < KEYBOARD_READS)
        reads++;
    io_write8(KEYBOARD_STATUS, KEYBOARD_PULSE_RESET);
    time_spin(RESET_WAIT);
}

// Without an IDT the breakpoint cannot be delivered, nor the double fault of that: the processor shuts down, which the
// board turns into a reset.
static void reset_by_triple_fault(void)
{
    struct descriptor_pointer nothing = {0, 0};
    idtr_write(&nothing);
    cpu_breakpoint();
}

static void machine_power_off(void)
{
    firmware_reset(RESET_SHUTDOWN);
    log_error("power: the firmware offers no way to switch off");
}

static void machine_reboot(void)
{
    // A cold one may clear the memory that a report is kept in.
    firmware_reset(report_keep_is_sealed() ? RESET_WARM : RESET_COLD);
    reset_by_register();
    reset_by_chipset();
    reset_by_keyboard();
    reset_by_triple_fault();
}

static void machine_debug_exit(uint32_t code)
{
    io_write32(DEBUG_EXIT, code);
}

static void machine_stop(void)
{
    cpu_cli();
    if (stop_others != NULL)
        stop_others();
    for (;;)
        cpu_hlt();
}

static const struct power_operations operations = {
    .power_off = machine_power_off,
    .reboot = machine_reboot,
    .debug_exit = machine_debug_exit,
    .stop = machine_stop,
};

// A register address in RAM would overwrite memory without a reset.
static bool is_over_something(uint64_t address)
{
    const struct claim *other = claim_against((struct physical){address}, 1, CLAIM_FIXED, "");

    if (other)
        log_warning("power: reset register at 0x%llx lies over %s: it is not used", (unsigned long long)address,
                    other->owner);
    return other;
}

static bool reset_register_prepare(const struct power_reset_register *reset)
{
    if (!reset->valid)
        return false;
    switch (reset->space) {
    case POWER_SPACE_MEMORY:
        return !is_over_something(reset->address) &&
               mmio_map((struct physical){reset->address}, 1, &reset_memory) == RESULT_OK;
    case POWER_SPACE_IO:
        return reset->address <= UINT16_MAX;
    case POWER_SPACE_PCI:
        return true;
    }
    log_warning("power: reset register in unknown address space %u", (unsigned)reset->space);
    return false;
}

void power_initialise(const struct handoff *handoff, const struct power_reset_register *reset)
{
    firmware_root = handoff->firmware_root;
    reset_system = reset_system_find(handoff);
    if (reset_system == 0)
        log_warning("power: no usable ResetSystem in the firmware's runtime services");
    reset_register = *reset;
    reset_register.valid = reset_register_prepare(reset);
    power_attach(&operations);
}

void power_attach_stop_others(void (*stop)(void))
{
    stop_others = stop;
}
