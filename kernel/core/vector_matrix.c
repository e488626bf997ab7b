// Which vectors are taken on which CPU, and which CPU has most free.

#include "kernel/core/vector_matrix.h"
#include "kernel/core/host.h"
#include "kernel/core/vector_domains.h"

struct matrix_cpu {
    struct vector_bitmap vectors;
    bool open;
};

struct vector_matrix {
    uint32_t cpu_count;
    uint32_t free_total;                     // of the open CPUs
    struct vector_bitmap level;              // numbers in use by a level line on any CPU
    uint32_t level_cpu[VECTOR_DEVICE_COUNT]; // its CPU, by number
    struct vector_domains domains;
    struct matrix_cpu cpus[];
};
_Static_assert(VECTOR_POOL_GROUPS *VECTOR_RANK_MEMBERS == VECTOR_MATRIX_CPU_COUNT, "a pool is exactly two levels deep");

// Updates totals and pools after a CPU's free count changed from `before`.
static void free_changed(struct vector_matrix *matrix, uint32_t cpu, uint32_t before)
{
    uint32_t after = matrix->cpus[cpu].vectors.counts.free;

    if (!matrix->cpus[cpu].open)
        return;
    matrix->free_total += after - before;
    vector_domains_move(&matrix->domains, cpu, VECTOR_RANK_FULL + before, VECTOR_RANK_FULL + after);
}

static void reserve(struct vector_matrix *matrix, uint32_t cpu, uint32_t first, uint32_t count)
{
    uint32_t before = matrix->cpus[cpu].vectors.counts.free;

    vector_bitmap_reserve(&matrix->cpus[cpu].vectors, first, count);
    free_changed(matrix, cpu, before);
}

static enum result reserve_one(struct vector_matrix *matrix, uint32_t cpu, enum irql highest, uint32_t *vector)
{
    uint32_t before = matrix->cpus[cpu].vectors.counts.free;

    if (!vector_bitmap_take(&matrix->cpus[cpu].vectors, highest, vector))
        return RESULT_NO_VECTORS;
    free_changed(matrix, cpu, before);
    return RESULT_OK;
}

struct vector_matrix *vector_matrix_create(uint32_t cpus, uint32_t (*node_of)(uint32_t cpu))
{
    if (cpus == 0 || cpus > VECTOR_MATRIX_CPU_COUNT)
        return NULL;
    struct vector_matrix *matrix = host_allocate(sizeof(*matrix) + cpus * sizeof(matrix->cpus[0]));
    if (!matrix)
        return NULL;
    matrix->cpu_count = cpus;
    vector_bitmap_clear(&matrix->level);
    for (uint32_t i = 0; i < cpus; i++)
        vector_bitmap_clear(&matrix->cpus[i].vectors);
    if (vector_domains_create(&matrix->domains, cpus, node_of) == RESULT_OK)
        return matrix;
    vector_matrix_destroy(matrix);
    return NULL;
}

void vector_matrix_destroy(struct vector_matrix *matrix)
{
    if (matrix)
        vector_domains_release(&matrix->domains);
    host_free(matrix);
}

void vector_matrix_open(struct vector_matrix *matrix, uint32_t cpu)
{
    uint32_t free = matrix->cpus[cpu].vectors.counts.free;

    if (matrix->cpus[cpu].open)
        return;
    matrix->cpus[cpu].open = true;
    matrix->free_total += free;
    vector_domains_move(&matrix->domains, cpu, VECTOR_RANK_ABSENT, VECTOR_RANK_FULL + free);
}

void vector_matrix_close(struct vector_matrix *matrix, uint32_t cpu)
{
    uint32_t free = matrix->cpus[cpu].vectors.counts.free;

    if (!matrix->cpus[cpu].open)
        return;
    matrix->cpus[cpu].open = false;
    matrix->free_total -= free;
    vector_domains_move(&matrix->domains, cpu, VECTOR_RANK_FULL + free, VECTOR_RANK_ABSENT);
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
    const struct matrix_cpu *own = &matrix->cpus[cpu];
    if (!own->open)
        return RESULT_NO_VECTORS;
    if (count == 1)
        return reserve_one(matrix, cpu, highest, first);
    if (!vector_bitmap_find(&own->vectors, &own->vectors, highest, count, first))
        return RESULT_NO_VECTORS;
    reserve(matrix, cpu, *first, count);
    return RESULT_OK;
}

