// The vector matrix against its contract, in cases by hand.
// sources: tests/fakes/heap.c

#include "kernel/core/vector_matrix.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct vector_matrix *matrix;

static uint32_t reserve(uint32_t cpu, enum irql lowest, enum irql highest, uint32_t count)
{
    uint32_t first = 0;
    assert_int_equal(vector_matrix_reserve(matrix, cpu, lowest, highest, count, &first), RESULT_OK);
    return first;
}

static uint32_t node_of(uint32_t cpu)
{
    return 0;
}

static uint32_t pairs_node_of(uint32_t cpu)
{
    return 0x80000000 + cpu / 2;
}

static int matrix_begin(void **state)
{
    matrix = vector_matrix_create(4, node_of);
    assert_non_null(matrix);
    vector_matrix_open(matrix, 0);
    vector_matrix_open(matrix, 1);
    return 0;
}

static int matrix_end(void **state)
{
    vector_matrix_destroy(matrix);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(fake_heap_live(), 0);
    return 0;
}

static void a_new_matrix_is_closed_and_all_free(void **state)
{
    struct vector_matrix *fresh = vector_matrix_create(2, node_of);
    uint32_t cpu, first;
    assert_int_equal(vector_matrix_counts(fresh, 1).free, VECTOR_DEVICE_COUNT);
    assert_false(vector_matrix_is_open(fresh, 0));
    assert_int_equal(vector_matrix_least_loaded(fresh, &cpu), RESULT_NO_VECTORS);
    assert_int_equal(vector_matrix_reserve(fresh, 0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &first),
                     RESULT_NO_VECTORS);
    vector_matrix_destroy(fresh);
}

static void no_matrix_is_made_of_no_processors_too_many_or_no_memory(void **state)
{
    assert_null(vector_matrix_create(0, node_of));
    assert_null(vector_matrix_create(VECTOR_MATRIX_CPU_COUNT + 1, node_of));
    for (uint32_t allocations = 0; allocations < 10; allocations++) {
        uint32_t live = fake_heap_live();
        fake_heap_fail_after(allocations);
        struct vector_matrix *none = vector_matrix_create(4, allocations % 2 ? node_of : pairs_node_of);
        fake_heap_fail_after(UINT32_MAX);
        if (none) {
            vector_matrix_destroy(none); // it needed fewer allocations than that
        }
        assert_int_equal(fake_heap_live(), live);
    }
    vector_matrix_destroy(NULL);
}

static void the_highest_row_of_the_band_comes_first_then_below_then_above(void **state)
{
    for (uint32_t level = 8; level >= IRQL_DEVICE_LOWEST; level--) {
        for (uint32_t i = 0; i < VECTOR_ROW; i++) {
            assert_int_equal(irql_of_vector(reserve(0, (enum irql)6, (enum irql)8, 1)), level);
        }
    }
    for (uint32_t level = 9; level <= IRQL_DEVICE_HIGHEST; level++) {
        for (uint32_t i = 0; i < VECTOR_ROW; i++) {
            assert_int_equal(irql_of_vector(reserve(0, (enum irql)6, (enum irql)8, 1)), level);
        }
    }
}

static void exhaustion_is_named_and_changes_nothing(void **state)
{
    uint32_t first, cpu;
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        reserve(0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1);
    }
    assert_int_equal(vector_matrix_reserve(matrix, 0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &first),
                     RESULT_NO_VECTORS);
    assert_int_equal(vector_matrix_counts(matrix, 0).reserved, VECTOR_DEVICE_COUNT);
    assert_int_equal(vector_matrix_least_loaded(matrix, &cpu), RESULT_OK);
    assert_int_equal(cpu, 1);
    vector_matrix_close(matrix, 1);
    assert_int_equal(vector_matrix_least_loaded(matrix, &cpu), RESULT_NO_VECTORS);
}

static void blocks_are_aligned_and_a_hole_is_not_a_block(void **state)
{
    for (uint32_t count = 1; count <= 32; count *= 2) {
        assert_int_equal(reserve(0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, count) % count, 0);
    }
    // One vector of every aligned pair of CPU 1: no pair is left although half of the vectors are.
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i++) {
        reserve(1, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1);
    }
    for (uint32_t i = 0; i < VECTOR_DEVICE_COUNT; i += 2) {
        vector_matrix_free(matrix, 1, VECTOR_DEVICE_FIRST + i + (i / 2) % 2);
    }
    uint32_t first;
    assert_int_equal(vector_matrix_counts(matrix, 1).free, VECTOR_DEVICE_COUNT / 2);
    assert_int_equal(vector_matrix_reserve(matrix, 1, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 2, &first),
                     RESULT_NO_VECTORS);
}

