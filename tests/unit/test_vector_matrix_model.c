// The vector matrix against a model that is too plain to be wrong: every short sequence, and a million random steps.
// sources: tests/fakes/heap.c tests/fakes/vector_model.c

#include "kernel/core/vector_matrix.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/vector_model.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// ---- both side by side ----------------------------------------------------------------------------------------------

struct pair {
    struct vector_matrix *matrix;
    struct model model;
};

static void check_cpu(const struct pair *pair, uint32_t cpu)
{
    struct vector_counts counts = vector_matrix_counts(pair->matrix, cpu);
    struct tally tally = model_tally(&pair->model, cpu);
    assert_int_equal(counts.free + counts.reserved + counts.allocated + counts.draining, VECTOR_DEVICE_COUNT);
    assert_int_equal(counts.free, tally.of[FREE]);
    assert_int_equal(counts.reserved, tally.of[RESERVED]);
    assert_int_equal(counts.allocated, tally.of[ALLOCATED]);
    assert_int_equal(counts.draining, tally.of[DRAINING]);
    assert_int_equal(vector_matrix_is_open(pair->matrix, cpu), pair->model.open[cpu]);
}

static void check_vectors(const struct pair *pair, uint32_t cpu)
{
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        bool is_taken = pair->model.vectors[cpu][i] != FREE;
        if (vector_matrix_is_taken(pair->matrix, cpu, VECTOR_DEVICE_FIRST + i) != is_taken) {
            fail_msg("cpu %u vector %#x: taken should be %d", cpu, (unsigned)VECTOR_DEVICE_FIRST + i, is_taken);
        }
    }
}

static void check_least_loaded(const struct pair *pair)
{
    uint32_t expected = 0, cpu = UINT32_MAX;
    bool any;
    bool room = model_least_loaded(&pair->model, belongs_always, 0, &expected, &any);
    assert_int_equal(vector_matrix_least_loaded(pair->matrix, &cpu), room ? RESULT_OK : RESULT_NO_VECTORS);
    assert_true(!room || cpu == expected);
    for (uint32_t node = 0; node <= 192; node += 64) {
        room = model_least_loaded(&pair->model, belongs_near, node, &expected, &any);
        if (!any) // no CPU open there: all are near
            room = model_least_loaded(&pair->model, belongs_always, 0, &expected, &any);
        assert_int_equal(vector_matrix_least_loaded_near(pair->matrix, node, &cpu),
                         room ? RESULT_OK : RESULT_NO_VECTORS);
        assert_true(!room || cpu == expected);
    }
}

static void check_least_loaded_in(const struct pair *pair, uint64_t mask)
{
    uint32_t expected = 0, cpu = UINT32_MAX;
    bool any;
    bool room = model_least_loaded(&pair->model, belongs_to_first_group, mask, &expected, &any);
    assert_int_equal(vector_matrix_least_loaded_in(pair->matrix, 0, mask, &cpu), room  ? RESULT_OK
                                                                                 : any ? RESULT_NO_VECTORS
                                                                                       : RESULT_INVALID);
    assert_true(!room || cpu == expected);
    assert_int_equal(vector_matrix_least_loaded_in(pair->matrix, 2, mask, &cpu), RESULT_INVALID);
    assert_int_equal(vector_matrix_least_loaded_in(pair->matrix, UINT16_MAX, mask, &cpu), RESULT_INVALID);
}

static void check_total(const struct pair *pair)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < pair->model.cpus; i++) {
        total += pair->model.open[i] ? model_free(&pair->model, i) : 0;
    }
    assert_int_equal(vector_matrix_free_total(pair->matrix), total);
}

static void check_walk(const struct pair *pair, uint32_t cpu)
{
    uint32_t vector = vector_matrix_next_taken(pair->matrix, cpu, VECTOR_DEVICE_FIRST);
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        if (pair->model.vectors[cpu][i] == FREE) {
            continue;
        }
        assert_int_equal(vector, VECTOR_DEVICE_FIRST + i);
        vector = vector_matrix_next_taken(pair->matrix, cpu, vector + 1);
    }
    assert_int_equal(vector, VECTOR_LEGACY);
}

static void pair_begin(struct pair *pair, uint32_t cpus)
{
    memset(pair->model.open, 0, sizeof(pair->model.open));
    memset(pair->model.vectors, 0, cpus * sizeof(pair->model.vectors[0]));
    pair->model.cpus = cpus;
    pair->matrix = vector_matrix_create(cpus, node_of);
    assert_non_null(pair->matrix);
}

// Back to the beginning, by the matrix's own ways.
static void pair_clear(struct pair *pair)
{
    for (uint32_t cpu = 0; cpu < pair->model.cpus; cpu++) {
        uint32_t vector = VECTOR_DEVICE_FIRST;
        while ((vector = vector_matrix_next_taken(pair->matrix, cpu, vector)) != VECTOR_DEVICE_END) {
            vector_matrix_free(pair->matrix, cpu, vector);
        }
        vector_matrix_close(pair->matrix, cpu);
    }
    memset(pair->model.open, 0, sizeof(pair->model.open));
    memset(pair->model.vectors, 0, pair->model.cpus * sizeof(pair->model.vectors[0]));
}

