// One shot after the other, for devices where a second one that meets the first would be the same interrupt.
#ifndef DRIVERS_SHOT_TURN_H
#define DRIVERS_SHOT_TURN_H

#include "kernel/lib/result.h"

struct shot_turn {
    uint32_t served;  // shots that the service routine has taken
    uint32_t awaited; // what that is when the last shot has been served
    uint64_t expiry;  // nanoseconds: from then on nobody waits for the last shot
};

// Begins a shot, which the caller then fires. RESULT_BUSY until the one before has been served, at most half a second:
// the message may be masked, or it was lost. PASSIVE.
MUST_USE enum result shot_turn_begin(struct shot_turn *turn);

// For the service routine. Any IRQL.
void shot_turn_end(struct shot_turn *turn);

#endif
