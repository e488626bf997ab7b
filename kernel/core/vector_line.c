// Finding free blocks in a row, and the states of a vector.

#include "kernel/core/vector_line.h"

static uint32_t row_of(uint32_t vector)
{
    return (vector - VECTOR_DEVICE_FIRST) / VECTOR_ROW;
}

static uint16_t bit_of(uint32_t vector)
{
    return (uint16_t)(1u << (vector % VECTOR_ROW));
}

// Where blocks of a size may begin in a row.
static const uint16_t starts[] = {[1] = 0xffff, [2] = 0x5555, [4] = 0x1111, [8] = 0x0101, [16] = 0x0001};

// The beginnings of free blocks of at most a row: a bit stays where the `count` bits from it on are free.
static uint32_t blocks_of(uint32_t free, uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2)
        free &= free >> width;
    return free & starts[count];
}

static uint32_t row_free(const struct vector_line *line, const struct vector_line *other, uint32_t row)
{
    return (uint16_t) ~(line->taken[row] | other->taken[row]);
}

// A block of 32 is named by the upper one of its two rows.
static bool row_find(const struct vector_line *line, const struct vector_line *other, uint32_t row, uint32_t count,
                     uint32_t *first)
{
    uint32_t lowest = count > VECTOR_ROW ? row - 1 : row, vector = VECTOR_DEVICE_FIRST + lowest * VECTOR_ROW, blocks;

    if (count <= VECTOR_ROW)
        blocks = blocks_of(row_free(line, other, row), count);
    else
        blocks = vector % count == 0 && (row_free(line, other, lowest) & row_free(line, other, row)) == UINT16_MAX;
    if (blocks == 0)
        return false;
    *first = vector + (uint32_t)__builtin_ctz(blocks);
    return true;
}

void vector_line_clear(struct vector_line *line)
{
    *line = (struct vector_line){.counts.free = VECTOR_DEVICE_COUNT};
}

bool vector_line_find(const struct vector_line *line, const struct vector_line *other, enum irql highest,
                      uint32_t count, uint32_t *first)
{
    uint32_t rows = VECTOR_LINE_ALL & ~(line->full | other->full);

    if (count > VECTOR_ROW)
        rows &= rows << 1;
    while (rows) {
        uint32_t row = vector_line_row(rows, highest);
        if (row_find(line, other, row, count, first))
            return true;
        rows &= ~(uint32_t)BIT(row);
    }
    return false;
}

bool vector_line_has(const struct vector_line *line, uint32_t first, uint32_t count)
{
    for (uint32_t vector = first; vector < first + count; vector++)
        if (line->taken[row_of(vector)] & bit_of(vector))
            return false;
    return true;
}

void vector_line_reserve(struct vector_line *line, uint32_t first, uint32_t count)
{
    for (uint32_t vector = first; vector < first + count; vector++) {
        line->taken[row_of(vector)] |= bit_of(vector);
        line->reserved[row_of(vector)] |= bit_of(vector);
        line->full |= (uint32_t)(line->taken[row_of(vector)] == UINT16_MAX) << row_of(vector);
    }
    line->counts.free -= count;
    line->counts.reserved += count;
}

void vector_line_commit(struct vector_line *line, uint32_t vector)
{
    if (!(line->reserved[row_of(vector)] & bit_of(vector)))
        return;
    line->reserved[row_of(vector)] &= (uint16_t)~bit_of(vector);
    line->counts.reserved--;
    line->counts.allocated++;
}

void vector_line_drain(struct vector_line *line, uint32_t vector)
{
    uint32_t row = row_of(vector);
    uint16_t allocated = line->taken[row] & (uint16_t) ~(line->reserved[row] | line->draining[row]);

    if (!(allocated & bit_of(vector)))
        return;
    line->draining[row] |= bit_of(vector);
    line->counts.allocated--;
    line->counts.draining++;
}

bool vector_line_free(struct vector_line *line, uint32_t vector)
{
    uint32_t row = row_of(vector);
    uint16_t bit = bit_of(vector);

    if (!(line->taken[row] & bit))
        return false;
    if (line->reserved[row] & bit)
        line->counts.reserved--;
    else if (line->draining[row] & bit)
        line->counts.draining--;
    else
        line->counts.allocated--;
    line->taken[row] &= (uint16_t)~bit;
    line->reserved[row] &= (uint16_t)~bit;
    line->draining[row] &= (uint16_t)~bit;
    line->full &= ~(uint32_t)BIT(row);
    line->counts.free++;
    return true;
}

enum vector_state vector_line_state(const struct vector_line *line, uint32_t vector)
{
    uint32_t row = row_of(vector);

    if (!(line->taken[row] & bit_of(vector)))
        return VECTOR_FREE;
    if (line->reserved[row] & bit_of(vector))
        return VECTOR_RESERVED;
    return line->draining[row] & bit_of(vector) ? VECTOR_DRAINING : VECTOR_ALLOCATED;
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

uint32_t vector_line_next_taken(const struct vector_line *line, uint32_t from)
{
    for (uint32_t vector = from; vector < VECTOR_DEVICE_END; vector = (vector / VECTOR_ROW + 1) * VECTOR_ROW) {
        uint32_t rest = line->taken[row_of(vector)] & (UINT16_MAX << vector % VECTOR_ROW);
        if (rest)
            return vector / VECTOR_ROW * VECTOR_ROW + (uint32_t)__builtin_ctz(rest);
    }
    return VECTOR_DEVICE_END;
}
