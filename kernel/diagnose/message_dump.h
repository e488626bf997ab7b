// Logs the state of a message that did not arrive.
#ifndef KERNEL_DIAGNOSE_MESSAGE_DUMP_H
#define KERNEL_DIAGNOSE_MESSAGE_DUMP_H

#include "kernel/core/message.h"

// Logs side by side: the record, the hardware entry, the device's mask and pending bits, and the slot the message is
// routed to. PASSIVE.
void message_dump(const struct message *message);

#endif
