// The hardware of a set: written from the table, started, deactivated and activated.
#ifndef KERNEL_CORE_IRQ_PROGRAM_H
#define KERNEL_CORE_IRQ_PROGRAM_H

#include "kernel/core/message.h"

// Writes every entry of an open source from the records: one write for an MSI block; for MSI-X an entry per message,
// and those that were asked for but not granted are aimed at message 0, so that a device which uses them still reaches
// the driver. All stay masked where the source can mask. PASSIVE.
MUST_USE enum result irq_program_write(struct message_set *set);

// Unmasks the messages whose record is unmasked, then starts the source; the device can send nothing before that. A
// silent set stays masked and without bus master; a message the hardware cannot mask is recorded as unmasked. PASSIVE.
MUST_USE enum result irq_program_release(struct message_set *set);

// Makes a set inactive: closes its source and drains its CPUs; vectors, records and registration stay. Routes may
// change meanwhile. Boot CPU, PASSIVE. RESULT_TIMEOUT: a CPU did not drain; RESULT_BUSY: inactive already; RESULT_IRQL.
MUST_USE enum result irq_deactivate(struct message_set *set);

// Makes a set active; also restores entries that the device lost in a reset or power state. Closes the source, opens it
// and programs it from the table. Boot CPU, PASSIVE. RESULT_MISMATCH: the hardware grants fewer messages than it did;
// else the source's result, logged; the set is then inactive. RESULT_IRQL. If the source cannot mask, messages sent
// meanwhile are lost, so each routine is run once.
MUST_USE enum result irq_activate(struct message_set *set);

#endif
