// Messages of several devices at one place: an interrupt line that they share. They have one CPU, vector and slot, so
// they move together, and their records stay alike. A message of MSI or MSI-X is always alone.
#ifndef KERNEL_CORE_BESIDE_H
#define KERNEL_CORE_BESIDE_H

#include "kernel/core/message.h"

// The others beside a message.
#define beside_for_each(m, other) \
    for (struct message *other = (m)->beside; other && other != (m); other = other->beside)

// Puts a message that is routed to the place of another beside it. Old places of that one which did not drain are its
// own as well; one that there is no memory to count on is left out. PASSIVE.
void beside_join(struct message *message, struct message *other);

// Takes a message from among those beside it and its device off a source it shares; the device's routine may still be
// running until the place was drained. Answers whether nobody is left there, so that slot and vector can be given back.
// PASSIVE.
bool beside_leave(struct message *message);

// Whose source writes the hardware when a message moves: its own, or while its set is inactive that of one beside it
// whose interrupts go on. PASSIVE.
struct message *beside_writer(struct message *message);

// After a move of one message: the records of those beside it name its CPU and vector, too, and keep their counts; an
// old place that did not drain is theirs as well. PASSIVE.
void beside_follow(const struct message *moved);

// The old places of a message are drained, and about to be given back: those beside it count what came there and forget
// them. PASSIVE.
void beside_settle(const struct message *settled);

#endif
