// PCI Express ports above a slot that takes commands (PCI Express Base 6.0, 6.7.3), for the sake of their hot-plug
// message.
#ifndef DRIVERS_PCI_PCI_PORT_H
#define DRIVERS_PCI_PCI_PORT_H

#include "kernel/inventory/driver.h"

// One message, by MSI-X or MSI. A shot writes the slot's control register with what stands in it: the completion of
// that command interrupts, and neither power nor indicators change. Ports that tell no completion of such a write say
// so and are not fired. Nobody is told of a card that comes or goes.
extern const struct driver pci_port_driver;

#endif
