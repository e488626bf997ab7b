// Up to 64 members in the order of their levels: the highest is found in constant time. The members are the CPUs of a
// group, or groups (kernel/core/vector_pool.h); the level of a CPU is one more than its free vectors. Pure. Inline for
// speed: four calls per vector reserved or freed.
#ifndef KERNEL_CORE_VECTOR_RANK_H
#define KERNEL_CORE_VECTOR_RANK_H

#include "kernel/core/irql.h"

enum {
    VECTOR_RANK_MEMBERS = 64,
    VECTOR_RANK_ABSENT = 0, // a member not to be chosen
    VECTOR_RANK_FULL = 1,   // a CPU with no vector free
    VECTOR_RANK_LEVELS = VECTOR_RANK_FULL + VECTOR_DEVICE_COUNT + 1,
};

// Zeroed: no members.
struct vector_rank {
    uint32_t best;                        // the highest level with a member
    uint64_t members[VECTOR_RANK_LEVELS]; // by level, a bit per member; [VECTOR_RANK_ABSENT] is never searched
};

// Moves a member from level `from` to `to`. If it was the last at the best level, the search for the next ends at `to`
// at the latest: one step when a vector is taken.
static inline void vector_rank_move(struct vector_rank *rank, uint32_t member, uint32_t from, uint32_t to)
{
    rank->members[from] &= ~BIT(member);
    rank->members[to] |= BIT(member);
    if (to > rank->best)
        rank->best = to;
    while (rank->best != VECTOR_RANK_ABSENT && rank->members[rank->best] == 0)
        rank->best--;
}

// The highest level, and its member: the lowest number of equals. VECTOR_RANK_ABSENT: none.
static inline uint32_t vector_rank_highest(const struct vector_rank *rank, uint32_t *member)
{
    if (rank->best != VECTOR_RANK_ABSENT)
        *member = (uint32_t)__builtin_ctzll(rank->members[rank->best]);
    return rank->best;
}

// vector_rank_highest() among the members in `mask`.
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
