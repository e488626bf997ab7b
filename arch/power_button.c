// The power button as a fixed event of ACPI.

#include "arch/power_button.h"
#include "arch/mmio.h"
#include "kernel/console/keys.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/board_device.h"

#define PM1_POWER_BUTTON BIT(8) // status (write 1 to clear) and enable
#define PM1_ALL_STATUS   0xcd31 // every status bit that is defined
#define PM1_SCI_ENABLE   BIT(0) // control: the machine is in ACPI mode
#define STEP             WAIT_MILLISECONDS(1)

enum { ACPI_MODE_STEPS = 3000, BLOCK_COUNT = 2 };

static struct acpi_fadt facts;

static struct board_line line = {
    .mode = INTERRUPT_LEVEL_SENSITIVE,
    .polarity = INTERRUPT_ACTIVE_LOW,
};

static const struct driver driver = {.name = "acpi"};

static uint16_t enable_port(const struct acpi_block *block)
{
    return (uint16_t)(block->port + block->length / 2);
}

static uint16_t event_read(bool is_enable)
{
    uint16_t bits = 0;

    for (uint32_t i = 0; i < BLOCK_COUNT; i++)
        if (facts.pm1_event[i].port)
            bits |= io_read16(is_enable ? enable_port(&facts.pm1_event[i]) : facts.pm1_event[i].port);
    return bits;
}

static void event_write(bool is_enable, uint16_t bits)
{
    for (uint32_t i = 0; i < BLOCK_COUNT; i++)
        if (facts.pm1_event[i].port)
            io_write16(is_enable ? enable_port(&facts.pm1_event[i]) : facts.pm1_event[i].port, bits);
}

static bool is_asserted(void)
{
    return event_read(false) & event_read(true);
}

static bool button_service(const struct interrupt *self)
{
    if (!(event_read(false) & PM1_POWER_BUTTON))
        return false;
    event_write(false, PM1_POWER_BUTTON);
    keys_ask_power_off();
    return true;
}

// Without their AML these events would be raised again and again.
static void silence_general_events(void)
{
    for (uint32_t i = 0; i < BLOCK_COUNT; i++)
        for (uint32_t byte = 0; facts.gpe[i].port && byte < facts.gpe[i].length / 2; byte++)
            io_write8((uint16_t)(enable_port(&facts.gpe[i]) + byte), 0);
}

static bool is_acpi_mode(void)
{
    return io_read16(facts.pm1_control[0].port) & PM1_SCI_ENABLE;
}

// The firmware changes the mode inside an SMI and may take its time (ACPI 6.5, 5.2.9, ACPI_ENABLE).
static bool enter_acpi_mode(void)
{
    if (is_acpi_mode())
        return true;
    if (!facts.smi_command || !facts.acpi_enable)
        return false;
    io_write8(facts.smi_command, facts.acpi_enable);
    for (uint32_t i = 0; i < ACPI_MODE_STEPS && !is_acpi_mode(); i++)
        wait_pause(STEP);
    return is_acpi_mode();
}

static const char *refusal(const struct acpi_fadt *fadt)
{
    if (fadt->hardware_reduced)
        return "a hardware-reduced machine has no fixed one";
    if (!fadt->has_power_button)
        return "it is a method's, in AML";
    return fadt->pm1_event[0].port && fadt->pm1_event[0].length >= 4 && fadt->pm1_control[0].port
               ? NULL
               : "the FADT names no ports for it";
}

static enum result connect(void)
{
    struct device *device;
    struct irq_grant grant;

    line.number = facts.sci_interrupt;
    line.is_asserted = is_asserted;
    enum result result = board_device_create(&line, &driver, &device);
    if (result != RESULT_OK)
        return result;
    struct irq_request request = {
        .device = &device->irq,
        .routine = button_service,
        .minimum = 1,
        .maximum = 1,
    };
    return irq_connect(&request, &grant);
}

// Events off and their status cleared before the line is connected, the button on after it.
const char *power_button_start(const struct acpi_fadt *fadt)
{
    if (!fadt)
        return "no FADT";
    const char *reason = refusal(fadt);
    if (reason)
        return reason;
    facts = *fadt;
    event_write(true, 0);
    silence_general_events();
    if (!enter_acpi_mode())
        return "the firmware does not enter ACPI mode";
    event_write(true, 0);
    silence_general_events();
    event_write(false, PM1_ALL_STATUS);
    enum result result = connect();
    if (result != RESULT_OK)
        return result_name(result);
    event_write(true, PM1_POWER_BUTTON);
    return NULL;
}
