// CPUs to choose from, all of a machine or those of one proximity domain, in the order of their levels. Each group of
// 64 has a rank, and the pool has one of its groups by the best of each. Pure.
#ifndef KERNEL_CORE_VECTOR_POOL_H
#define KERNEL_CORE_VECTOR_POOL_H

#include "kernel/core/vector_rank.h"
#include "kernel/lib/result.h"

enum { VECTOR_POOL_GROUPS = VECTOR_RANK_MEMBERS };

// The CPUs of one group that belong to a pool.
struct vector_pool_group {
    uint64_t cpus; // all of them, with or without a level
    struct vector_rank rank;
};

// Zeroed: nobody belongs to it.
struct vector_pool {
    struct vector_rank groups;                           // by the level of the best CPU of each
    struct vector_pool_group *group[VECTOR_POOL_GROUPS]; // NULL: none of its CPUs belong
};

// Lets a CPU belong to a pool; it has no level yet. RESULT_NO_MEMORY.
MUST_USE enum result vector_pool_add(struct vector_pool *pool, uint32_t cpu);
void vector_pool_release(struct vector_pool *pool);

// Those of a group that belong to a pool.
uint64_t vector_pool_members(const struct vector_pool *pool, uint32_t group);

// Changes the level of a CPU; VECTOR_RANK_ABSENT: it is not to be chosen.
void vector_pool_move(struct vector_pool *pool, uint32_t cpu, uint32_t from, uint32_t to);

// The level of the highest CPU, and which it is: the lowest number of equals. VECTOR_RANK_ABSENT when there is none. In
// a group: among those of `mask`.
uint32_t vector_pool_best(const struct vector_pool *pool, uint32_t *cpu);
uint32_t vector_pool_best_in(const struct vector_pool *pool, uint32_t group, uint64_t mask, uint32_t *cpu);

#endif
