// Which vectors are taken on which CPU, and which CPU has most of them left.

#include "kernel/vector_matrix.h"
#include "kernel/heap.h"

enum {
    ROW_COUNT = VECTOR_DEVICE_COUNT / VECTOR_ROW,
    BUCKET_COUNT = VECTOR_DEVICE_COUNT + 1, // one per possible number of free vectors
    WORD_BITS = 64,
};

// One CPU's vectors: a bit per vector, a word per row. A vector that is taken but in neither other mask is allocated.
struct matrix_cpu {
    uint16_t taken[ROW_COUNT];
    uint16_t reserved[ROW_COUNT];
    uint16_t draining[ROW_COUNT];
    struct vector_counts counts;
    bool open;
};

// The open CPUs that have the same number of vectors free: a bit per CPU, and a bit per word of those that is not zero.
// Two levels of 64 reach VECTOR_MATRIX_CPU_COUNT, so the lowest CPU is found by two bit scans.
struct bucket {
    uint64_t summary;
    uint64_t *words;
};

struct vector_matrix {
    uint32_t cpu_count;
    uint64_t occupied[(BUCKET_COUNT + WORD_BITS - 1) / WORD_BITS]; // buckets that hold a CPU
    struct bucket buckets[BUCKET_COUNT];
    struct matrix_cpu cpus[];
};
_Static_assert(WORD_BITS *WORD_BITS == VECTOR_MATRIX_CPU_COUNT, "a bucket is exactly two levels deep");

static uint32_t row_of(uint32_t vector)
{
    return (vector - VECTOR_DEVICE_FIRST) / VECTOR_ROW;
}

static uint16_t bit_of(uint32_t vector)
{
    return (uint16_t)(1u << (vector % VECTOR_ROW));
}

static void bucket_insert(struct vector_matrix *matrix, uint32_t free, uint32_t cpu)
{
    struct bucket *bucket = &matrix->buckets[free];

    bucket->words[cpu / WORD_BITS] |= BIT(cpu % WORD_BITS);
    bucket->summary |= BIT(cpu / WORD_BITS);
    matrix->occupied[free / WORD_BITS] |= BIT(free % WORD_BITS);
}

static void bucket_remove(struct vector_matrix *matrix, uint32_t free, uint32_t cpu)
{
    struct bucket *bucket = &matrix->buckets[free];

    bucket->words[cpu / WORD_BITS] &= ~BIT(cpu % WORD_BITS);
    if (bucket->words[cpu / WORD_BITS] == 0)
        bucket->summary &= ~BIT(cpu / WORD_BITS);
    if (bucket->summary == 0)
        matrix->occupied[free / WORD_BITS] &= ~BIT(free % WORD_BITS);
}

static void free_change(struct vector_matrix *matrix, uint32_t cpu, int32_t by)
{
    struct matrix_cpu *line = &matrix->cpus[cpu];

    if (line->open)
        bucket_remove(matrix, line->counts.free, cpu);
    line->counts.free = (uint32_t)((int32_t)line->counts.free + by);
    if (line->open)
        bucket_insert(matrix, line->counts.free, cpu);
}

// Takes `count` vectors of one row, or of this row and the one above it for a block of 32.
static bool row_take(struct matrix_cpu *line, uint32_t row, uint32_t count, uint32_t *first)
{
    uint32_t vector = VECTOR_DEVICE_FIRST + row * VECTOR_ROW;

    if (count > VECTOR_ROW) {
        if (vector % count != 0 || row + 1 >= ROW_COUNT || line->taken[row] || line->taken[row + 1])
            return false;
        line->taken[row] = line->taken[row + 1] = UINT16_MAX;
        line->reserved[row] = line->reserved[row + 1] = UINT16_MAX;
        *first = vector;
        return true;
    }
    for (uint32_t at = 0; at < VECTOR_ROW; at += count) {
        uint16_t mask = (uint16_t)(((1u << count) - 1) << at);
        if (line->taken[row] & mask)
            continue;
        line->taken[row] |= mask;
        line->reserved[row] |= mask;
        *first = vector + at;
        return true;
    }
    return false;
}

