// The model, by looking at everything.

#include "tests/fakes/vector_model.h"
#include "kernel/core/cpu.h"
#include "kernel/runtime/vectors.h"

struct tally model_tally(const struct model *model, uint32_t cpu)
{
    struct tally tally = {{0}};
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        tally.of[model->vectors[cpu][i]]++;
    }
    return tally;
}

uint32_t model_free(const struct model *model, uint32_t cpu)
{
    return model_tally(model, cpu).of[FREE];
}

bool model_block_is_free(const struct model *model, uint32_t cpu, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (model->vectors[cpu][first - VECTOR_DEVICE_FIRST + i] != FREE) {
            return false;
        }
    }
    return true;
}

// Is there a free aligned block whose upper row is this level?
bool model_row_has_room(const struct model *model, uint32_t cpu, uint32_t level, uint32_t count)
{
    for (uint32_t first = VECTOR_DEVICE_FIRST; first + count <= VECTOR_LEGACY; first++) {
        if (first % count == 0 && irql_of_vector(first + count - 1) == level &&
            model_block_is_free(model, cpu, first, count)) {
            return true;
        }
    }
    return false;
}

// The level the block must come from: the band from its highest down, below it downwards, above it upwards. 0: none.
uint32_t model_level(const struct model *model, uint32_t cpu, uint32_t highest, uint32_t count)
{
    for (uint32_t level = highest; level >= IRQL_DEVICE_LOWEST; level--) {
        if (model_row_has_room(model, cpu, level, count)) {
            return level;
        }
    }
    for (uint32_t level = highest + 1; level <= IRQL_DEVICE_HIGHEST; level++) {
        if (model_row_has_room(model, cpu, level, count)) {
            return level;
        }
    }
    return 0;
}

void model_reserve(struct model *model, uint32_t cpu, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        model->vectors[cpu][first - VECTOR_DEVICE_FIRST + i] = RESERVED;
    }
}

// Three domains, each in both groups of the largest model; one on the two processors of the short sequences.
uint32_t node_of(uint32_t cpu)
{
    return cpu / 2 % 3 * 64;
}

// Of those that `belongs` names. *any: one of them is open.
bool model_least_loaded(const struct model *model, bool (*belongs)(uint32_t cpu, uint64_t argument), uint64_t argument,
                        uint32_t *cpu, bool *any)
{
    uint32_t most = 0;
    *any = false;
    for (uint32_t i = 0; i < model->cpus; i++) {
        if (!model->open[i] || !belongs(i, argument)) {
            continue;
        }
        *any = true;
        if (model_free(model, i) > most) {
            most = model_free(model, i);
            *cpu = i;
        }
    }
    return most != 0;
}

bool belongs_always(uint32_t cpu, uint64_t argument)
{
    return true;
}

bool belongs_near(uint32_t cpu, uint64_t node)
{
    return node_of(cpu) == node;
}

bool belongs_to_first_group(uint32_t cpu, uint64_t mask)
{
    return cpu < 64 && mask & BIT(cpu);
}
