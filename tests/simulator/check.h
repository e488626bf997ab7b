// The books of a simulated machine, audited: vectors, slots, records, hardware and counts against each other.
#ifndef TESTS_SIMULATOR_CHECK_H
#define TESTS_SIMULATOR_CHECK_H

#include "tests/simulator/topology.h"

// NULL when all is as it must be between two calls of the core; else one line that says what is not:
//   on each CPU free + reserved + allocated + draining make all device vectors, and none stays reserved;
//   each live message owns its vector alone, its slot holds its object, the hardware holds its address and data;
//   each draining vector is an old place of some message; what nobody owns is free and its slot empty;
//   each message was counted as often as its routine ran; no interrupt found nobody.
const char *check_machine(const struct topology *topology);

#endif
