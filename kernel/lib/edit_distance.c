// The distance between two words, row by row: optimal string alignment.

#include "kernel/lib/edit_distance.h"
#include "kernel/lib/memory.h"

static uint32_t least(uint32_t left, uint32_t right)
{
    return left < right ? left : right;
}

uint32_t edit_distance(const char *left, const char *right)
{
    uint8_t rows[3][EDIT_DISTANCE_LENGTH + 1]; // the row being filled, and the two before it
    size_t left_length = strlen(left), right_length = strlen(right);

    if (left_length > EDIT_DISTANCE_LENGTH || right_length > EDIT_DISTANCE_LENGTH)
        return EDIT_DISTANCE_FAR;
    for (size_t j = 0; j <= right_length; j++)
        rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= left_length; i++) {
        uint8_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= right_length; j++) {
            uint32_t best = least(above[j - 1] + (left[i - 1] != right[j - 1]), least(above[j], row[j - 1]) + 1U);
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                best = least(best, second[j - 2] + 1U);
            row[j] = (uint8_t)best;
        }
    }
    return rows[left_length % 3][right_length];
}
