// One shot: a message provoked in hardware, and whether it came. What `fire` and the self-test are made of.
#ifndef KERNEL_PROOF_SHOT_H
#define KERNEL_PROOF_SHOT_H

#include "kernel/core/message.h"

// Can this message's driver provoke it? `deliveries` is how often one shot arrives by the device's own design, at
// least once.
bool shot_is_possible(const struct message *message, uint32_t *deliveries);

// Why it is not: words that stand behind the message's name and a colon.
const char *shot_obstacle(const struct message *message);

// The single store that sends this message once, where its driver has one. The message may be masked.
struct driver_doorbell;
bool shot_doorbell(const struct message *message, struct driver_doorbell *doorbell);

// Fires and waits, at most a second, until `deliveries` more have arrived. RESULT_TIMEOUT when they have not; else what
// the driver answers. PASSIVE.
MUST_USE enum result shot_fire(struct message *message, uint32_t deliveries);

// Waits, at most a second, until the message has come `count` times on all CPUs since it was connected. RESULT_TIMEOUT.
// PASSIVE.
MUST_USE enum result shot_await(const struct message *message, uint64_t count);

// Fires and leaves it at that.
MUST_USE enum result shot_fire_blindly(struct message *message);

// Calls the routine in the message's slot by an interrupt between processors, which counts as an arrival: for a message
// that may have been lost on purpose, so that a driver which waits for it is not left waiting. An MSI block shares its
// registers, so that each of its messages is served. Returns when that was taken, or a second later: with a warning in
// the log. PASSIVE.
void shot_make_good(const struct message *message);

// The device's own word: the message is masked there, and waits to be delivered. False where it cannot say.
bool shot_is_pending(const struct message *message);

#endif
