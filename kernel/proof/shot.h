// One shot: provokes a message in hardware and checks its arrival. Used by `fire` and the self-test.
#ifndef KERNEL_PROOF_SHOT_H
#define KERNEL_PROOF_SHOT_H

#include "kernel/core/message.h"

// Can this message's driver provoke it? `deliveries`: arrivals per shot by the device's design, at least 1.
bool shot_is_possible(const struct message *message, uint32_t *deliveries);

// Why it cannot; the text follows the message's name and a colon.
const char *shot_obstacle(const struct message *message);

// The single store that sends this message once, if its driver has one. The message may be masked.
struct driver_doorbell;
bool shot_doorbell(const struct message *message, struct driver_doorbell *doorbell);

// The same of any message that one store sends, which may take a preparation: struct driver, prepare. The store must
// follow, and is for one shot. RESULT_UNSUPPORTED: there is no such store; RESULT_BUSY. PASSIVE.
MUST_USE enum result shot_prepare(struct message *message, struct driver_doorbell *doorbell);

// Does it take a preparation?
bool shot_is_prepared(const struct message *message);

// shot_send(), then waits at most a second until `deliveries` more have arrived. RESULT_TIMEOUT when they have not;
// else the result of shot_send(). PASSIVE.
MUST_USE enum result shot_fire(struct message *message, uint32_t deliveries);

// Waits at most a second until the message has arrived `count` times on all CPUs since it was connected.
// RESULT_TIMEOUT. PASSIVE.
MUST_USE enum result shot_await(const struct message *message, uint64_t count);

// Fires and returns without waiting. RESULT_BUSY: the device has not finished earlier shots, and nothing was sent.
MUST_USE enum result shot_fire_blindly(struct message *message);

// The same, but a busy device is asked again for at most a second; RESULT_BUSY after that. PASSIVE.
MUST_USE enum result shot_send(struct message *message);

// Calls the routine in the message's slot by an IPI, which counts as an arrival. For a message that may have been lost
// on purpose: its driver may be waiting for it. The messages of an MSI block share registers, so the routine of each is
// called. Returns when the IPI was taken, or after a second with a warning in the log. PASSIVE.
void shot_make_good(const struct message *message);

// The device reports the message masked and pending. False where the device has no such bits.
bool shot_is_pending(const struct message *message);

#endif
