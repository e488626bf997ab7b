// A model of the vector matrix that is too plain to be wrong: one state per vector, every question answered by looking
// at all of them.
#ifndef TESTS_FAKES_VECTOR_MODEL_H
#define TESTS_FAKES_VECTOR_MODEL_H

#include "kernel/core/vector_matrix.h"

enum { MODEL_CPU_COUNT = 70, ROW_COUNT = VECTOR_DEVICE_COUNT / VECTOR_ROW };
enum state { FREE, RESERVED, ALLOCATED, DRAINING, STATE_COUNT };

struct model {
    uint32_t cpus;
    bool open[MODEL_CPU_COUNT];
    enum state vectors[MODEL_CPU_COUNT][VECTOR_DEVICE_COUNT];
};

struct tally {
    uint32_t of[STATE_COUNT];
};

struct tally model_tally(const struct model *model, uint32_t cpu);
uint32_t model_free(const struct model *model, uint32_t cpu);
bool model_block_is_free(const struct model *model, uint32_t cpu, uint32_t first, uint32_t count);
bool model_row_has_room(const struct model *model, uint32_t cpu, uint32_t level, uint32_t count);
uint32_t model_level(const struct model *model, uint32_t cpu, uint32_t highest, uint32_t count);
void model_reserve(struct model *model, uint32_t cpu, uint32_t first, uint32_t count);
uint32_t node_of(uint32_t cpu);
bool model_least_loaded(const struct model *model, bool (*belongs)(uint32_t cpu, uint64_t argument), uint64_t argument,
                        uint32_t *cpu, bool *any);
bool belongs_always(uint32_t cpu, uint64_t argument);
bool belongs_near(uint32_t cpu, uint64_t node);
bool belongs_to_first_group(uint32_t cpu, uint64_t mask);

#endif
