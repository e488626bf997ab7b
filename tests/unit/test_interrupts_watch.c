// interrupts -w: what counts now is shown period by period, until Ctrl-C.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/system_counts.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define USAGE "usage: interrupts [-w [SECONDS]] [BDF] [nonzero] [driver=NAME] [cpu=CPU] [sort=KEY]"

enum { MANY = 25, CLOCK_RATE = 100, SHOTS = 500 };

static struct output_buffer screen;
static char text[65536];
static uint64_t stop_at; // Ctrl-C, nanoseconds
static uint64_t started;

static uint64_t count_clock(uint32_t cpu)
{
    return cpu == 3 ? fake_host.nanoseconds / (WAIT_MILLISECONDS(1000) / CLOCK_RATE) : 0;
}

static uint64_t count_once(uint32_t cpu)
{
    return cpu == 0;
}

static uint64_t count_never(uint32_t cpu)
{
    return 0;
}

// Message 2 comes SHOTS times in the first half of every second.
static void time_passes(void)
{
    static uint64_t seconds;

    if (fake_host.nanoseconds / WAIT_MILLISECONDS(1000) == seconds)
        return;
    seconds = fake_host.nanoseconds / WAIT_MILLISECONDS(1000);
    const struct message *message = routed_message(2);
    for (uint32_t i = 0; i < SHOTS; i++)
        fake_host_deliver(message->cpu, message->info.vector);
}

static bool type_control_c(uint8_t *byte, uint64_t nanoseconds)
{
    *byte = 3;
    return fake_host.nanoseconds >= stop_at;
}

static int start(void **state)
{
    system_counts_register("clock", count_clock);
    system_counts_register("never", count_never);
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    fake_host.nanoseconds += WAIT_MILLISECONDS(1000) - fake_host.nanoseconds % WAIT_MILLISECONDS(1000);
    fake_host.on_idle = time_passes;
    started = fake_host.nanoseconds;
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, type_control_c);
    return 0;
}

static void watch(const char *line, uint64_t milliseconds)
{
    stop_at = fake_host.nanoseconds + WAIT_MILLISECONDS(milliseconds);
    assert_int_equal(console_run_line(line), RESULT_STOPPED);
}

static uint32_t count_of(const char *part)
{
    uint32_t count = 0;

    for (const char *at = text; (at = strstr(at, part)); at++)
        count++;
    return count;
}

static const char *last_screen(void)
{
    const char *last = text;

    for (const char *at = text; (at = strstr(at, "\033[HDEVICE")); at++)
        last = at;
    return last;
}

static void every_period_is_one_screen_until_control_c(void **state)
{
    watch("interrupts -w", 3500);
    assert_int_equal(count_of("a second; every 1 s, Ctrl-C ends\n"), 4);
    assert_int_equal(count_of("\033[2J"), 1);
    const char *end = "ends\n^C\n\033[J2300 interrupts in 3000 ms\nerror: stopped\n";
    assert_string_equal(text + strlen(text) - strlen(end), end);
    assert_in_range(fake_host.nanoseconds - started, WAIT_MILLISECONDS(3500), WAIT_MILLISECONDS(3600));
}

static void a_row_says_how_much_it_counts_a_second_and_where(void **state)
{
    char row[128];

    watch("interrupts -w 2", 4500);
    snprintf(row, sizeof(row), "%.110s", strstr(last_screen(), "0000:00:04.0    2"));
    assert_non_null(strstr(row, "msix e1000e"));
    assert_non_null(strstr(row, "499.9 2:500"));
    assert_non_null(strstr(last_screen(), " 99.9 3:100"));
    assert_null(strstr(text, "never"));
    assert_non_null(strstr(last_screen(), "\033[J599 interrupts a second; every 2 s, Ctrl-C ends\n"));
}

static void no_line_is_wider_than_99_columns(void **state)
{
    watch("interrupts -w", 2500);
    for (const char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) < 100 + strlen("\033[H\033[2J\033[H\033[K"));
}

static void json_is_all_rows_and_a_summary_each_period(void **state)
{
    watch("interrupts -w --json", 2500);
    assert_int_equal(count_of("{\"type\":\"interrupts_summary\","), 2);
    assert_int_equal(count_of("{\"type\":\"interrupt\","), 2 * ROUTED_MESSAGES);
    assert_int_equal(count_of("{\"type\":\"system\","), 2 * 2);
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, ",\"change\":500,\"per_second\":500}"));
    assert_int_equal(count_of("\"rows\":7,\"milliseconds\":100"), 2);
}

static void the_busiest_are_shown_when_there_are_too_many(void **state)
{
    static char names[MANY][8];

    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "once%u", i);
        system_counts_register(names[i], count_once);
    }
    watch("interrupts -w", 1500);
    assert_non_null(strstr(last_screen(), "0000:00:04.0    2"));
    assert_non_null(strstr(last_screen(), "clock"));
    assert_non_null(strstr(last_screen(), " slower rows are left out\n"));
    uint32_t lines = 0;
    for (const char *at = last_screen(); strncmp(at, "^C", 2) != 0; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 22);
}

static void expect_error(const char *line, const char *error)
{
    char expected[256];

    output_buffer_start(&screen, text, sizeof(text));
    stop_at = UINT64_MAX;
    assert_int_not_equal(console_run_line(line), RESULT_OK);
    snprintf(expected, sizeof(expected), "error: %s\n", error);
    assert_string_equal(text, expected);
}

static void nonsense_is_refused(void **state)
{
    expect_error("interrupts -x", USAGE);
    expect_error("interrupts 5", "'5' is not a device, write SSSS:BB:DD.F");
    expect_error("interrupts -w 1 2", "'2' is not a device, write SSSS:BB:DD.F");
    expect_error("interrupts -w 0", "SECONDS is 1 to 3600");
    expect_error("interrupts -w 3601", "SECONDS is 1 to 3600");
    expect_error("interrupts -w soon", "'soon' is not a device, write SSSS:BB:DD.F");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_period_is_one_screen_until_control_c, set_up),
        cmocka_unit_test_setup(a_row_says_how_much_it_counts_a_second_and_where, set_up),
        cmocka_unit_test_setup(no_line_is_wider_than_99_columns, set_up),
        cmocka_unit_test_setup(json_is_all_rows_and_a_summary_each_period, set_up),
        cmocka_unit_test_setup(the_busiest_are_shown_when_there_are_too_many, set_up),
        cmocka_unit_test_setup(nonsense_is_refused, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
