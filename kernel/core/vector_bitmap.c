// Finding free blocks in a row, and the states of a vector.

#include "kernel/core/vector_bitmap.h"

static uint32_t row_of(uint32_t vector)
{
    return (vector - VECTOR_DEVICE_FIRST) / VECTOR_ROW;
}

static uint16_t bit_of(uint32_t vector)
{
    return (uint16_t)(1u << (vector % VECTOR_ROW));
}

// Aligned first bits of blocks in a row, by block size.
static const uint16_t starts[] = {[1] = 0xffff, [2] = 0x5555, [4] = 0x1111, [8] = 0x0101, [16] = 0x0001};

// First bits of free blocks of up to 16: a bit is set if `count` bits from it on are free and it is aligned.
static uint32_t blocks_of(uint32_t free, uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2)
        free &= free >> width;
    return free & starts[count];
}

static uint32_t row_free(const struct vector_bitmap *map, const struct vector_bitmap *other, uint32_t row)
{
    return (uint16_t) ~(map->taken[row] | other->taken[row]);
}

// For a block of 32 `row` is the upper of its two rows.
static bool row_find(const struct vector_bitmap *map, const struct vector_bitmap *other, uint32_t row, uint32_t count,
                     uint32_t *first)
{
    uint32_t lowest = count > VECTOR_ROW ? row - 1 : row, vector = VECTOR_DEVICE_FIRST + lowest * VECTOR_ROW, blocks;

    if (count <= VECTOR_ROW)
        blocks = blocks_of(row_free(map, other, row), count);
    else
        blocks = vector % count == 0 && (row_free(map, other, lowest) & row_free(map, other, row)) == UINT16_MAX;
    if (blocks == 0)
        return false;
    *first = vector + (uint32_t)__builtin_ctz(blocks);
    return true;
}

void vector_bitmap_clear(struct vector_bitmap *map)
{
    *map = (struct vector_bitmap){.counts.free = VECTOR_DEVICE_COUNT};
}

bool vector_bitmap_find(const struct vector_bitmap *map, const struct vector_bitmap *other, enum irql highest,
                        uint32_t count, uint32_t *first)
{
    uint32_t rows = VECTOR_BITMAP_ALL & ~(map->full | other->full);

    if (count > VECTOR_ROW)
        rows &= rows << 1;
    while (rows) {
        uint32_t row = vector_bitmap_row(rows, highest);
        if (row_find(map, other, row, count, first))
            return true;
        rows &= ~(uint32_t)BIT(row);
    }
    return false;
}

bool vector_bitmap_has(const struct vector_bitmap *map, uint32_t first, uint32_t count)
{
    for (uint32_t vector = first; vector < first + count; vector++)
        if (map->taken[row_of(vector)] & bit_of(vector))
            return false;
    return true;
}

void vector_bitmap_reserve(struct vector_bitmap *map, uint32_t first, uint32_t count)
{
    for (uint32_t vector = first; vector < first + count; vector++) {
        map->taken[row_of(vector)] |= bit_of(vector);
        map->reserved[row_of(vector)] |= bit_of(vector);
        map->full |= (uint32_t)(map->taken[row_of(vector)] == UINT16_MAX) << row_of(vector);
    }
    map->counts.free -= count;
    map->counts.reserved += count;
}

void vector_bitmap_commit(struct vector_bitmap *map, uint32_t vector)
{
    if (!(map->reserved[row_of(vector)] & bit_of(vector)))
        return;
    map->reserved[row_of(vector)] &= (uint16_t)~bit_of(vector);
    map->counts.reserved--;
    map->counts.allocated++;
}

void vector_bitmap_drain(struct vector_bitmap *map, uint32_t vector)
{
    uint32_t row = row_of(vector);
    uint16_t allocated = map->taken[row] & (uint16_t) ~(map->reserved[row] | map->draining[row]);

    if (!(allocated & bit_of(vector)))
        return;
    map->draining[row] |= bit_of(vector);
    map->counts.allocated--;
    map->counts.draining++;
}

bool vector_bitmap_free(struct vector_bitmap *map, uint32_t vector)
{
    uint32_t row = row_of(vector);
    uint16_t bit = bit_of(vector);

    if (!(map->taken[row] & bit))
        return false;
    if (map->reserved[row] & bit)
        map->counts.reserved--;
    else if (map->draining[row] & bit)
        map->counts.draining--;
    else
        map->counts.allocated--;
    map->taken[row] &= (uint16_t)~bit;
    map->reserved[row] &= (uint16_t)~bit;
    map->draining[row] &= (uint16_t)~bit;
    map->full &= ~(uint32_t)BIT(row);
    map->counts.free++;
    return true;
}

enum vector_state vector_bitmap_state(const struct vector_bitmap *map, uint32_t vector)
{
    uint32_t row = row_of(vector);

    if (!(map->taken[row] & bit_of(vector)))
        return VECTOR_FREE;
    if (map->reserved[row] & bit_of(vector))
        return VECTOR_RESERVED;
    return map->draining[row] & bit_of(vector) ? VECTOR_DRAINING : VECTOR_ALLOCATED;
}

const char *vector_state_name(enum vector_state state)
{
    static const char *const names[] = {
        [VECTOR_FREE] = "free",
        [VECTOR_RESERVED] = "reserved",
        [VECTOR_ALLOCATED] = "allocated",
        [VECTOR_DRAINING] = "draining",
    };

    return (uint32_t)state < ARRAY_COUNT(names) ? names[state] : "unknown";
}

uint32_t vector_bitmap_next_taken(const struct vector_bitmap *map, uint32_t from)
{
    for (uint32_t vector = from; vector < VECTOR_DEVICE_END; vector = (vector / VECTOR_ROW + 1) * VECTOR_ROW) {
        uint32_t rest = map->taken[row_of(vector)] & (UINT16_MAX << vector % VECTOR_ROW);
        if (rest)
            return vector / VECTOR_ROW * VECTOR_ROW + (uint32_t)__builtin_ctz(rest);
    }
    return VECTOR_DEVICE_END;
}
