// Up to 64 members in the order of their levels: the highest is found at once, in the same time for any number of
// members. The members are the CPUs of a group, or groups (kernel/core/vector_pool.h); the level of a CPU is one more
// than its free vectors. Pure, and in the header: each vector taken or given back comes through here four times.
#ifndef KERNEL_CORE_VECTOR_RANK_H
#define KERNEL_CORE_VECTOR_RANK_H

#include "kernel/core/irql.h"

enum {
    VECTOR_RANK_MEMBERS = 64,
    VECTOR_RANK_ABSENT = 0, // the level of who is not to be found
    VECTOR_RANK_FULL = 1,   // of who has no vector free
    VECTOR_RANK_LEVELS = VECTOR_RANK_FULL + VECTOR_DEVICE_COUNT + 1,
};

// Zeroed: no members.
struct vector_rank {
    uint32_t best;                        // the highest level that somebody is at
    uint64_t members[VECTOR_RANK_LEVELS]; // who is at a level; whoever is absent is not looked for
};

// Moves a member from the level it is at to another. Where it was the last of the best, the next best is no lower than
// it is now: a step away when a vector is taken.
static inline void vector_rank_move(struct vector_rank *rank, uint32_t member, uint32_t from, uint32_t to)
{
    rank->members[from] &= ~BIT(member);
    rank->members[to] |= BIT(member);
    if (to > rank->best)
        rank->best = to;
    while (rank->best != VECTOR_RANK_ABSENT && rank->members[rank->best] == 0)
        rank->best--;
}

// The level of the highest member, and who that is: the lowest number of equals. VECTOR_RANK_ABSENT when there is none.
static inline uint32_t vector_rank_highest(const struct vector_rank *rank, uint32_t *member)
{
    if (rank->best != VECTOR_RANK_ABSENT)
        *member = (uint32_t)__builtin_ctzll(rank->members[rank->best]);
    return rank->best;
}

// The same among the members in `mask`.
static inline uint32_t vector_rank_highest_of(const struct vector_rank *rank, uint64_t mask, uint32_t *member)
{
    uint32_t level = rank->best;

    while (level != VECTOR_RANK_ABSENT && !(rank->members[level] & mask))
        level--;
    if (level != VECTOR_RANK_ABSENT)
        *member = (uint32_t)__builtin_ctzll(rank->members[level] & mask);
    return level;
}

#endif
