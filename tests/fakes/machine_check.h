// The core on the model machine, and what must hold of them between any two operations.
#ifndef TESTS_FAKES_MACHINE_CHECK_H
#define TESTS_FAKES_MACHINE_CHECK_H

#include "tests/fakes/machine.h"

// A machine with the core initialised on it; and its end, at which nothing may be left: no vector, object or memory.
void machine_begin(uint32_t cpus, uint64_t seed);
void machine_finish(void);

// Connects up to `maximum` messages of a device; NULL when it gets none.
struct message_set *machine_connect(struct machine_device *device, uint32_t maximum);

// Takes vectors out of use on every online CPU, all but `left`, as other devices would.
void machine_check_crowd(uint32_t left);

// Before an operation: remembers where every message is.
void machine_check_begin(void);

// After it, fails the running test unless: vector accounting adds up and agrees with the records; every live or
// draining place has its message's object in the slot, and no other slot has any; the hardware holds what the record
// says; generations counted the moves; every shot was handled once or is still on its way; counts agree.
void machine_check(void);

// At the end of a quiet machine: what is outstanding waits behind a mask.
void machine_check_settled(void);

#endif
