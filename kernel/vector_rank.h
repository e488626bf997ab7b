// Up to 64 members in the order of their levels: the highest is found at once, in the same time for any number of
// members. The members are the CPUs of a group, or groups (kernel/vector_pool.h); the level of a CPU is one more than
// its free vectors. Pure, and in the header: each vector taken or given back comes through here four times.
#ifndef KERNEL_VECTOR_RANK_H
#define KERNEL_VECTOR_RANK_H

#include "kernel/irql.h"

enum {
    VECTOR_RANK_MEMBERS = 64,
    VECTOR_RANK_ABSENT = 0, // the level of who is not to be found
    VECTOR_RANK_FULL = 1,   // of who has no vector free
    VECTOR_RANK_LEVELS = VECTOR_RANK_FULL + VECTOR_DEVICE_COUNT + 1,
};

// Zeroed: no members.
struct vector_rank {
    uint32_t best;                                     // the highest level that somebody is at
    uint64_t occupied[(VECTOR_RANK_LEVELS + 63) / 64]; // levels that somebody is at
    uint64_t members[VECTOR_RANK_LEVELS];              // who is at a level; of VECTOR_RANK_ABSENT nobody knows
};

// The highest occupied level up to `level`, VECTOR_RANK_ABSENT when there is none.
static inline uint32_t vector_rank_next(const struct vector_rank *rank, uint32_t level)
{
    uint64_t word = rank->occupied[level / 64] & ~UINT64_C(0) >> (63 - level % 64);
    uint32_t at = level / 64;

    while (word == 0 && at > 0)
        word = rank->occupied[--at];
    return word ? at * 64 + 63 - (uint32_t)__builtin_clzll(word) : VECTOR_RANK_ABSENT;
}

// Moves a member from the level it is at to another.
static inline void vector_rank_move(struct vector_rank *rank, uint32_t member, uint32_t from, uint32_t to)
{
    rank->members[from] &= ~BIT(member);
    if (rank->members[from] == 0)
        rank->occupied[from / 64] &= ~BIT(from % 64);
    if (to != VECTOR_RANK_ABSENT) {
        rank->members[to] |= BIT(member);
        rank->occupied[to / 64] |= BIT(to % 64);
    }
    if (to >= rank->best)
        rank->best = to;
    else if (rank->members[rank->best] == 0)
        rank->best = vector_rank_next(rank, rank->best);
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
        level = vector_rank_next(rank, level - 1);
    if (level != VECTOR_RANK_ABSENT)
        *member = (uint32_t)__builtin_ctzll(rank->members[level] & mask);
    return level;
}

#endif
