// One CPU's device vectors, a bit each. Pure.
#ifndef KERNEL_CORE_VECTOR_BITMAP_H
#define KERNEL_CORE_VECTOR_BITMAP_H

#include "kernel/core/irql.h"

enum { VECTOR_BITMAP_ROWS = VECTOR_DEVICE_COUNT / VECTOR_ROW, VECTOR_BITMAP_ALL = (1 << VECTOR_BITMAP_ROWS) - 1 };

// States of a vector: free -> reserved (taken, hardware not yet pointed at it) -> allocated (live) -> draining
// (hardware no longer points at it, late messages may arrive) -> free.
enum vector_state { VECTOR_FREE, VECTOR_RESERVED, VECTOR_ALLOCATED, VECTOR_DRAINING };
struct vector_counts {
    uint32_t free;
    uint32_t reserved;
    uint32_t allocated;
    uint32_t draining;
};

// A word per row. A vector that is taken but in neither other mask is allocated.
struct vector_bitmap {
    uint16_t taken[VECTOR_BITMAP_ROWS];
    uint16_t reserved[VECTOR_BITMAP_ROWS];
    uint16_t draining[VECTOR_BITMAP_ROWS];
    uint32_t full; // rows with no vector free, a bit each
    struct vector_counts counts;
};

// All free.
void vector_bitmap_clear(struct vector_bitmap *map);

// Finds `count` (1, 2, 4, 8, 16 or 32) vectors that are free on both maps, contiguous and aligned to count: from row
// `highest` downwards, else above it upwards. A block of 32 covers two rows and is searched by the upper one. Changes
// nothing. False when there is no such block.
bool vector_bitmap_find(const struct vector_bitmap *map, const struct vector_bitmap *other, enum irql highest,
                        uint32_t count, uint32_t *first);

// The first row to search in a non-empty mask: the highest up to row `highest`, else the lowest.
static inline uint32_t vector_bitmap_row(uint32_t rows, enum irql highest)
{
    uint32_t below = rows & ((2u << (highest - IRQL_DEVICE_LOWEST)) - 1);

    return below ? 31 - (uint32_t)__builtin_clz(below) : (uint32_t)__builtin_ctz(rows);
}

// vector_bitmap_find() and vector_bitmap_reserve() for one vector. Inline for speed: called for every message placed.
static inline bool vector_bitmap_take(struct vector_bitmap *map, enum irql highest, uint32_t *vector)
{
    uint32_t rows = VECTOR_BITMAP_ALL & ~map->full;

    if (rows == 0)
        return false;
    uint32_t row = vector_bitmap_row(rows, highest), free = ~(uint32_t)map->taken[row];
    *vector = VECTOR_DEVICE_FIRST + row * VECTOR_ROW + (uint32_t)__builtin_ctz(free);
    map->reserved[row] |= (uint16_t)(free & -free);
    map->taken[row] |= (uint16_t)(free & -free);
    if (map->taken[row] == UINT16_MAX)
        map->full |= 1u << row;
    map->counts.free--;
    map->counts.reserved++;
    return true;
}

// Whether these vectors are all free; free -> reserved, only if they are.
bool vector_bitmap_has(const struct vector_bitmap *map, uint32_t first, uint32_t count);
void vector_bitmap_reserve(struct vector_bitmap *map, uint32_t first, uint32_t count);

// reserved -> allocated, allocated -> draining, anything -> free; no effect in another state. vector_bitmap_free()
// returns whether the vector was taken.
void vector_bitmap_commit(struct vector_bitmap *map, uint32_t vector);
void vector_bitmap_drain(struct vector_bitmap *map, uint32_t vector);
bool vector_bitmap_free(struct vector_bitmap *map, uint32_t vector);

// State of a vector.
enum vector_state vector_bitmap_state(const struct vector_bitmap *map, uint32_t vector);

// "free", "reserved", "allocated", "draining".
const char *vector_state_name(enum vector_state state);

// The lowest vector from `from` on that is not free; VECTOR_DEVICE_END when there is none.
uint32_t vector_bitmap_next_taken(const struct vector_bitmap *map, uint32_t from);

#endif
