// Random steps on a simulated machine: connects, fires, moves, policies, processors off and on, refusals of hardware,
// processors that do not drain, disconnects.
#ifndef TESTS_SIMULATOR_STRESS_H
#define TESTS_SIMULATOR_STRESS_H

#include "tests/simulator/topology.h"

struct stress {
    uint32_t steps;
    uint32_t check_every; // steps; the last one is always followed by a check
    uint32_t done;        // steps taken
    uint32_t connects, disconnects, moves, fires, offlines, onlines, refusals, exhaustions;
    const char *last; // the step before the fault
};

// Takes the steps, then disconnects everything and looks for what is left behind. NULL when the books were right each
// time, else what was wrong.
const char *stress_run(struct topology *topology, struct stress *stress);

// What was done, for people.
void stress_print(const struct stress *stress);

#endif
