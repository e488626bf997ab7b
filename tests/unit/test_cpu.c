// The table of processors: numbers, groups of 64, states.
// sources: tests/fakes/host.c tests/fakes/pages.c

#include "kernel/core/cpu.h"
#include "tests/fakes/host.h"
#include "tests/fakes/pages.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { CPUS = 130 };

static void before_the_table_there_is_no_processor(void **state)
{
    assert_int_equal(cpu_total(), 0);
    assert_null(cpu_get(0));
    assert_int_equal(cpu_group_online(0).mask, 0);
    assert_int_equal(cpu_table_create(0), RESULT_INVALID);
    assert_int_equal(cpu_table_create(4), RESULT_NO_MEMORY);
}

static void a_table_numbers_its_processors_and_is_made_once(void **state)
{
    fake_pages_add(64);
    assert_int_equal(cpu_table_create(CPUS), RESULT_OK);
    assert_int_equal(cpu_table_create(CPUS), RESULT_BUSY);
    assert_int_equal(cpu_total(), CPUS);
    for (uint32_t i = 0; i < CPUS; i++) {
        assert_int_equal(cpu_get(i)->number, i);
        assert_int_equal(cpu_get(i)->state, CPU_PRESENT);
    }
    assert_null(cpu_get(CPUS));
    assert_null(cpu_get(UINT32_MAX));
    assert_int_equal(cpu_online_total(), 0);
}

static void groups_hold_64_processors_each(void **state)
{
    assert_int_equal(cpu_group(63), 0);
    assert_int_equal(cpu_group(64), 1);
    assert_int_equal(cpu_group_number(63), 63);
    assert_int_equal(cpu_group_number(129), 1);
}

static void a_groups_mask_holds_its_online_processors(void **state)
{
    for (uint32_t i = 0; i < CPUS; i++)
        cpu_state_set(i, CPU_ONLINE);
    cpu_state_set(0, CPU_ONLINE);
    cpu_state_set(3, CPU_DEAD);
    cpu_state_set(3, CPU_OFFLINE);
    cpu_state_set(64, CPU_OFFLINE);
    assert_int_equal(cpu_group_online(0).mask, ~UINT64_C(8));
    assert_int_equal(cpu_group_online(1).mask, ~UINT64_C(1));
    assert_int_equal(cpu_group_online(2).mask, 3);
    assert_int_equal(cpu_group_online(2).group, 2);
    assert_int_equal(cpu_group_online(3).mask, 0);
    assert_int_equal(cpu_group_online(UINT16_MAX).mask, 0);
    assert_int_equal(cpu_online_total(), CPUS - 2);
}

static void a_set_holds_processors_of_its_own_group_only(void **state)
{
    struct group_affinity set = {.group = 1, .mask = BIT(0) | BIT(63)};
    assert_true(cpu_in_set(64, set));
    assert_true(cpu_in_set(127, set));
    assert_false(cpu_in_set(65, set));
    assert_false(cpu_in_set(0, set));
    assert_false(cpu_in_set(128, set));
    assert_false(cpu_in_set(64 * (65536 + 1), set));
}

static void states_have_names(void **state)
{
    assert_string_equal(cpu_state_name(CPU_PRESENT), "present");
    assert_string_equal(cpu_state_name(CPU_ONLINE), "online");
    assert_string_equal(cpu_state_name(CPU_OFFLINE), "offline");
    assert_string_equal(cpu_state_name(CPU_DEAD), "dead");
    assert_string_equal(cpu_state_name((enum cpu_state)9), "unknown");
}

int main(void)
{
    fake_host_reset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_table_there_is_no_processor),
        cmocka_unit_test(a_table_numbers_its_processors_and_is_made_once),
        cmocka_unit_test(groups_hold_64_processors_each),
        cmocka_unit_test(a_groups_mask_holds_its_online_processors),
        cmocka_unit_test(a_set_holds_processors_of_its_own_group_only),
        cmocka_unit_test(states_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