static void four_blocks_of_32_fit_and_a_fifth_does_not(void **state)
{
    uint32_t first;
    assert_int_equal(reserve(0, (enum irql)6, (enum irql)8, 32), 0x60); // rows 6 and 7; 7 and 8 is not aligned
    assert_int_equal(reserve(0, (enum irql)6, (enum irql)8, 32), 0x40);
    assert_int_equal(reserve(0, (enum irql)6, (enum irql)8, 32), 0x80);
    assert_int_equal(reserve(0, (enum irql)6, (enum irql)8, 32), 0xa0);
    assert_int_equal(vector_matrix_reserve(matrix, 0, (enum irql)6, (enum irql)8, 32, &first), RESULT_NO_VECTORS);
    assert_int_equal(vector_matrix_counts(matrix, 0).free, VECTOR_ROW);
}

static void counts_that_are_no_block_and_cpus_that_are_none_are_invalid(void **state)
{
    static const uint32_t counts[] = {0, 3, 5, 12, 24, 33, 64, 144, UINT32_MAX};
    uint32_t first;
    for (uint32_t i = 0; i < ARRAY_COUNT(counts); i++) {
        assert_int_equal(vector_matrix_reserve(matrix, 0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, counts[i], &first),
                         RESULT_INVALID);
    }
    assert_int_equal(vector_matrix_reserve(matrix, 4, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &first),
                     RESULT_INVALID);
    assert_int_equal(vector_matrix_counts(matrix, 0).free, VECTOR_DEVICE_COUNT);
    assert_false(vector_matrix_is_open(matrix, 4));
}

static void a_vector_goes_its_way_and_cannot_skip_a_state(void **state)
{
    uint32_t vector = reserve(0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_LOWEST, 1);
    vector_matrix_drain(matrix, 0, vector);
    assert_int_equal(vector_matrix_counts(matrix, 0).reserved, 1);
    vector_matrix_commit(matrix, 0, vector);
    assert_int_equal(vector_matrix_counts(matrix, 0).allocated, 1);
    vector_matrix_drain(matrix, 0, vector);
    assert_int_equal(vector_matrix_counts(matrix, 0).draining, 1);
    vector_matrix_commit(matrix, 0, vector);
    assert_int_equal(vector_matrix_counts(matrix, 0).draining, 1);
    assert_true(vector_matrix_is_taken(matrix, 0, vector));
    assert_false(vector_matrix_is_taken(matrix, 1, vector));
    vector_matrix_free(matrix, 0, vector);
    assert_false(vector_matrix_is_taken(matrix, 0, vector));
    vector_matrix_free(matrix, 0, vector);
    assert_int_equal(vector_matrix_counts(matrix, 0).free, VECTOR_DEVICE_COUNT);
}

static void a_closed_cpu_keeps_what_is_taken_and_gives_nothing_more(void **state)
{
    uint32_t first, vector = reserve(0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_LOWEST, 1);
    vector_matrix_close(matrix, 0);
    vector_matrix_close(matrix, 0);
    assert_true(vector_matrix_is_taken(matrix, 0, vector));
    assert_int_equal(vector_matrix_reserve(matrix, 0, IRQL_DEVICE_LOWEST, IRQL_DEVICE_LOWEST, 1, &first),
                     RESULT_NO_VECTORS);
    vector_matrix_commit(matrix, 0, vector);
    vector_matrix_free(matrix, 0, vector);
    vector_matrix_open(matrix, 0);
    vector_matrix_open(matrix, 0);
    uint32_t cpu;
    assert_int_equal(vector_matrix_least_loaded(matrix, &cpu), RESULT_OK);
    assert_int_equal(cpu, 0);
}

static void the_last_of_the_most_processors_is_found_when_it_alone_has_room(void **state)
{
    static const uint32_t totals[] = {1, 63, 64, 65, 4095, VECTOR_MATRIX_CPU_COUNT};
    for (uint32_t i = 0; i < ARRAY_COUNT(totals); i++) {
        struct vector_matrix *large = vector_matrix_create(totals[i], node_of);
        uint32_t cpu = UINT32_MAX;
        assert_non_null(large);
        vector_matrix_open(large, totals[i] - 1);
        assert_int_equal(vector_matrix_least_loaded(large, &cpu), RESULT_OK);
        assert_int_equal(cpu, totals[i] - 1);
        vector_matrix_destroy(large);
    }
}