enum result vector_matrix_reserve_level(struct vector_matrix *matrix, uint32_t cpu, enum irql lowest, enum irql highest,
                                        uint32_t *vector)
{
    if (cpu >= matrix->cpu_count || !is_block(lowest, highest, 1))
        return RESULT_INVALID;
    const struct matrix_cpu *own = &matrix->cpus[cpu];
    if (!own->open || !vector_bitmap_find(&own->vectors, &matrix->level, highest, 1, vector))
        return RESULT_NO_VECTORS;
    reserve(matrix, cpu, *vector, 1);
    vector_bitmap_reserve(&matrix->level, *vector, 1);
    matrix->level_cpu[*vector - VECTOR_DEVICE_FIRST] = cpu;
    return RESULT_OK;
}

enum result vector_matrix_reserve_at(struct vector_matrix *matrix, uint32_t cpu, uint32_t first, uint32_t count)
{
    if (cpu >= matrix->cpu_count || first < VECTOR_DEVICE_FIRST || first >= VECTOR_DEVICE_END || count == 0 ||
        count > VECTOR_DEVICE_END - first)
        return RESULT_INVALID;
    if (!matrix->cpus[cpu].open || !vector_bitmap_has(&matrix->cpus[cpu].vectors, first, count))
        return RESULT_NO_VECTORS;
    reserve(matrix, cpu, first, count);
    return RESULT_OK;
}

enum result vector_matrix_reserve_pair(struct vector_matrix *matrix, uint32_t cpu, uint32_t other, enum irql lowest,
                                       enum irql highest, uint32_t count, uint32_t *first)
{
    if (cpu >= matrix->cpu_count || other >= matrix->cpu_count || cpu == other || !is_block(lowest, highest, count))
        return RESULT_INVALID;
    const struct vector_bitmap *own = &matrix->cpus[cpu].vectors, *second = &matrix->cpus[other].vectors;
    if (!matrix->cpus[cpu].open || !vector_bitmap_find(own, second, highest, count, first))
        return RESULT_NO_VECTORS;
    reserve(matrix, cpu, *first, count);
    reserve(matrix, other, *first, count);
    return RESULT_OK;
}

void vector_matrix_commit(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    vector_bitmap_commit(&matrix->cpus[cpu].vectors, vector);
}

void vector_matrix_drain(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    vector_bitmap_drain(&matrix->cpus[cpu].vectors, vector);
}

void vector_matrix_free(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    uint32_t before = matrix->cpus[cpu].vectors.counts.free;

    if (!vector_bitmap_free(&matrix->cpus[cpu].vectors, vector))
        return;
    free_changed(matrix, cpu, before);
    if (matrix->level_cpu[vector - VECTOR_DEVICE_FIRST] == cpu)
        (void)vector_bitmap_free(&matrix->level, vector);
}

static bool has_room(uint32_t level)
{
    return level > VECTOR_RANK_FULL;
}

enum result vector_matrix_least_loaded(const struct vector_matrix *matrix, uint32_t *cpu)
{
    return has_room(vector_pool_best(&matrix->domains.all, cpu)) ? RESULT_OK : RESULT_NO_VECTORS;
}

enum result vector_matrix_least_loaded_near(const struct vector_matrix *matrix, uint32_t node, uint32_t *cpu)
{
    uint32_t level = vector_pool_best(vector_domains_near(&matrix->domains, node), cpu);

    if (level == VECTOR_RANK_ABSENT)
        level = vector_pool_best(&matrix->domains.all, cpu);
    return has_room(level) ? RESULT_OK : RESULT_NO_VECTORS;
}

enum result vector_matrix_least_loaded_in(const struct vector_matrix *matrix, uint32_t group, uint64_t mask,
                                          uint32_t *cpu)
{
    uint32_t level = vector_pool_best_in(&matrix->domains.all, group, mask, cpu);

    if (level == VECTOR_RANK_ABSENT)
        return RESULT_INVALID;
    return has_room(level) ? RESULT_OK : RESULT_NO_VECTORS;
}

uint64_t vector_matrix_near(const struct vector_matrix *matrix, uint32_t node, uint32_t group)
{
    return vector_pool_members(vector_domains_near(&matrix->domains, node), group);
}

uint32_t vector_matrix_free_total(const struct vector_matrix *matrix)
{
    return matrix->free_total;
}

struct vector_counts vector_matrix_counts(const struct vector_matrix *matrix, uint32_t cpu)
{
    return matrix->cpus[cpu].vectors.counts;
}

bool vector_matrix_is_taken(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    return !vector_bitmap_has(&matrix->cpus[cpu].vectors, vector, 1);
}

uint32_t vector_matrix_next_taken(const struct vector_matrix *matrix, uint32_t cpu, uint32_t from)
{
    return vector_bitmap_next_taken(&matrix->cpus[cpu].vectors, from);
}

enum vector_state vector_matrix_state(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    bool is_device = vector >= VECTOR_DEVICE_FIRST && vector < VECTOR_DEVICE_END;

    return is_device ? vector_bitmap_state(&matrix->cpus[cpu].vectors, vector) : VECTOR_FREE;
}
