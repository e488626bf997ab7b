// Base address registers: pure decoding, and the sizing sequence. PCI Local Bus 3.0, 6.2.5.1.
#ifndef DRIVERS_PCI_PCI_BAR_H
#define DRIVERS_PCI_PCI_BAR_H

#include "kernel/inventory/device.h"

// One register as found, and as read back after all ones were written.
struct pci_bar_words {
    uint32_t value;
    uint32_t probe;
};

struct pci_bar_decoded {
    struct bar bar;   // BAR_NONE where the register is not implemented or makes no sense
    uint32_t slots;   // registers it takes: 2 for a 64-bit one
    const char *note; // what is odd about it, NULL for nothing
};

// Decodes the BAR that begins at words[0]; `slots_left` >= 1 says how many registers there are from it on. Pure.
struct pci_bar_decoded pci_bar_decode(const struct pci_bar_words *words, uint32_t slots_left);

// Is the memory BAR usable: base not 0, range not wrapping, not refused? Firmware leaves a base of 0 or a wrapping
// range where it assigned none. Pure.
bool pci_bar_is_usable(const struct bar *bar);

// The same of an I/O BAR: ports that exist, from another than 0 on. Pure.
bool pci_bar_is_port(const struct bar *bar);

// Fills device->bars from the function itself: header type 0 has six registers, 1 has two, others none. Memory and I/O
// decode are off for the few accesses of the probe and as before afterwards, so that the function never responds at the
// all-ones address: it must be quiet and unused meanwhile (a console on it: no output in between). Registers of a host
// bridge are not probed: decode off there can take memory or the other devices away. Logs what is odd. PASSIVE.
void pci_bar_read_all(struct device *device);

#endif