static bool line_take(struct matrix_cpu *line, uint32_t low, uint32_t high, uint32_t count, uint32_t *first)
{
    uint32_t below = count > VECTOR_ROW ? 1 : 0; // a block of 32 starts one row lower than the row it is named by

    for (uint32_t row = high + 1; row-- > below;)
        if (row_take(line, row - below, count, first))
            return true;
    for (uint32_t row = high + 1; row < ROW_COUNT; row++)
        if (row_take(line, row - below, count, first))
            return true;
    return false;
}

struct vector_matrix *vector_matrix_create(uint32_t cpus)
{
    uint32_t words = (cpus + WORD_BITS - 1) / WORD_BITS;

    if (cpus == 0 || cpus > VECTOR_MATRIX_CPU_COUNT)
        return NULL;
    struct vector_matrix *matrix = heap_allocate(sizeof(*matrix) + cpus * sizeof(matrix->cpus[0]));
    uint64_t *bits = heap_allocate(BUCKET_COUNT * words * sizeof(uint64_t));
    if (!matrix || !bits) {
        heap_free(matrix);
        heap_free(bits);
        return NULL;
    }
    matrix->cpu_count = cpus;
    for (uint32_t i = 0; i < BUCKET_COUNT; i++)
        matrix->buckets[i].words = bits + i * words;
    for (uint32_t i = 0; i < cpus; i++)
        matrix->cpus[i].counts.free = VECTOR_DEVICE_COUNT;
    return matrix;
}

void vector_matrix_destroy(struct vector_matrix *matrix)
{
    if (matrix)
        heap_free(matrix->buckets[0].words);
    heap_free(matrix);
}

void vector_matrix_open(struct vector_matrix *matrix, uint32_t cpu)
{
    if (matrix->cpus[cpu].open)
        return;
    matrix->cpus[cpu].open = true;
    bucket_insert(matrix, matrix->cpus[cpu].counts.free, cpu);
}

void vector_matrix_close(struct vector_matrix *matrix, uint32_t cpu)
{
    if (!matrix->cpus[cpu].open)
        return;
    matrix->cpus[cpu].open = false;
    bucket_remove(matrix, matrix->cpus[cpu].counts.free, cpu);
}

bool vector_matrix_is_open(const struct vector_matrix *matrix, uint32_t cpu)
{
    return cpu < matrix->cpu_count && matrix->cpus[cpu].open;
}

static bool is_block(enum irql lowest, enum irql highest, uint32_t count)
{
    bool power_of_two = count && (count & (count - 1)) == 0;

    return power_of_two && count <= 2 * VECTOR_ROW && lowest <= highest && lowest >= IRQL_DEVICE_LOWEST &&
           highest <= IRQL_DEVICE_HIGHEST;
}

enum result vector_matrix_reserve(struct vector_matrix *matrix, uint32_t cpu, enum irql lowest, enum irql highest,
                                  uint32_t count, uint32_t *first)
{
    if (cpu >= matrix->cpu_count || !is_block(lowest, highest, count))
        return RESULT_INVALID;
    if (!matrix->cpus[cpu].open ||
        !line_take(&matrix->cpus[cpu], lowest - IRQL_DEVICE_LOWEST, highest - IRQL_DEVICE_LOWEST, count, first))
        return RESULT_NO_VECTORS;
    free_change(matrix, cpu, -(int32_t)count);
    matrix->cpus[cpu].counts.reserved += count;
    return RESULT_OK;
}

// Marks vectors that are known to be free.
static void take_at(struct vector_matrix *matrix, uint32_t cpu, uint32_t first, uint32_t count)
{
    struct matrix_cpu *line = &matrix->cpus[cpu];

    for (uint32_t vector = first; vector < first + count; vector++) {
        line->taken[row_of(vector)] |= bit_of(vector);
        line->reserved[row_of(vector)] |= bit_of(vector);
    }
    free_change(matrix, cpu, -(int32_t)count);
    line->counts.reserved += count;
}

enum result vector_matrix_reserve_at(struct vector_matrix *matrix, uint32_t cpu, uint32_t first, uint32_t count)
{
    if (cpu >= matrix->cpu_count || first < VECTOR_DEVICE_FIRST || first >= VECTOR_LEGACY || count == 0 ||
        count > VECTOR_LEGACY - first)
        return RESULT_INVALID;
    if (!matrix->cpus[cpu].open)
        return RESULT_NO_VECTORS;
    for (uint32_t vector = first; vector < first + count; vector++)
        if (vector_matrix_is_taken(matrix, cpu, vector))
            return RESULT_NO_VECTORS;
    take_at(matrix, cpu, first, count);
    return RESULT_OK;
}

