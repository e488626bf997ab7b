// One port of an AHCI controller: stopping it, and one command that is issued again and again (AHCI 1.3.1, 3.3, 4.2,
// 10.3). PASSIVE.
#ifndef DRIVERS_AHCI_AHCI_PORT_H
#define DRIVERS_AHCI_AHCI_PORT_H

#include "kernel/lib/result.h"

// Register offsets in bytes, from the port's first.
enum {
    AHCI_PORT_FIRST = 0x100, // in the controller's registers
    AHCI_PORT_STRIDE = 0x80,
    AHCI_PORT_LIST = 0x00, // 64 bits, as the next
    AHCI_PORT_RECEIVED = 0x08,
    AHCI_PORT_IS = 0x10, // write 1 to clear
    AHCI_PORT_IE = 0x14,
    AHCI_PORT_COMMAND = 0x18,
    AHCI_PORT_TASK_FILE = 0x20,
    AHCI_PORT_STATUS = 0x28,
    AHCI_PORT_ERROR = 0x30, // write 1 to clear
    AHCI_PORT_ISSUE = 0x38,
};

#define AHCI_PORT_END BIT(0)  // in IS and IE: a command has ended
#define AHCI_PORT_BAD BIT(30) // the drive has refused it

// Stops the command list and the receiver, lets no cause interrupt, clears those set. RESULT_TIMEOUT: it does not stop
// within half a second each, and may go on writing to the memory it was given.
MUST_USE enum result ahci_port_stop(volatile uint8_t *port);

// Is a drive there, and has its link come up?
bool ahci_port_is_used(const volatile uint8_t *port);

// Starts a stopped port whose slot 0 holds CHECK POWER MODE, in `memory`, a zeroed page at `base`. RESULT_TIMEOUT: the
// drive stays busy for a second. The command is issued by writing 1 to AHCI_PORT_ISSUE.
MUST_USE enum result ahci_port_start(volatile uint8_t *port, void *memory, struct physical base);

#endif
