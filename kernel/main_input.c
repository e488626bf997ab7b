// The part of the composition root that brings up what a person types at.

#include "kernel/main_input.h"
#include "arch/firmware_tables.h"
#include "arch/power_button.h"
#include "drivers/input/i8042.h"
#include "kernel/keyboard/keyboard.h"
#include "kernel/runtime/log.h"

static char controller[I8042_TEXT];
static const char *button_fault;

void input_attach(console_reader *serial, const char *layout)
{
    keys_attach_serial(serial);
    keyboard_set_layout(layout[0] ? keymap_find(layout) : keymap_default());
}

enum result input_start(void)
{
    if (i8042_start(controller) == RESULT_FAILED)
        log_warning("keyboard controller: %s", controller);
    button_fault = power_button_start(firmware_tables()->has_fadt ? &firmware_tables()->fadt : NULL);
    return RESULT_OK;
}

enum result input_report(void)
{
    if (keyboard_total())
        log_info("keyboards: %u; PS/2: %s", keyboard_total(), controller);
    else
        log_info("keyboards: none; PS/2: %s. Type at the serial port, or let run=\"...\" in signalbox.cfg run commands",
                 controller);
    log_info("power button: %s", button_fault ? button_fault : "switches off");
    return RESULT_OK;
}