static void messages_placed_on_the_least_loaded_spread_evenly(void **state)
{
    vector_matrix_open(matrix, 2);
    vector_matrix_open(matrix, 3);
    for (uint32_t i = 0; i < 4 * VECTOR_DEVICE_COUNT; i++) {
        uint32_t cpu;
        assert_int_equal(vector_matrix_least_loaded(matrix, &cpu), RESULT_OK);
        assert_int_equal(cpu, i % 4);
        reserve(cpu, (enum irql)6, (enum irql)8, 1);
    }
}

static void the_processors_near_a_domain_are_those_it_holds(void **state)
{
    struct vector_matrix *pairs = vector_matrix_create(130, pairs_node_of);
    uint32_t cpu;
    assert_non_null(pairs);
    assert_int_equal(vector_matrix_near(pairs, 0x80000001, 0), 0xc);
    assert_int_equal(vector_matrix_near(pairs, 0x80000001, 1), 0);
    assert_int_equal(vector_matrix_near(pairs, 0x80000000 + 64, 2), 3);
    assert_int_equal(vector_matrix_near(pairs, 0x80000001, 64), 0);
    assert_true(vector_matrix_near(pairs, 1, 0) == UINT64_MAX); // no CPU is in that one: all are near
    vector_matrix_open(pairs, 0);
    vector_matrix_open(pairs, 129);
    assert_int_equal(vector_matrix_least_loaded_near(pairs, 0x80000000 + 64, &cpu), RESULT_OK);
    assert_int_equal(cpu, 129);
    assert_int_equal(vector_matrix_least_loaded_near(pairs, 0x80000001, &cpu), RESULT_OK); // none open there
    assert_int_equal(cpu, 0);
    assert_int_equal(vector_matrix_near(matrix, 0, 0), 0xf);
    // Nothing is near to a domain that no CPU is in, so all are: firmware may number them from 1.
    assert_int_equal(vector_matrix_least_loaded_near(matrix, 7, &cpu), RESULT_OK);
    vector_matrix_destroy(pairs);
}

// The end of a level interrupt names a vector and no CPU.
static void level_lines_have_numbers_that_no_other_has_on_any_cpu(void **state)
{
    uint32_t first, second, moved, message;

    assert_int_equal(vector_matrix_reserve_level(matrix, 0, 3, 5, &first), RESULT_OK);
    assert_int_equal(vector_matrix_reserve_level(matrix, 1, 3, 5, &second), RESULT_OK);
    assert_int_not_equal(first, second);
    // A move is to another number: the old place still ends interrupts while the new one takes them.
    assert_int_equal(vector_matrix_reserve_level(matrix, 1, 3, 5, &moved), RESULT_OK);
    assert_int_not_equal(moved, first);
    // A message's end stays on its CPU, so it may have the number there, and giving that back frees no line's.
    assert_int_equal(vector_matrix_reserve_at(matrix, 1, first, 1), RESULT_OK);
    vector_matrix_free(matrix, 1, first);
    assert_int_equal(vector_matrix_reserve_level(matrix, 1, 3, 5, &message), RESULT_OK);
    assert_int_not_equal(message, first);
    vector_matrix_free(matrix, 0, first);
    vector_matrix_free(matrix, 1, message);
    assert_int_equal(vector_matrix_reserve_level(matrix, 1, 3, 5, &message), RESULT_OK);
    assert_int_equal(message, first);
}

#define MATRIX_TEST(f) cmocka_unit_test_setup_teardown(f, matrix_begin, matrix_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_matrix_is_closed_and_all_free),
        MATRIX_TEST(level_lines_have_numbers_that_no_other_has_on_any_cpu),
        MATRIX_TEST(no_matrix_is_made_of_no_processors_too_many_or_no_memory),
        MATRIX_TEST(the_highest_row_of_the_band_comes_first_then_below_then_above),
        MATRIX_TEST(exhaustion_is_named_and_changes_nothing),
        MATRIX_TEST(blocks_are_aligned_and_a_hole_is_not_a_block),
        MATRIX_TEST(four_blocks_of_32_fit_and_a_fifth_does_not),
        MATRIX_TEST(counts_that_are_no_block_and_cpus_that_are_none_are_invalid),
        MATRIX_TEST(a_vector_goes_its_way_and_cannot_skip_a_state),
        MATRIX_TEST(a_closed_cpu_keeps_what_is_taken_and_gives_nothing_more),
        MATRIX_TEST(the_last_of_the_most_processors_is_found_when_it_alone_has_room),
        MATRIX_TEST(the_processors_near_a_domain_are_those_it_holds),
        MATRIX_TEST(messages_placed_on_the_least_loaded_spread_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
