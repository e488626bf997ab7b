// The guard against an interrupt storm: silences a message above its limit, releases it after a time that doubles with
// each silence, and ends the storm after a window below the limit. Pure: returns what to do.
#ifndef KERNEL_PROOF_STORM_GUARD_H
#define KERNEL_PROOF_STORM_GUARD_H

#include "kernel/lib/types.h"

enum storm_action { STORM_LEAVE, STORM_SILENCE, STORM_RELEASE };

// A trial is the window after a release; one below the limit ends the storm. Quiet: no storm.
enum storm_state { STORM_QUIET, STORM_SILENCED, STORM_TRIAL };

struct storm_guard {
    uint64_t limit;    // arrivals allowed in a window
    uint64_t window;   // nanoseconds
    uint64_t shortest; // nanoseconds of the first silence
    uint64_t longest;  // nanoseconds of the longest silence

    enum storm_state state;
    uint64_t since;  // start of the window
    uint64_t before; // arrivals counted at that start
    uint64_t until;  // end of the silence
    uint64_t next;   // nanoseconds of the next silence

    uint32_t silences; // since the start
    uint64_t silent;   // planned nanoseconds of all silences
    uint64_t last;     // of the last silence
};

// A guard over a message that has come `count` times by `now`; 10 ms windows, silences from 1 ms to 1 s.
void storm_guard_start(struct storm_guard *guard, uint64_t per_second, uint64_t now, uint64_t count);

// Call it often; `now` and `count` must not decrease. The caller must do what it returns.
enum storm_action storm_guard_look(struct storm_guard *guard, uint64_t now, uint64_t count);

#endif
