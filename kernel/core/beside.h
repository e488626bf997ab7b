// Messages of several devices at one place: those of a shared interrupt line. They have the same CPU, vector and slot
// and move together. MSI and MSI-X messages never share a place.
#ifndef KERNEL_CORE_BESIDE_H
#define KERNEL_CORE_BESIDE_H

#include "kernel/core/message.h"

// All other messages at the same place.
#define beside_for_each(m, other) \
    for (struct message *other = (m)->beside; other && other != (m); other = other->beside)

// Adds `message`, routed to the place of `other`, to the ring of `other`, and copies those of its old places that have
// not drained; an old place whose tally cannot be allocated is left out. PASSIVE.
void beside_join(struct message *message, struct message *other);

// Takes a message out of its ring and its device off the shared source. The device's routine may run until the place
// has drained. True: no message is left at the place, slot and vector can be freed. PASSIVE.
bool beside_leave(struct message *message);

// The message whose source writes the hardware on a move: `message`, or while its set is inactive one of the ring whose
// set is active. PASSIVE.
struct message *beside_writer(struct message *message);

// After a move of one message: gives the rest of the ring its CPU and vector, keeps their counts, and copies the old
// place if that has not drained. PASSIVE.
void beside_follow(const struct message *moved);

// After the old places of a message have drained and before they are freed: the rest of the ring adds up their counts
// and drops them. PASSIVE.
void beside_settle(const struct message *settled);

#endif
