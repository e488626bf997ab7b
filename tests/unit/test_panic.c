// The end of the road: what is printed, in which order, and how it leaves.
// sources: tests/fakes/host.c

#include "kernel/console/panic.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"
#include "kernel/version.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { STATUS_STOPPED = 3, STATUS_SPUN = 4, STATUS_WRONG = 5 };

static char text[8192];
static struct output_buffer buffer;
static uint32_t exit_code;

static void record_exit(uint32_t code)
{
    exit_code = code;
}

// Runs in a child of the test: its exit status says where the panic ended, and `finish` what it must have left.
static void (*finish)(void);

static void stop(void)
{
    if (finish)
        finish();
    _exit(STATUS_STOPPED);
}

static void spin(void)
{
    if (fake_host.relax_count > 100)
        _exit(STATUS_SPUN);
}

static const struct power_operations operations = {.debug_exit = record_exit, .stop = stop};

static void expect(bool holds)
{
    if (!holds)
        _exit(STATUS_WRONG);
}

static int status_of(void (*act)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        fake_host_reset();
        fake_host.step = 0;
        fake_host.on_relax = spin;
        power_attach(&operations);
        output_buffer_start(&buffer, text, sizeof(text));
        act();
        _exit(STATUS_WRONG);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void dump(struct output *out)
{
    output_format(out, "registers\n");
}

static void records(struct output *out)
{
    output_format(out, "records\n");
}

static void expect_reason_dump_and_lines(void)
{
    char head[256];

    format_text(head, sizeof(head), "half a line\npanic: bad thing 7\n%s\nregisters\nlast log lines:\n%s", version_text,
                "[   0.000000 cpu 0] line 10\n");
    expect(strncmp(text, head, strlen(head)) == 0);
    expect(strcmp(text + strlen(text) - 16, "line 29\nrecords\n") == 0);
    expect(exit_code == 0 && !fake_host.interrupts_on);
}

static void panic_with_all(void)
{
    for (int i = 0; i < 30; i++)
        log_debug("line %d", i);
    output_format(&buffer.output, "half a line");
    panic_attach(&buffer.output, dump);
    panic_attach_last(records);
    finish = expect_reason_dump_and_lines;
    panic("bad thing %d", 7);
}

static void reason_dump_and_the_last_lines_are_printed_in_this_order(void **state)
{
    assert_int_equal(status_of(panic_with_all), STATUS_STOPPED);
}

static void expect_exit_127(void)
{
    expect(exit_code == 127);
}

static void panic_in_script(void)
{
    panic_attach(&buffer.output, NULL);
    panic_exit_when_done(true);
    finish = expect_exit_127;
    panic("x");
}

static void a_panic_under_a_script_exits_127(void **state)
{
    assert_int_equal(status_of(panic_in_script), STATUS_STOPPED);
}

static void fall_again(struct output *out)
{
    output_format(out, "falling\n");
    panic("second");
}

static void expect_both_reasons(void)
{
    char both[256];

    format_text(both, sizeof(both), "\npanic: first\n%s\nfalling\n\npanic: second\n", version_text);
    expect(strcmp(text, both) == 0);
    expect(exit_code == 127);
}

static void panic_in_dump(void)
{
    panic_attach(&buffer.output, fall_again);
    panic_exit_when_done(true);
    finish = expect_both_reasons;
    panic("first");
}

static void a_panic_within_the_dump_still_leaves(void **state)
{
    assert_int_equal(status_of(panic_in_dump), STATUS_STOPPED);
}

static void fall_elsewhere(struct output *out)
{
    fake_host.cpu = 1;
    panic("other");
}

static void panic_on_two(void)
{
    panic_attach(&buffer.output, fall_elsewhere);
    panic("first");
}

static void a_second_processor_halts_in_silence(void **state)
{
    assert_int_equal(status_of(panic_on_two), STATUS_SPUN);
}

static void panic_early(void)
{
    panic("nobody listens");
}

static void without_an_output_it_only_stops(void **state)
{
    assert_int_equal(status_of(panic_early), STATUS_STOPPED);
}

static void dump_in_lock(struct output *out)
{
    output_format(out, "dumped\n");
}

// The console's output breaks in the middle of a line, which leaves the log in the state of one who is writing.
static void panic_while_writing(struct output *self, const char *bytes, size_t length)
{
    panic_attach(&buffer.output, dump_in_lock);
    panic("in log");
}

static void panic_in_log(void)
{
    static struct output broken = {.write = panic_while_writing};

    log_show(&broken, LOG_INFO);
    log_info("the line that does it");
}

static void a_panic_while_the_console_is_written_waits_for_nobody(void **state)
{
    assert_int_equal(status_of(panic_in_log), STATUS_STOPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reason_dump_and_the_last_lines_are_printed_in_this_order),
        cmocka_unit_test(a_panic_under_a_script_exits_127),
        cmocka_unit_test(a_panic_within_the_dump_still_leaves),
        cmocka_unit_test(a_second_processor_halts_in_silence),
        cmocka_unit_test(without_an_output_it_only_stops),
        cmocka_unit_test(a_panic_while_the_console_is_written_waits_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