enum result vector_matrix_reserve_pair(struct vector_matrix *matrix, uint32_t cpu, uint32_t other, enum irql lowest,
                                       enum irql highest, uint32_t count, uint32_t *first)
{
    struct matrix_cpu both;

    if (cpu >= matrix->cpu_count || other >= matrix->cpu_count || cpu == other || !is_block(lowest, highest, count))
        return RESULT_INVALID;
    if (!matrix->cpus[cpu].open)
        return RESULT_NO_VECTORS;
    both = matrix->cpus[cpu];
    for (uint32_t row = 0; row < ROW_COUNT; row++)
        both.taken[row] |= matrix->cpus[other].taken[row];
    if (!line_take(&both, lowest - IRQL_DEVICE_LOWEST, highest - IRQL_DEVICE_LOWEST, count, first))
        return RESULT_NO_VECTORS;
    take_at(matrix, cpu, *first, count);
    take_at(matrix, other, *first, count);
    return RESULT_OK;
}

void vector_matrix_commit(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    struct matrix_cpu *line = &matrix->cpus[cpu];

    if (!(line->reserved[row_of(vector)] & bit_of(vector)))
        return;
    line->reserved[row_of(vector)] &= (uint16_t)~bit_of(vector);
    line->counts.reserved--;
    line->counts.allocated++;
}

void vector_matrix_drain(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    struct matrix_cpu *line = &matrix->cpus[cpu];
    uint32_t row = row_of(vector);
    uint16_t allocated = line->taken[row] & (uint16_t) ~(line->reserved[row] | line->draining[row]);

    if (!(allocated & bit_of(vector)))
        return;
    line->draining[row] |= bit_of(vector);
    line->counts.allocated--;
    line->counts.draining++;
}

void vector_matrix_free(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    struct matrix_cpu *line = &matrix->cpus[cpu];
    uint32_t row = row_of(vector);
    uint16_t bit = bit_of(vector);

    if (!(line->taken[row] & bit))
        return;
    if (line->reserved[row] & bit)
        line->counts.reserved--;
    else if (line->draining[row] & bit)
        line->counts.draining--;
    else
        line->counts.allocated--;
    line->taken[row] &= (uint16_t)~bit;
    line->reserved[row] &= (uint16_t)~bit;
    line->draining[row] &= (uint16_t)~bit;
    free_change(matrix, cpu, 1);
}

enum result vector_matrix_least_loaded(const struct vector_matrix *matrix, uint32_t *cpu)
{
    for (uint32_t word = ARRAY_COUNT(matrix->occupied); word-- > 0;) {
        uint64_t occupied = matrix->occupied[word] & (word == 0 ? ~BIT(0) : ~UINT64_C(0)); // bucket 0: nothing free
        if (occupied == 0)
            continue;
        uint32_t free = word * WORD_BITS + (WORD_BITS - 1 - (uint32_t)__builtin_clzll(occupied));
        const struct bucket *bucket = &matrix->buckets[free];
        uint32_t at = (uint32_t)__builtin_ctzll(bucket->summary);
        *cpu = at * WORD_BITS + (uint32_t)__builtin_ctzll(bucket->words[at]);
        return RESULT_OK;
    }
    return RESULT_NO_VECTORS;
}

struct vector_counts vector_matrix_counts(const struct vector_matrix *matrix, uint32_t cpu)
{
    return matrix->cpus[cpu].counts;
}

bool vector_matrix_is_taken(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    return matrix->cpus[cpu].taken[row_of(vector)] & bit_of(vector);
}

enum vector_state vector_matrix_state(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    const struct matrix_cpu *line = &matrix->cpus[cpu];

    if (vector < VECTOR_DEVICE_FIRST || vector >= VECTOR_LEGACY || !vector_matrix_is_taken(matrix, cpu, vector))
        return VECTOR_FREE;
    if (line->reserved[row_of(vector)] & bit_of(vector))
        return VECTOR_RESERVED;
    return line->draining[row_of(vector)] & bit_of(vector) ? VECTOR_DRAINING : VECTOR_ALLOCATED;
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
