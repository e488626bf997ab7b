// Histograms of times: every value in the bucket that holds it, percentiles right to an eighth.

#include "kernel/diagnose/latency_histogram.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct latency_histogram histogram;

static int set_up(void **state)
{
    memset(&histogram, 0, sizeof(histogram));
    return 0;
}

static uint32_t bucket_that_counts(uint64_t value)
{
    set_up(NULL);
    latency_histogram_add(&histogram, value);
    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++)
        if (histogram.buckets[i])
            return i;
    fail();
    return 0;
}

static void every_value_falls_into_the_bucket_whose_bounds_hold_it(void **state)
{
    for (uint64_t value = 0; value < BIT(LATENCY_POWERS); value += value / 13 + 1) {
        uint32_t bucket = bucket_that_counts(value);
        assert_true(latency_bucket_from(bucket) <= value && value <= latency_bucket_to(bucket));
    }
}

static void buckets_follow_one_another_without_a_gap(void **state)
{
    assert_int_equal(latency_bucket_from(0), 0);
    for (uint32_t i = 1; i < LATENCY_BUCKETS; i++)
        assert_true(latency_bucket_from(i) == latency_bucket_to(i - 1) + 1);
    assert_true(latency_bucket_to(LATENCY_BUCKETS - 1) == BIT(LATENCY_POWERS) - 1);
}

static void a_bucket_is_at_most_an_eighth_of_its_values_wide(void **state)
{
    for (uint32_t i = LATENCY_PARTS; i < LATENCY_BUCKETS; i++)
        assert_true((latency_bucket_to(i) - latency_bucket_from(i) + 1) * LATENCY_PARTS <= latency_bucket_from(i));
}

static void what_is_longer_than_the_longest_counts_as_that(void **state)
{
    assert_int_equal(bucket_that_counts(UINT64_MAX), LATENCY_BUCKETS - 1);
    assert_true(histogram.maximum == UINT64_MAX);
}

static void percentiles_are_the_bucket_ends_and_never_above_the_maximum(void **state)
{
    for (uint64_t value = 1; value <= 1000; value++)
        latency_histogram_add(&histogram, value);
    assert_int_equal(histogram.minimum, 1);
    assert_int_equal(histogram.maximum, 1000);
    assert_int_equal(latency_histogram_quantile(&histogram, 1000), 1000);
    uint64_t median = latency_histogram_quantile(&histogram, 500);
    assert_true(median >= 500 && median < 500 + 500 / LATENCY_PARTS);
    assert_true(latency_histogram_quantile(&histogram, 1) < 3);
}

static void an_empty_one_has_no_percentile(void **state)
{
    assert_int_equal(latency_histogram_quantile(&histogram, 500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_value_falls_into_the_bucket_whose_bounds_hold_it, set_up),
        cmocka_unit_test_setup(buckets_follow_one_another_without_a_gap, set_up),
        cmocka_unit_test_setup(a_bucket_is_at_most_an_eighth_of_its_values_wide, set_up),
        cmocka_unit_test_setup(what_is_longer_than_the_longest_counts_as_that, set_up),
        cmocka_unit_test_setup(percentiles_are_the_bucket_ends_and_never_above_the_maximum, set_up),
        cmocka_unit_test_setup(an_empty_one_has_no_percentile, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
