// CPUs sorted by level: all of the machine, or one proximity domain. Two levels: a rank of the CPUs in each group of
// 64, and a rank of the groups by their best CPU. Pure.
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

// Zeroed: empty.
struct vector_pool {
    struct vector_rank groups;                           // by the level of the best CPU of each
    struct vector_pool_group *group[VECTOR_POOL_GROUPS]; // NULL: none of its CPUs belong
};

// Adds a CPU, without a level, to a pool. RESULT_NO_MEMORY.
MUST_USE enum result vector_pool_add(struct vector_pool *pool, uint32_t cpu);
void vector_pool_release(struct vector_pool *pool);

// The CPUs of a group that belong to a pool.
uint64_t vector_pool_members(const struct vector_pool *pool, uint32_t group);

// Changes the level of a CPU; VECTOR_RANK_ABSENT: not to be chosen.
void vector_pool_move(struct vector_pool *pool, uint32_t cpu, uint32_t from, uint32_t to);

// The highest level of a CPU, and that CPU: the lowest number of equals. VECTOR_RANK_ABSENT: none. _in(): only CPUs of
// a group in `mask`.
uint32_t vector_pool_best(const struct vector_pool *pool, uint32_t *cpu);
uint32_t vector_pool_best_in(const struct vector_pool *pool, uint32_t group, uint64_t mask, uint32_t *cpu);

#endif
