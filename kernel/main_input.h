// The part of the composition root that brings up what a person types at and presses.
#ifndef KERNEL_MAIN_INPUT_H
#define KERNEL_MAIN_INPUT_H

#include "kernel/console/keys.h"

// Sets the reader of the serial port and the layout of keyboards, as on the command line ("" for the default).
void input_attach(console_reader *serial, const char *layout);

// Finds the PC's keyboard controller and power button. Before the drivers, or else devices with many messages could
// leave no vector for the keyboard. Without either the kernel goes on.
enum result input_start(void);

// Says which keyboards there are, and what else can be done where there is none. After the drivers.
enum result input_report(void);

#endif
