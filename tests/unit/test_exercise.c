// What the drivers' self-tests share: a device none of whose messages can be fired has not passed.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c
// sources: drivers/exercise.c

#include "drivers/exercise.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SHOTS = 3 };

static char text[256];

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static enum result exercise(uint32_t *fired)
{
    struct output_buffer buffer;

    output_buffer_start(&buffer, text, sizeof(text));
    return exercise_all(&routed.device, SHOTS, &buffer.output, fired);
}

static void every_message_that_can_be_fired_is(void **state)
{
    uint32_t fired;

    routed_device_reset();
    assert_int_equal(exercise(&fired), RESULT_OK);
    assert_int_equal(fired, 4);
    assert_string_equal(text, "");
}

static void a_shot_that_is_lost_fails(void **state)
{
    uint32_t fired;

    routed_device_reset();
    routed.shot = ROUTED_LOST;
    assert_int_equal(exercise(&fired), RESULT_FAILED);
    assert_string_not_equal(text, "");
}

static void a_busy_device_is_asked_again(void **state)
{
    uint32_t fired;

    routed_device_reset();
    routed.busy = 100;
    assert_int_equal(exercise(&fired), RESULT_OK);
    assert_int_equal(fired, 4);
}

static void a_device_that_stays_busy_fails_within_its_bound(void **state)
{
    struct output_buffer buffer;
    uint64_t before = fake_host.nanoseconds;

    routed_device_reset();
    routed.busy = UINT32_MAX;
    output_buffer_start(&buffer, text, sizeof(text));
    assert_int_equal(exercise_message(&routed.device, 0, SHOTS, &buffer.output), RESULT_FAILED);
    assert_string_equal(text, "e1000e 0000:00:04.0: message 0: 3 arrivals expected, 0 found (busy)\n");
    assert_in_range(fake_host.nanoseconds - before, WAIT_MILLISECONDS(1000), WAIT_MILLISECONDS(1100));
}

static void none_that_can_be_fired_proves_nothing(void **state)
{
    const struct driver *saved = routed.device.driver;
    struct driver mute = *saved;
    uint32_t fired;

    routed_device_reset();
    mute.fire = NULL;
    routed.device.driver = &mute;
    enum result result = exercise(&fired);
    routed.device.driver = saved;
    assert_int_equal(result, RESULT_UNSUPPORTED);
    assert_int_equal(fired, 0);
    assert_string_equal(text, "e1000e 0000:00:04.0: none of 5 messages can be fired\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_that_can_be_fired_is),
        cmocka_unit_test(a_shot_that_is_lost_fails),
        cmocka_unit_test(a_busy_device_is_asked_again),
        cmocka_unit_test(a_device_that_stays_busy_fails_within_its_bound),
        cmocka_unit_test(none_that_can_be_fired_proves_nothing),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