static void pair_end(struct pair *pair)
{
    vector_matrix_destroy(pair->matrix);
    assert_int_equal(fake_heap_live(), 0);
}

static void pair_set_open(struct pair *pair, uint32_t cpu, bool open)
{
    (open ? vector_matrix_open : vector_matrix_close)(pair->matrix, cpu);
    pair->model.open[cpu] = open;
}

static void pair_reserve(struct pair *pair, uint32_t cpu, uint32_t lowest, uint32_t highest, uint32_t count)
{
    uint32_t first = 0;
    uint32_t level = pair->model.open[cpu] ? model_level(&pair->model, cpu, highest, count) : 0;
    enum result result = vector_matrix_reserve(pair->matrix, cpu, (enum irql)lowest, (enum irql)highest, count, &first);
    assert_int_equal(result, level ? RESULT_OK : RESULT_NO_VECTORS);
    if (!level) {
        return;
    }
    assert_int_equal(first % count, 0);
    assert_true(first >= VECTOR_DEVICE_FIRST && first + count <= VECTOR_LEGACY);
    assert_true(model_block_is_free(&pair->model, cpu, first, count));
    assert_int_equal(irql_of_vector(first + count - 1), level);
    model_reserve(&pair->model, cpu, first, count);
}

static void pair_reserve_at(struct pair *pair, uint32_t cpu, uint32_t first, uint32_t count)
{
    bool is_inside = first >= VECTOR_DEVICE_FIRST && count && first + count <= VECTOR_LEGACY;
    bool is_free = is_inside && pair->model.open[cpu] && model_block_is_free(&pair->model, cpu, first, count);
    enum result expected = is_free ? RESULT_OK : is_inside ? RESULT_NO_VECTORS : RESULT_INVALID;
    assert_int_equal(vector_matrix_reserve_at(pair->matrix, cpu, first, count), expected);
    if (is_free) {
        model_reserve(&pair->model, cpu, first, count);
    }
}

// What is free on both is what is free in a processor that has taken whatever either has.
static void pair_reserve_both(struct pair *pair, uint32_t cpu, uint32_t other, uint32_t lowest, uint32_t highest,
                              uint32_t count)
{
    static struct model both;
    uint32_t first = 0;
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        bool is_free = pair->model.vectors[cpu][i] == FREE && pair->model.vectors[other][i] == FREE;
        both.vectors[0][i] = is_free ? FREE : ALLOCATED;
    }
    uint32_t level = pair->model.open[cpu] ? model_level(&both, 0, highest, count) : 0;
    enum result expected = cpu == other ? RESULT_INVALID : level ? RESULT_OK : RESULT_NO_VECTORS;
    assert_int_equal(vector_matrix_reserve_pair(pair->matrix, cpu, other, (enum irql)lowest, (enum irql)highest, count,
                                                &first),
                     expected);
    if (expected != RESULT_OK) {
        return;
    }
    assert_int_equal(first % count, 0);
    assert_true(first >= VECTOR_DEVICE_FIRST && first + count <= VECTOR_LEGACY);
    assert_true(model_block_is_free(&both, 0, first, count));
    assert_int_equal(irql_of_vector(first + count - 1), level);
    model_reserve(&pair->model, cpu, first, count);
    model_reserve(&pair->model, other, first, count);
}

// A step in the wrong state changes nothing.
static void pair_step(struct pair *pair, uint32_t cpu, uint32_t index, enum state to)
{
    enum state *state = &pair->model.vectors[cpu][index];
    uint32_t vector = VECTOR_DEVICE_FIRST + index;
    if (to == ALLOCATED) {
        vector_matrix_commit(pair->matrix, cpu, vector);
    } else if (to == DRAINING) {
        vector_matrix_drain(pair->matrix, cpu, vector);
    } else {
        vector_matrix_free(pair->matrix, cpu, vector);
    }
    if (to == FREE || (to == ALLOCATED && *state == RESERVED) || (to == DRAINING && *state == ALLOCATED)) {
        *state = to;
    }
}

// ---- every short sequence on two processors -------------------------------------------------------------------------

enum { SEQUENCE_LENGTH = 5, OPERATION_COUNT = 18 };

