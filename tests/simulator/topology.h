// A synthetic machine: so many processors in groups and proximity domains, and functions behind bridges that ask for so
// many messages in all, from 1 to 2048 each, by MSI-X, MSI and shared lines.
#ifndef TESTS_SIMULATOR_TOPOLOGY_H
#define TESTS_SIMULATOR_TOPOLOGY_H

#include "kernel/lib/random.h"
#include "tests/simulator/functions.h"

struct topology_plan {
    uint32_t cpus;
    uint32_t messages;    // of all functions together
    uint32_t nodes;       // proximity domains, of neighbouring CPUs
    uint32_t unreachable; // the last so many CPUs have APIC IDs that no message can name
    uint32_t lines;       // of hundred functions so many have a line only
    uint32_t pins;        // that the lines share; at most FUNCTION_GSI_COUNT
    uint64_t seed;
};

struct topology {
    struct topology_plan plan;
    struct random random;
    struct simulated_function **functions;
    uint32_t function_count;
    uint32_t address_count; // functions and bridges that have had an address
};

// Makes the processors and the core's tables for them. Once per program: the tables of CPUs and functions cannot be
// emptied. False when memory is out.
bool topology_create(struct topology *topology, struct topology_plan plan);

// Adds functions until they ask for the plan's messages; none is connected. False when memory is out.
bool topology_populate(struct topology *topology);

// One more function at the next free address; NULL when memory is out.
struct simulated_function *topology_add(struct topology *topology, struct function_shape shape);

// Connects one function with a policy, all that it wants.
MUST_USE enum result topology_connect(struct simulated_function *function, enum irq_policy policy);

#endif
