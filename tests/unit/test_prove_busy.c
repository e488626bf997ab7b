// The proof on a device that cannot take every shot at once: busy is waited for and is no fault, but not for ever.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/proof/prove.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { FIRED = ROUTED_MESSAGES - 1, SHOTS = 400 };

static struct prove prove;
static struct prove_target targets[ROUTED_MESSAGES];

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    return 0;
}

static void run(void)
{
    prove = (struct prove){.plan = {.shots = SHOTS, .moves = 20, .seed = 1}, .targets = targets};
    for (uint32_t i = 0; i < FIRED; i++)
        assert_int_equal(prove_add(&prove, routed_message(i)), RESULT_OK);
    prove_run(&prove);
}

static void a_device_that_is_busy_for_a_while_is_asked_again(void **state)
{
    routed.busy = 50;
    run();
    assert_true(prove_passed(&prove));
    assert_int_equal(prove.sent, SHOTS);
    assert_int_equal(prove.moves, 20);
    assert_int_equal(prove_total(&prove).handled, SHOTS);
}

static void a_device_that_stays_busy_is_a_fault_after_the_bound_and_nothing_is_lost(void **state)
{
    uint64_t before = fake_host.nanoseconds;

    routed.busy = UINT32_MAX;
    run();
    assert_false(prove_passed(&prove));
    assert_in_range(fake_host.nanoseconds - before, PROVE_BOUND, 2 * PROVE_BOUND);
    struct prove_target total = prove_total(&prove);
    assert_int_equal(total.sent, 0);
    assert_int_equal(total.lost, 0);
    assert_int_equal(total.faults, FIRED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_device_that_is_busy_for_a_while_is_asked_again, set_up),
        cmocka_unit_test_setup(a_device_that_stays_busy_is_a_fault_after_the_bound_and_nothing_is_lost, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
