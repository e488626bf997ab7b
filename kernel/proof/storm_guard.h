// The guard against a device that does not stop: silences a message that comes too often, lets it try again after a
// while that doubles each time, and is content once it keeps quiet. Pure: what to do is answered, not done.
#ifndef KERNEL_PROOF_STORM_GUARD_H
#define KERNEL_PROOF_STORM_GUARD_H

#include "kernel/lib/types.h"

enum storm_action { STORM_LEAVE, STORM_SILENCE, STORM_RELEASE };

// Quiet and trial differ in what came before: a trial is the time after a release, in which a window below the limit
// ends the storm.
enum storm_state { STORM_QUIET, STORM_SILENCED, STORM_TRIAL };

struct storm_guard {
    uint64_t limit;    // arrivals in a window that are still fine
    uint64_t window;   // nanoseconds
    uint64_t shortest; // nanoseconds of the first silence
    uint64_t longest;  // no silence is longer

    enum storm_state state;
    uint64_t since;  // the window began
    uint64_t before; // arrivals counted by then
    uint64_t until;  // silenced
    uint64_t next;   // how long the next silence will be

    uint32_t silences; // since the start
    uint64_t silent;   // nanoseconds of all of them, as planned
    uint64_t last;     // the last one's
};

// A guard over a message that has come `count` times by `now`; 10 ms windows, silences from 1 ms to 1 s.
void storm_guard_start(struct storm_guard *guard, uint64_t per_second, uint64_t now, uint64_t count);

// To be asked often; `now` and `count` never go back. What is answered is taken as done.
enum storm_action storm_guard_look(struct storm_guard *guard, uint64_t now, uint64_t count);

#endif
