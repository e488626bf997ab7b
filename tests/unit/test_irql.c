// Levels: raising and lowering restore CR8, and whoever gets it wrong is named, counted and not obeyed.
// sources: tests/fakes/heap.c tests/fakes/host.c

#include "kernel/core/irql.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CPU_COUNT = 3 };
#define LEVEL_IN_SERVICE ((enum irql)8)

static struct output_buffer screen;
static char text[16384];
static uint64_t violations_before;

static int start(void **state)
{
    return irql_initialise(CPU_COUNT) == RESULT_OK ? 0 : -1;
}

static int set_up(void **state)
{
    fake_host_reset();
    output_buffer_start(&screen, text, sizeof(text));
    log_show(&screen.output, LOG_DEBUG);
    violations_before = irql_violations(0);
    return 0;
}

static void assert_violations(uint64_t count)
{
    assert_int_equal(irql_violations(0) - violations_before, count);
}

static void assert_told(const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void raising_and_lowering_restores_the_level(void **state)
{
    enum irql first = irql_raise(IRQL_DISPATCH);
    assert_int_equal(first, IRQL_PASSIVE);
    assert_int_equal(irql_current(), IRQL_DISPATCH);
    enum irql second = irql_raise(IRQL_HIGH);
    assert_int_equal(second, IRQL_DISPATCH);
    assert_int_equal(irql_raised(0), IRQL_HIGH);
    irql_lower(second);
    assert_int_equal(irql_current(), IRQL_DISPATCH);
    irql_lower(first);
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_violations(0);
}

static void raising_to_the_current_level_is_allowed(void **state)
{
    enum irql first = irql_raise(IRQL_CLOCK);
    enum irql second = irql_raise(IRQL_CLOCK);
    irql_lower(second);
    irql_lower(first);
    irql_lower(irql_raise(IRQL_PASSIVE));
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_violations(0);
}

static void in_a_service_routine_lowering_restores_cr8_and_not_the_level_in_service(void **state)
{
    enum irql outside = irql_raise(IRQL_DISPATCH);
    fake_host.irql = LEVEL_IN_SERVICE;
    enum irql previous = irql_raise(IRQL_DEVICE_HIGHEST);
    assert_int_equal(previous, IRQL_DISPATCH);
    irql_lower(previous);
    assert_int_equal(fake_host.cr8, IRQL_DISPATCH);
    fake_host.irql = IRQL_PASSIVE;
    irql_lower(outside);
    assert_int_equal(fake_host.cr8, IRQL_PASSIVE);
    assert_violations(0);
}

static void raising_below_the_current_level_is_reported_and_counts_as_the_current_one(void **state)
{
    enum irql first = irql_raise_by("the_first", IRQL_CLOCK);
    enum irql second = irql_raise_by("the_second", IRQL_DISPATCH);
    assert_int_equal(irql_current(), IRQL_CLOCK);
    assert_violations(1);
    assert_told("irql: cpu 0: the_second raises to a lower level, 2, current level 13 by the_first");
    irql_lower(second);
    assert_int_equal(irql_current(), IRQL_CLOCK);
    irql_lower(first);
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_violations(1);
}

static void raising_below_the_level_in_service_is_reported_too(void **state)
{
    fake_host.irql = LEVEL_IN_SERVICE;
    enum irql previous = irql_raise_by("a_routine", IRQL_DISPATCH);
    assert_told("a_routine raises to a lower level, 2, current level 8 by an interrupt in service");
    irql_lower(previous);
    assert_int_equal(fake_host.cr8, IRQL_PASSIVE);
    assert_violations(1);
}

static void raising_beyond_the_highest_level_is_reported(void **state)
{
    enum irql previous = irql_raise_by("a_dreamer", IRQL_COUNT);
    assert_told("a_dreamer raises to no level there is, 16, current level 0 by nobody");
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    irql_lower(previous);
    assert_violations(1);
}

static void lowering_without_a_raise_is_reported_and_changes_nothing(void **state)
{
    irql_lower_by("a_stranger", IRQL_PASSIVE);
    assert_told("a_stranger lowers without a raise, to 0, current level 0 by");
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_violations(1);
}

static void a_service_routine_cannot_undo_the_raise_of_what_it_interrupted(void **state)
{
    enum irql outside = irql_raise(IRQL_DISPATCH);
    fake_host.irql = LEVEL_IN_SERVICE;
    irql_lower_by("a_routine", IRQL_PASSIVE);
    assert_told("a_routine lowers without a raise, to 0, current level 8 by an interrupt in service");
    assert_int_equal(fake_host.cr8, IRQL_DISPATCH);
    fake_host.irql = IRQL_PASSIVE;
    irql_lower(outside);
    assert_violations(1);
}

static void lowering_to_a_higher_level_is_reported_and_the_raise_stays_to_be_undone(void **state)
{
    enum irql previous = irql_raise_by("the_raiser", IRQL_DISPATCH);
    irql_lower_by("the_lowerer", IRQL_CLOCK);
    assert_told("the_lowerer lowers to a higher level, 13, current level 2 by the_raiser");
    assert_int_equal(irql_current(), IRQL_DISPATCH);
    irql_lower(previous);
    assert_int_equal(irql_current(), IRQL_PASSIVE);
    assert_violations(1);
}

static void calls_above_their_level_are_refused_and_name_both_sides(void **state)
{
    assert_true(irql_allows(IRQL_PASSIVE, "anything"));
    enum irql previous = irql_raise_by("the_raiser", IRQL_CLOCK);
    assert_true(irql_allows(IRQL_CLOCK, "anything"));
    assert_false(irql_allows(IRQL_DISPATCH, "the_call"));
    assert_told("the_call called above its level 2, current level 13 by the_raiser");
    irql_lower(previous);
    assert_violations(1);
}

static bool never_looked_at(void *context)
{
    fail();
    return true;
}

static void waiting_above_dispatch_is_refused_without_a_look(void **state)
{
    fake_host.irql = LEVEL_IN_SERVICE;
    assert_int_equal(wait_until(never_looked_at, NULL, WAIT_MILLISECONDS(1)), RESULT_IRQL);
    assert_int_equal(fake_host.idle_count, 0);
    assert_true(fake_host.interrupts_on);
    assert_told("wait_until called above its level 2, current level 8 by an interrupt in service");
    assert_violations(1);
}

static void each_processor_has_its_own_level_and_count(void **state)
{
    fake_host.cpu = 2;
    uint64_t before = irql_violations(2);
    irql_lower_by("elsewhere", IRQL_PASSIVE);
    assert_told("irql: cpu 2: elsewhere");
    assert_int_equal(irql_violations(2), before + 1);
    assert_int_equal(irql_violations(1), 0);
    assert_violations(0);
    enum irql previous = irql_raise(IRQL_DISPATCH);
    assert_int_equal(irql_raised(2), IRQL_DISPATCH);
    assert_int_equal(irql_raised(0), IRQL_PASSIVE);
    irql_lower(previous);
}

static void a_flood_of_violations_is_counted_but_does_not_fill_the_log(void **state)
{
    uint32_t errors = log_total(LOG_ERROR);
    fake_host.cpu = 1;
    for (uint32_t i = 0; i < 10 * IRQL_REPORT_COUNT; i++)
        irql_lower(IRQL_PASSIVE);
    assert_int_equal(irql_violations(1), 10 * IRQL_REPORT_COUNT);
    assert_int_equal(log_total(LOG_ERROR) - errors, IRQL_REPORT_COUNT);
}

// What is in service is a read of the local APIC: uncached, and an exit under a hypervisor.
static void what_is_in_service_is_asked_for_only_where_it_matters(void **state)
{
    uint32_t before = fake_host.level_reads;

    irql_lower(irql_raise_known(IRQL_DISPATCH));
    assert_int_equal(fake_host.level_reads, before);
    irql_lower(irql_raise(IRQL_DISPATCH));
    assert_int_equal(fake_host.level_reads, before + 1);
}

// Against a model: a random walk of raises, lowers and interrupts on top, right and wrong ones.
static void random_walk(uint32_t *seed, uint32_t depth)
{
    for (uint32_t step = 0; step < 6; step++) {
        *seed = *seed * 1664525 + 1013904223;
        uint32_t choice = *seed >> 29;
        enum irql level = (enum irql)(*seed >> 20 & 15), current = irql_current(), cr8 = fake_host.cr8;
        uint64_t before = irql_violations(0);
        if (depth < 5 && choice < 3) {
            enum irql previous = irql_raise(level);
            assert_int_equal(previous, cr8);
            assert_int_equal(irql_current(), level > current ? level : current);
            assert_int_equal(irql_violations(0) - before, level < current);
            random_walk(seed, depth + 1);
            irql_lower(previous);
        } else if (depth < 5 && choice < 5 && level > current) {
            enum irql interrupted = fake_host.irql;
            fake_host.irql = level;
            irql_lower_by("a_routine", IRQL_PASSIVE);
            assert_int_equal(irql_violations(0) - before, 1);
            random_walk(seed, depth + 1);
            fake_host.irql = interrupted;
        }
        assert_int_equal(fake_host.cr8, cr8);
        assert_int_equal(irql_current(), current);
        assert_int_equal(irql_raised(0), cr8);
    }
}

static void every_walk_ends_at_the_level_it_began(void **state)
{
    uint32_t seed = 1;
    for (uint32_t round = 0; round < 300; round++)
        random_walk(&seed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(raising_and_lowering_restores_the_level, set_up),
        cmocka_unit_test_setup(raising_to_the_current_level_is_allowed, set_up),
        cmocka_unit_test_setup(in_a_service_routine_lowering_restores_cr8_and_not_the_level_in_service, set_up),
        cmocka_unit_test_setup(raising_below_the_current_level_is_reported_and_counts_as_the_current_one, set_up),
        cmocka_unit_test_setup(raising_below_the_level_in_service_is_reported_too, set_up),
        cmocka_unit_test_setup(raising_beyond_the_highest_level_is_reported, set_up),
        cmocka_unit_test_setup(lowering_without_a_raise_is_reported_and_changes_nothing, set_up),
        cmocka_unit_test_setup(a_service_routine_cannot_undo_the_raise_of_what_it_interrupted, set_up),
        cmocka_unit_test_setup(lowering_to_a_higher_level_is_reported_and_the_raise_stays_to_be_undone, set_up),
        cmocka_unit_test_setup(calls_above_their_level_are_refused_and_name_both_sides, set_up),
        cmocka_unit_test_setup(waiting_above_dispatch_is_refused_without_a_look, set_up),
        cmocka_unit_test_setup(each_processor_has_its_own_level_and_count, set_up),
        cmocka_unit_test_setup(a_flood_of_violations_is_counted_but_does_not_fill_the_log, set_up),
        cmocka_unit_test_setup(what_is_in_service_is_asked_for_only_where_it_matters, set_up),
        cmocka_unit_test_setup(every_walk_ends_at_the_level_it_began, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