// Reserving fills CPU 0 and 1 from the top of the rows asked for, so these few vectors are the ones that get taken.
static void run_operation(struct pair *pair, uint32_t operation)
{
    uint32_t cpu = operation % 2;
    uint32_t top = 8 * VECTOR_ROW - VECTOR_DEVICE_FIRST;
    switch (operation / 2) {
    case 0:
        pair_set_open(pair, cpu, !pair->model.open[cpu]);
        break;
    case 1:
        pair_reserve(pair, cpu, 7, 8, 1);
        break;
    case 2:
        pair_reserve(pair, cpu, 8, 8, 16);
        break;
    case 3:
        pair_reserve(pair, cpu, 6, 8, 32);
        break;
    case 4:
        pair_step(pair, cpu, top, ALLOCATED);
        break;
    case 5:
        pair_step(pair, cpu, top, DRAINING);
        break;
    case 6:
        pair_reserve_at(pair, cpu, VECTOR_DEVICE_FIRST + top, 2);
        break;
    case 7:
        pair_reserve_both(pair, cpu, 1 - cpu, 7, 8, 2);
        break;
    default:
        pair_step(pair, cpu, top, FREE);
        break;
    }
}

static void every_sequence_of_five_steps_on_two_processors_agrees_with_the_model(void **state)
{
    static struct pair pair;
    uint32_t sequences = 1;
    for (uint32_t i = 0; i < SEQUENCE_LENGTH; i++) {
        sequences *= OPERATION_COUNT;
    }
    pair_begin(&pair, 2);
    for (uint32_t sequence = 0; sequence < sequences; sequence++) {
        pair_set_open(&pair, 0, true);
        for (uint32_t i = 0, rest = sequence; i < SEQUENCE_LENGTH; i++, rest /= OPERATION_COUNT) {
            run_operation(&pair, rest % OPERATION_COUNT);
        }
        check_cpu(&pair, 0);
        check_cpu(&pair, 1);
        check_least_loaded(&pair);
        pair_clear(&pair);
    }
    pair_end(&pair);
}

// ---- random steps ---------------------------------------------------------------------------------------------------

enum { RANDOM_STEPS = 1000000, SEED = 20261122 };

static uint32_t random_below(uint32_t limit)
{
    static uint64_t seed = SEED;
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % limit);
}

// Of few processors, of many, of all.
static uint64_t random_mask(void)
{
    uint64_t mask = 0;
    for (uint32_t i = random_below(20); i; i--) {
        mask |= BIT(random_below(64));
    }
    return random_below(4) ? mask : ~mask;
}

// Answers the other processor that changed, or the same.
static uint32_t random_reserve(struct pair *pair, uint32_t cpu)
{
    uint32_t lowest = IRQL_DEVICE_LOWEST + random_below(ROW_COUNT);
    uint32_t highest = lowest + random_below(IRQL_DEVICE_HIGHEST - lowest + 1);
    uint32_t other = random_below(pair->model.cpus), die = random_below(8);
    if (die == 0) {
        pair_reserve_both(pair, cpu, other, lowest, highest, 1u << random_below(6));
        return other;
    }
    if (die == 1) {
        pair_reserve_at(pair, cpu, VECTOR_DEVICE_FIRST - 4 + random_below(VECTOR_DEVICE_COUNT + 8), random_below(20));
    } else {
        pair_reserve(pair, cpu, lowest, highest, 1u << random_below(6));
    }
    return cpu;
}

// Filling and emptying take turns, so that both the full and the empty ends are reached.
static uint32_t random_step(struct pair *pair, bool filling)
{
    uint32_t cpu = random_below(pair->model.cpus);
    uint32_t index = random_below(VECTOR_DEVICE_COUNT);
    uint32_t die = random_below(100);
    if (die < 2) {
        pair_set_open(pair, cpu, random_below(4) != 0);
    } else if (die < (filling ? 60u : 10u)) {
        uint32_t other = random_reserve(pair, cpu);
        check_cpu(pair, other);
        check_vectors(pair, other);
    } else if (die < 70) {
        pair_step(pair, cpu, index, ALLOCATED);
    } else if (die < 85) {
        pair_step(pair, cpu, index, DRAINING);
    } else {
        pair_step(pair, cpu, index, FREE);
    }
    return cpu;
}

static void run_random_steps(uint32_t cpus, uint32_t steps)
{
    static struct pair pair;
    pair_begin(&pair, cpus);
    for (uint32_t i = 0; i < steps; i++) {
        uint32_t cpu = random_step(&pair, i / (cpus * 400) % 2 == 0);
        check_cpu(&pair, cpu);
        if (i % 64 == 0) {
            check_least_loaded(&pair);
            check_least_loaded_in(&pair, random_mask());
            check_total(&pair);
            check_vectors(&pair, cpu);
            check_walk(&pair, cpu);
        }
    }
    pair_end(&pair);
}

static void a_million_random_steps_agree_with_the_model(void **state)
{
    print_message("seed %d\n", SEED);
    run_random_steps(1, RANDOM_STEPS / 10);
    run_random_steps(3, RANDOM_STEPS * 8 / 10);
    run_random_steps(MODEL_CPU_COUNT, RANDOM_STEPS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_of_five_steps_on_two_processors_agrees_with_the_model),
        cmocka_unit_test(a_million_random_steps_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
