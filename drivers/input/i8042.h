// The keyboard controller of PCs, i8042, and the PS/2 keyboard at its first port (IBM PS/2 Hardware Interface Technical
// Reference, "Keyboard and Auxiliary Device Controller"). Many boards have one for the notebook's or the BMC's
// keyboard.
#ifndef DRIVERS_INPUT_I8042_H
#define DRIVERS_INPUT_I8042_H

#include "kernel/lib/result.h"

// Looks for a controller, tests it, switches its keyboard port on and connects its line, ISA IRQ 1. The second port
// stays off. A controller that answers without a keyboard stays on: one may be plugged in. What was found is logged, in
// `said` as well (at least I8042_TEXT bytes). RESULT_NOT_FOUND: nothing answers there; RESULT_FAILED: it fails its
// test; else as board_device_create() and irq_connect(). PASSIVE, boot CPU, after the IOAPICs.
enum { I8042_TEXT = 64 };
MUST_USE enum result i8042_start(char said[I8042_TEXT]);

#endif
