// The ranks of a pool's groups, and the rank of the groups.

#include "kernel/core/vector_pool.h"
#include "kernel/core/host.h"

enum { GROUP_SIZE = VECTOR_RANK_MEMBERS };

enum result vector_pool_add(struct vector_pool *pool, uint32_t cpu)
{
    struct vector_pool_group **group = &pool->group[cpu / GROUP_SIZE];

    if (!*group)
        *group = host_allocate(sizeof(**group));
    if (!*group)
        return RESULT_NO_MEMORY;
    (*group)->cpus |= BIT(cpu % GROUP_SIZE);
    return RESULT_OK;
}

void vector_pool_release(struct vector_pool *pool)
{
    for (uint32_t i = 0; i < VECTOR_POOL_GROUPS; i++)
        host_free(pool->group[i]);
}

uint64_t vector_pool_members(const struct vector_pool *pool, uint32_t group)
{
    return group < VECTOR_POOL_GROUPS && pool->group[group] ? pool->group[group]->cpus : 0;
}

void vector_pool_move(struct vector_pool *pool, uint32_t cpu, uint32_t from, uint32_t to)
{
    struct vector_rank *rank = &pool->group[cpu / GROUP_SIZE]->rank;
    uint32_t before = rank->best;

    vector_rank_move(rank, cpu % GROUP_SIZE, from, to);
    if (rank->best != before)
        vector_rank_move(&pool->groups, cpu / GROUP_SIZE, before, rank->best);
}

uint32_t vector_pool_best(const struct vector_pool *pool, uint32_t *cpu)
{
    uint32_t group, member = 0;

    if (vector_rank_highest(&pool->groups, &group) == VECTOR_RANK_ABSENT)
        return VECTOR_RANK_ABSENT;
    uint32_t level = vector_rank_highest(&pool->group[group]->rank, &member);
    *cpu = group * GROUP_SIZE + member;
    return level;
}

uint32_t vector_pool_best_in(const struct vector_pool *pool, uint32_t group, uint64_t mask, uint32_t *cpu)
{
    uint32_t member = 0;

    if (group >= VECTOR_POOL_GROUPS || !pool->group[group])
        return VECTOR_RANK_ABSENT;
    uint32_t level = vector_rank_highest_of(&pool->group[group]->rank, mask, &member);
    if (level != VECTOR_RANK_ABSENT)
        *cpu = group * GROUP_SIZE + member;
    return level;
}
