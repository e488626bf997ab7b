// Arithmetic of clocks: conversion, calibration, offset between processors.
// sources: arch/time/time_scale.c

#include "arch/time/time_scale.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000000)
#define YEAR   (UINT64_C(31557600) * SECOND)

static void one_gigahertz_counts_nanoseconds(void **state)
{
    struct time_scale scale = time_scale_make(SECOND);
    assert_int_equal(time_scale_nanoseconds(scale, 0), 0);
    assert_int_equal(time_scale_nanoseconds(scale, 123456789), 123456789);
    assert_int_equal(time_scale_nanoseconds(scale, UINT64_MAX), UINT64_MAX);
}

static void a_decade_at_five_gigahertz_does_not_overflow(void **state)
{
    struct time_scale scale = time_scale_make(5 * SECOND);
    uint64_t cycles = 10 * (YEAR / SECOND) * 5 * SECOND;
    uint64_t nanoseconds = time_scale_nanoseconds(scale, cycles);
    assert_in_range(nanoseconds, 10 * YEAR - YEAR / 1000000, 10 * YEAR);
}

static void conversions_are_each_others_inverse(void **state)
{
    const uint64_t frequencies[] = {1000000, 2399998765, 3579545, 5 * SECOND};
    for (size_t i = 0; i < ARRAY_COUNT(frequencies); i++) {
        struct time_scale scale = time_scale_make(frequencies[i]);
        assert_int_equal(time_scale_cycles(scale, SECOND), frequencies[i]);
        uint64_t back = time_scale_nanoseconds(scale, time_scale_cycles(scale, 3600 * SECOND));
        assert_in_range(back, 3600 * SECOND - 5000, 3600 * SECOND);
    }
}

static void part_of_a_second_is_not_lost(void **state)
{
    assert_int_equal(time_scale_cycles(time_scale_make(2400000000), 1500), 3600);
    assert_int_equal(time_scale_cycles(time_scale_make(2400000000), 2 * SECOND + 1), 4800000002);
}

static void a_wait_too_long_for_the_counter_lasts_for_ever(void **state)
{
    assert_int_equal(time_scale_cycles(time_scale_make(UINT64_C(100) * SECOND), UINT64_MAX), UINT64_MAX);
}

static void an_unknown_frequency_answers_zero(void **state)
{
    struct time_scale scale = time_scale_make(0);
    assert_int_equal(time_scale_nanoseconds(scale, 12345), 0);
    assert_int_equal(time_scale_cycles(scale, 12345), 0);
}

static void a_measurement_is_cycles_by_reference_time(void **state)
{
    assert_int_equal(time_scale_measure(15000000, 17898, 3579545), 2999953905);
    assert_int_equal(time_scale_measure(24000000, 2, 250), 3000000000);
}

static void a_measurement_without_sense_answers_zero(void **state)
{
    assert_int_equal(time_scale_measure(1000, 0, 3579545), 0);
    assert_int_equal(time_scale_measure(UINT64_MAX, 1, 3579545), 0);
}

static void the_median_does_not_depend_on_order(void **state)
{
    const uint64_t orders[6][3] = {{1, 2, 9}, {1, 9, 2}, {2, 1, 9}, {2, 9, 1}, {9, 1, 2}, {9, 2, 1}};
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++)
        assert_int_equal(time_scale_median(orders[i][0], orders[i][1], orders[i][2]), 2);
    assert_int_equal(time_scale_median(4, 4, 1), 4);
}

static void clocks_in_step_cannot_be_told_apart(void **state)
{
    const struct time_sample samples[] = {{100, 150, 200}, {300, 320, 400}, {500, 580, 600}};
    struct time_offset offset = time_check_offset(samples, ARRAY_COUNT(samples));
    assert_true(offset.consistent);
    assert_int_equal(offset.lowest, -20);
    assert_int_equal(offset.highest, 20);
    assert_int_equal(offset.proven, 0);
}

static void a_clock_ahead_is_proven_ahead(void **state)
{
    const struct time_sample samples[] = {{100, 1150, 200}, {300, 1320, 400}};
    struct time_offset offset = time_check_offset(samples, ARRAY_COUNT(samples));
    assert_true(offset.consistent);
    assert_int_equal(offset.lowest, 950);
    assert_int_equal(offset.highest, 1020);
    assert_int_equal(offset.proven, 950);
}

static void a_clock_behind_zero_is_proven_behind(void **state)
{
    const struct time_sample sample = {1000, 10, 1100};
    struct time_offset offset = time_check_offset(&sample, 1);
    assert_int_equal(offset.lowest, -1090);
    assert_int_equal(offset.highest, -990);
    assert_int_equal(offset.proven, 990);
}

static void a_drifting_clock_is_not_consistent(void **state)
{
    const struct time_sample samples[] = {{100, 150, 200}, {300, 900, 400}};
    struct time_offset offset = time_check_offset(samples, ARRAY_COUNT(samples));
    assert_false(offset.consistent);
    assert_int_equal(offset.lowest, 50);
    assert_int_equal(offset.highest, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_gigahertz_counts_nanoseconds),
        cmocka_unit_test(a_decade_at_five_gigahertz_does_not_overflow),
        cmocka_unit_test(conversions_are_each_others_inverse),
        cmocka_unit_test(part_of_a_second_is_not_lost),
        cmocka_unit_test(a_wait_too_long_for_the_counter_lasts_for_ever),
        cmocka_unit_test(an_unknown_frequency_answers_zero),
        cmocka_unit_test(a_measurement_is_cycles_by_reference_time),
        cmocka_unit_test(a_measurement_without_sense_answers_zero),
        cmocka_unit_test(the_median_does_not_depend_on_order),
        cmocka_unit_test(clocks_in_step_cannot_be_told_apart),
        cmocka_unit_test(a_clock_ahead_is_proven_ahead),
        cmocka_unit_test(a_clock_behind_zero_is_proven_behind),
        cmocka_unit_test(a_drifting_clock_is_not_consistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
