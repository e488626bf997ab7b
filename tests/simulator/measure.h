// What each operation of the core costs on one synthetic machine. The program only performs the operations, each inside
// a function named measured_..., and tells how many there were; callgrind counts (tests/simulator/simulate.py).
#ifndef TESTS_SIMULATOR_MEASURE_H
#define TESTS_SIMULATOR_MEASURE_H

#include "tests/simulator/topology.h"

// Connects the machine's functions and measures; false, with a line on standard error, when a call of the core failed
// that must not. Prints a line "phase NAME COUNT" for each operation and "memory NAME BYTES COUNT".
bool measure_run(struct topology *topology);

// The end of a phase: callgrind writes and clears its counts when this is called.
void measure_phase_end(const char *name, uint64_t count);

// What `count` of something have taken of the free pages since there were `before`.
void measure_memory(const char *name, uint64_t before, uint64_t count);

#endif
