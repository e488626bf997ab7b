// What many measurements say together.

#include "kernel/bench/bench_statistics.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void none_say_nothing(void **state)
{
    struct bench_statistics found = bench_statistics_of(NULL, 0);

    assert_int_equal(found.count, 0);
    assert_int_equal(found.min + found.median + found.p99 + found.max, 0);
}

static void one_is_all_there_is(void **state)
{
    uint64_t value = 17;
    struct bench_statistics found = bench_statistics_of(&value, 1);

    assert_int_equal(found.count, 1);
    assert_true(found.min == 17 && found.median == 17 && found.p99 == 17 && found.max == 17);
}

static void the_median_of_an_even_number_is_the_lower_one(void **state)
{
    uint64_t values[] = {40, 10, 30, 20};
    struct bench_statistics found = bench_statistics_of(values, 4);

    assert_int_equal(found.median, 20);
    assert_int_equal(found.min, 10);
    assert_int_equal(found.max, 40);
}

static void ninety_nine_of_a_hundred_are_not_above_the_percentile(void **state)
{
    uint64_t values[200];

    for (uint32_t i = 0; i < 200; i++)
        values[i] = 200 - i;
    struct bench_statistics found = bench_statistics_of(values, 200);
    assert_int_equal(found.p99, 198);
    assert_int_equal(found.median, 100);
}

static void a_few_large_ones_are_the_maximum_and_not_the_percentile(void **state)
{
    uint64_t values[1000];

    for (uint32_t i = 0; i < 1000; i++)
        values[i] = i % 101 == 7 ? UINT64_MAX : 27;
    struct bench_statistics found = bench_statistics_of(values, 1000);
    assert_int_equal(found.p99, 27);
    assert_true(found.max == UINT64_MAX);
}

static void any_order_is_sorted(void **state)
{
    srand(1);
    for (uint32_t count = 1; count < 300; count += 7) {
        uint64_t values[300], sum = 0, sum_after = 0;
        for (uint32_t i = 0; i < count; i++)
            sum += values[i] = (uint64_t)(rand() % 50);
        (void)bench_statistics_of(values, count);
        for (uint32_t i = 0; i < count; i++) {
            sum_after += values[i];
            assert_true(i == 0 || values[i - 1] <= values[i]);
        }
        assert_int_equal(sum, sum_after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_say_nothing),
        cmocka_unit_test(one_is_all_there_is),
        cmocka_unit_test(the_median_of_an_even_number_is_the_lower_one),
        cmocka_unit_test(ninety_nine_of_a_hundred_are_not_above_the_percentile),
        cmocka_unit_test(a_few_large_ones_are_the_maximum_and_not_the_percentile),
        cmocka_unit_test(any_order_is_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
