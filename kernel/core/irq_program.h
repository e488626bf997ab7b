// The hardware half of a set: written from the table, let go, and silenced again.
#ifndef KERNEL_CORE_IRQ_PROGRAM_H
#define KERNEL_CORE_IRQ_PROGRAM_H

#include "kernel/core/message.h"

// Writes every entry of an open source from the records: one write for an MSI block; for MSI-X an entry per message,
// and those that were asked for but not granted are aimed at message 0, so that a device which uses them all the same
// is heard. All stay masked where they can be. PASSIVE.
MUST_USE enum result irq_program_write(struct message_set *set);

// Unmasks what the records say is unmasked and starts the source; nothing can leave before the last step. A silent set
// stays masked and without bus master; of what the hardware cannot mask the record then says so. PASSIVE.
MUST_USE enum result irq_program_release(struct message_set *set);

// Soft inactive: the device's messages are silenced and what is on its way is served; vectors, records and registration
// stay. Routes may change meanwhile. Boot CPU, PASSIVE. RESULT_TIMEOUT: a CPU did not drain; RESULT_BUSY: inactive
// already; RESULT_IRQL.
MUST_USE enum result irq_deactivate(struct message_set *set);

// Active again, and the cure after a reset or a power state in which the device lost its entries: closes what is open
// and programs everything anew from the table. Boot CPU, PASSIVE. RESULT_MISMATCH: the hardware grants fewer messages
// than it did; else the source's result, logged; the set is then inactive. RESULT_IRQL. Where no mask kept pending what
// the device signalled meanwhile, each routine runs once, as if its message had come.
MUST_USE enum result irq_activate(struct message_set *set);

#endif
