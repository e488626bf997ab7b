// Drills by load: a storm, and no free vectors.

#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/core/wait.h"
#include "kernel/drill/drills.h"
#include "kernel/proof/storm.h"
#include "kernel/runtime/heap.h"

// A busy host may suspend the storm's CPU: then no window has enough arrivals for the guard.
enum { STORM_LIMIT = 500, STORM_TRIES = 10 };

#define STORM_DURATION WAIT_MILLISECONDS(200)

static enum result storm_injure(struct drill_run *run)
{
    return RESULT_OK;
}

static void storm_detect(struct drill_run *run)
{
    struct storm storm;
    enum result result;
    uint32_t tries = 0;

    do {
        storm = (struct storm){.message = run->target, .duration = STORM_DURATION, .limit = STORM_LIMIT};
        result = storm_run(&storm);
    } while (result == RESULT_OK && storm_passed(&storm) && storm.guard.silences == 0 && ++tries < STORM_TRIES);
    run->is_detected = result == RESULT_OK && storm.guard.silences > 0;
    run->is_repaired = result == RESULT_OK && storm_passed(&storm);
    drill_say(run, "%llu shots: silenced %u times, %s", (unsigned long long)storm.shots, storm.guard.silences,
              storm.is_calm ? "calm again" : "not calm again");
}

static void storm_repair(struct drill_run *run) {}

// The vectors taken, to be freed again: one bit per vector of every CPU.
static uint64_t *taken_word(const struct drill_run *run, uint32_t cpu, uint32_t vector)
{
    return &((uint64_t *)run->memory)[(cpu * VECTOR_COUNT + vector) / 64];
}

static void cpu_exhaust(struct drill_run *run, uint32_t cpu)
{
    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++) {
        if (vector_matrix_reserve_at(irq_vectors(), cpu, vector, 1) != RESULT_OK)
            continue;
        *taken_word(run, cpu, vector) |= BIT(vector % 64);
        run->state[0]++;
    }
}

static enum result exhausted_injure(struct drill_run *run)
{
    run->memory = heap_allocate((size_t)cpu_total() * VECTOR_COUNT / 8);
    if (!run->memory)
        return RESULT_NO_MEMORY;
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        cpu_exhaust(run, cpu);
    return RESULT_OK;
}

static void exhausted_detect(struct drill_run *run)
{
    uint32_t cpu = (run->target->cpu + 1) % cpu_total(), best;
    enum result result =
        cpu_total() > 1 ? irq_route_cpu(run->target, cpu) : vector_matrix_least_loaded(irq_vectors(), &best);
    struct vector_counts counts = vector_matrix_counts(irq_vectors(), cpu);

    run->is_detected = result == RESULT_NO_VECTORS && counts.free == 0;
    drill_say(run, "%llu vectors taken; to cpu %u: %s: %u free, %u reserved, %u allocated, %u draining",
              (unsigned long long)run->state[0], cpu, result_name(result), counts.free, counts.reserved,
              counts.allocated, counts.draining);
}

static void exhausted_repair(struct drill_run *run)
{
    for (uint32_t cpu = 0; run->memory && cpu < cpu_total(); cpu++)
        for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
            if (*taken_word(run, cpu, vector) & BIT(vector % 64))
                vector_matrix_free(irq_vectors(), cpu, vector);
    heap_free(run->memory);
    run->memory = NULL;
}

const struct drill drill_storm = {"storm",      "storm guard", "the message fired without a pause",
                                  storm_injure, storm_detect,  storm_repair};
const struct drill drill_exhausted_vectors = {"exhausted_vectors", "route",          "every free vector taken",
                                              exhausted_injure,    exhausted_detect, exhausted_repair};
