// The six policies as code: each returns a CPU and the allowed set.

#include "kernel/core/placement.h"
#include "kernel/core/vector_matrix.h"

static bool cpu_has_room(const struct vector_matrix *matrix, uint32_t cpu)
{
    return vector_matrix_is_open(matrix, cpu) && vector_matrix_counts(matrix, cpu).free > 0;
}

static struct group_affinity only(uint32_t cpu)
{
    return (struct group_affinity){cpu_group(cpu), BIT(cpu_group_number(cpu))};
}

// The CPU of one proximity domain with most vectors free, and the domain's CPUs in the same group. If the domain has no
// open CPU: of all CPUs.
static enum result choose_close(const struct vector_matrix *matrix, uint32_t node, uint32_t *cpu,
                                struct group_affinity *allowed)
{
    enum result result = vector_matrix_least_loaded_near(matrix, node, cpu);

    if (result != RESULT_OK)
        return result;
    *allowed = cpu_group_online(cpu_group(*cpu));
    uint64_t near = vector_matrix_near(matrix, node, allowed->group);
    if (near & BIT(cpu_group_number(*cpu)))
        allowed->mask &= near;
    return RESULT_OK;
}

static enum result choose_anywhere(const struct vector_matrix *matrix, uint32_t *cpu, struct group_affinity *allowed)
{
    enum result result = vector_matrix_least_loaded(matrix, cpu);

    if (result == RESULT_OK)
        *allowed = cpu_group_online(cpu_group(*cpu));
    return result;
}

static enum result choose_one(const struct placement *placement, const struct vector_matrix *matrix, uint32_t index,
                              uint32_t *cpu, struct group_affinity *allowed)
{
    if (index > 0)
        *cpu = placement->first_cpu;
    else if (choose_close(matrix, placement->node, cpu, allowed) != RESULT_OK)
        return RESULT_NO_VECTORS;
    *allowed = only(*cpu);
    return cpu_has_room(matrix, *cpu) ? RESULT_OK : RESULT_NO_VECTORS;
}

static enum result choose_specified(const struct placement *placement, const struct vector_matrix *matrix,
                                    uint32_t index, uint32_t *cpu, struct group_affinity *allowed)
{
    if (!placement->cpus)
        return RESULT_INVALID;
    *cpu = placement->cpus[index];
    *allowed = only(*cpu);
    return cpu_has_room(matrix, *cpu) ? RESULT_OK : RESULT_NO_VECTORS;
}

enum result placement_choose(const struct placement *placement, const struct vector_matrix *matrix, uint32_t index,
                             uint32_t *cpu, struct group_affinity *allowed)
{
    if (placement->policy == IRQ_POLICY_SPECIFIED_PROCESSORS)
        return choose_specified(placement, matrix, index, cpu, allowed);
    if (placement->cpus && cpu_has_room(matrix, placement->cpus[index])) {
        *cpu = placement->cpus[index];
        *allowed = cpu_group_online(cpu_group(*cpu));
        return RESULT_OK;
    }
    if (placement->policy == IRQ_POLICY_ONE_CLOSE_PROCESSOR)
        return choose_one(placement, matrix, index, cpu, allowed);
    if (placement->policy == IRQ_POLICY_ALL_CLOSE_PROCESSORS)
        return choose_close(matrix, placement->node, cpu, allowed);
    return choose_anywhere(matrix, cpu, allowed);
}
