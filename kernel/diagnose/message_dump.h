// What is known of a message that did not arrive, for the log.
#ifndef KERNEL_DIAGNOSE_MESSAGE_DUMP_H
#define KERNEL_DIAGNOSE_MESSAGE_DUMP_H

#include "kernel/core/message.h"

// Logs the record, what the hardware entry holds, the device's mask and pending bits, and the slot the message is
// routed to, beside each other. PASSIVE.
void message_dump(const struct message *message);

#endif
