// The part of the composition root that looks for a serial port.
#ifndef KERNEL_MAIN_SERIAL_H
#define KERNEL_MAIN_SERIAL_H

#include "kernel/console/command_line.h"

// The ports that need no mapping, so that one talks before anything else can fail. `attached` is called when a port is
// taken. Boot CPU, first of all.
void serial_ports_start(const struct console_choice *choice, void (*attached)(bool is_first));

// The others, once it is known who answers at which address and which functions there are; then one line says where
// the console is and what was tried.
void serial_ports_try(const struct console_choice *choice);

#endif
