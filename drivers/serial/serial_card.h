// Serial ports on PCI cards: address and clock of a function's first port.
#ifndef DRIVERS_SERIAL_SERIAL_CARD_H
#define DRIVERS_SERIAL_SERIAL_CARD_H

#include "drivers/serial/serial_16550.h"
#include "kernel/inventory/device.h"

// The first port of a function of class 0x0700 (8250 and after, PCI Code and ID Assignment 1.11, 1.8): of known cards
// by their own layout, of others the start of BAR 0. False: no such port, or its BAR has no address or was refused.
bool serial_card_place(const struct device *device, struct serial_place *place);

// Tries the function of that name, and all functions that have a port, as the console: decode on first.
void serial_card_try_named(const char *bdf, uint32_t baud);
void serial_card_try_all(uint32_t baud);

// Tries, as the firmware's console, the function that a path of device (bits 7:3) and function numbers leads to from
// root bus 0 down. It keeps the firmware's speed.
void serial_card_try_console(const uint8_t *path, uint32_t depth);

#endif
