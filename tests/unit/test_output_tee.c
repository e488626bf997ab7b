// Several outputs behind one, whole writes at a time; and the output that hands on whole lines.
// sources: tests/fakes/host.c

#include "kernel/console/output_tee.h"
#include "kernel/lib/output_lines.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static struct output_tee tee;
static struct output_buffer left, right;
static char left_text[8192], right_text[8192];

// A target in whose write "an interrupt" writes to the same tee.
static struct output interrupted;
static const char *interrupt_text;
static const char *interrupt_status;
static uint32_t interrupts_left;

static void write_interrupted(struct output *self, const char *bytes, size_t length)
{
    left.output.write(&left.output, bytes, length / 2);
    if (interrupts_left) {
        interrupts_left--;
        if (interrupt_status)
            tee.status.write(&tee.status, interrupt_status, strlen(interrupt_status));
        tee.output.write(&tee.output, interrupt_text, strlen(interrupt_text));
    }
    left.output.write(&left.output, bytes + length / 2, length - length / 2);
}

static int set_up(void **state)
{
    fake_host_reset();
    output_buffer_start(&left, left_text, sizeof(left_text));
    output_buffer_start(&right, right_text, sizeof(right_text));
    output_tee_start(&tee);
    interrupted.write = write_interrupted;
    return 0;
}

static void every_target_gets_every_byte(void **state)
{
    assert_true(output_tee_add(&tee, &left.output));
    assert_true(output_tee_add(&tee, &right.output));
    output_format(&tee.output, "a%d\n", 1);
    assert_string_equal(left_text, "a1\n");
    assert_string_equal(right_text, "a1\n");
}

static void a_target_too_many_is_refused(void **state)
{
    for (uint32_t i = 0; i < OUTPUT_TEE_TARGETS; i++)
        assert_true(output_tee_add(&tee, &left.output));
    assert_false(output_tee_add(&tee, &left.output));
}

static void a_write_from_an_interrupt_comes_after_the_write_it_broke_into(void **state)
{
    assert_true(output_tee_add(&tee, &interrupted));
    interrupt_text = "second line\n";
    interrupts_left = 2; // the other one while the first is being written
    tee.output.write(&tee.output, "first line\n", 11);
    assert_string_equal(left_text, "first line\nsecond line\nsecond line\n");
    assert_int_equal(tee.dropped, 0);
}

static void writes_that_find_no_room_to_wait_are_dropped_whole_and_counted(void **state)
{
    static char big[OUTPUT_TEE_WAITING + 2];
    memset(big, 'x', sizeof(big) - 1);
    assert_true(output_tee_add(&tee, &interrupted));
    interrupt_text = big;
    interrupts_left = 1;
    tee.output.write(&tee.output, "one\n", 4);
    assert_string_equal(left_text, "one\n");
    assert_int_equal(tee.dropped, sizeof(big) - 1);
    tee.output.write(&tee.output, "two\n", 4);
    assert_string_equal(left_text, "one\ntwo\n");
}

static void urgent_text_passes_a_writer_that_never_came_back(void **state)
{
    assert_true(output_tee_add(&tee, &left.output));
    tee.writing = true;
    tee.output.write(&tee.output, "waits", 5);
    tee.urgent.write(&tee.urgent, "panic", 5);
    assert_string_equal(left_text, "panic");
}

static uint32_t writes;
static void a_status_is_written_over_and_goes_before_anything_else(void **state)
{
    assert_true(output_tee_add(&tee, &left.output));
    tee.status.write(&tee.status, "half", 4);
    tee.status.write(&tee.status, "nearly", 6);
    tee.status.write(&tee.status, "all", 3);
    output_format(&tee.output, "done\n");
    output_format(&tee.output, "next\n");
    tee.status.write(&tee.status, "", 0);
    assert_string_equal(left_text, "\rhalf\rnearly\r      \r\rall\r   \rdone\nnext\n");
}

static void a_status_does_not_break_into_a_line(void **state)
{
    assert_true(output_tee_add(&tee, &interrupted));
    interrupt_text = "";
    interrupts_left = 1;
    interrupt_status = "half";
    output_format(&tee.output, "whole line\n");
    interrupt_status = NULL;
    assert_string_equal(left_text, "whole line\n");
}

static void what_came_while_a_status_was_written_takes_its_place(void **state)
{
    assert_true(output_tee_add(&tee, &interrupted));
    interrupt_text = "logged\n";
    interrupts_left = 1;
    tee.status.write(&tee.status, "half", 4);
    assert_string_equal(left_text, "\rhalf\r    \rlogged\n");
}

static void a_status_as_wide_as_the_screen_is_cut(void **state)
{
    char wide[OUTPUT_TEE_STATUS + 10];
    memset(wide, 'x', sizeof(wide));
    assert_true(output_tee_add(&tee, &left.output));
    tee.status.write(&tee.status, wide, sizeof(wide));
    tee.status.write(&tee.status, "", 0);
    assert_int_equal(strlen(left_text), 3 + 2 * OUTPUT_TEE_STATUS);
}

// A target that takes binary bytes, and into whose write "an interrupt" may log.
static uint8_t taken_bytes[64];
static size_t taken_length;

static bool take_binary(struct output *self, const void *bytes, size_t length)
{
    memcpy(taken_bytes + taken_length, bytes, length);
    taken_length += length;
    left.output.write(&left.output, "<binary>", 8);
    if (interrupts_left) {
        interrupts_left--;
        tee.output.write(&tee.output, interrupt_text, strlen(interrupt_text));
    }
    return true;
}

static void binary_bytes_go_as_they_are_to_those_that_take_them(void **state)
{
    left.output.write_binary = take_binary;
    taken_length = 0;
    assert_true(output_tee_add(&tee, &left.output));
    assert_true(output_tee_add(&tee, &right.output));
    tee.status.write(&tee.status, "half", 4);
    assert_true(output_binary(&tee.output, "\0a\n\xff", 4));
    assert_memory_equal(taken_bytes, "\0a\n\xff", 4);
    assert_int_equal(taken_length, 4);
    assert_string_equal(left_text, "\rhalf\r    \r<binary>");
    assert_string_equal(right_text, "\rhalf\r    \r");
}

static void nobody_takes_binary_bytes_where_no_target_does(void **state)
{
    assert_true(output_tee_add(&tee, &right.output));
    assert_false(output_binary(&tee.output, "a", 1));
    assert_false(output_binary(&right.output, "a", 1));
    output_format(&tee.output, "free again\n");
    assert_string_equal(right_text, "free again\n");
}

static void what_is_logged_while_binary_bytes_leave_follows_them(void **state)
{
    left.output.write_binary = take_binary;
    taken_length = 0;
    interrupt_text = "logged\n";
    interrupts_left = 1;
    assert_true(output_tee_add(&tee, &left.output));
    assert_true(output_binary(&tee.output, "abc", 3));
    assert_string_equal(left_text, "<binary>logged\n");
    assert_memory_equal(taken_bytes, "abc", 3);
}

static uint32_t turns;

static void writer_returns(void)
{
    if (++turns == 5)
        tee.writing = false;
}

static void binary_bytes_wait_for_a_writer_on_another_cpu(void **state)
{
    left.output.write_binary = take_binary;
    taken_length = turns = 0;
    assert_true(output_tee_add(&tee, &left.output));
    tee.writing = true;
    fake_host.on_relax = writer_returns;
    assert_true(output_binary(&tee.output, "abc", 3));
    assert_int_equal(turns, 5);
    assert_int_equal(taken_length, 3);
}

static void binary_bytes_stand_behind_what_the_line_holds(void **state)
{
    struct output_lines lines;
    char collected[32];

    left.output.write_binary = take_binary;
    output_lines_start(&lines, &left.output, collected, sizeof(collected));
    output_format(&lines.output, "begun ");
    assert_true(output_binary(&lines.output, "abc", 3));
    output_format(&lines.output, "ended\n");
    assert_string_equal(left_text, "begun <binary>ended\n");
}

static void count_writes(struct output *self, const char *bytes, size_t length)
{
    writes++;
    left.output.write(&left.output, bytes, length);
}

static void lines_are_handed_on_whole(void **state)
{
    struct output counter = {count_writes};
    struct output_lines lines;
    char collected[16];
    output_lines_start(&lines, &counter, collected, sizeof(collected));
    writes = 0;
    output_format(&lines.output, "a%s%d", "bc", 12);
    assert_int_equal(writes, 0);
    output_format(&lines.output, "\nnext");
    assert_int_equal(writes, 1);
    assert_string_equal(left_text, "abc12\n");
    output_lines_flush(&lines);
    assert_string_equal(left_text, "abc12\nnext");
    output_lines_finish(&lines);
    output_lines_finish(&lines);
    assert_string_equal(left_text, "abc12\nnext\n");
}

static void what_is_written_aside_reaches_its_one_target_between_the_others_writes(void **state)
{
    output_tee_add(&tee, &left.output);
    output_tee_add(&tee, &right.output);
    output_format(&tee.aside, "nobody");
    tee.aside_target = &right.output;
    output_format(&tee.output, "all ");
    tee.status.write(&tee.status, "s", 1);
    output_format(&tee.aside, "one");
    assert_string_equal(left_text, "all \rs\r \r");
    assert_string_equal(right_text, "all \rs\r \rone");
}

static void what_is_logged_while_something_leaves_aside_reaches_all(void **state)
{
    output_tee_add(&tee, &interrupted);
    output_tee_add(&tee, &right.output);
    tee.aside_target = &interrupted;
    interrupts_left = 1;
    interrupt_text = "LOG";
    interrupt_status = NULL;
    tee.aside.write(&tee.aside, "aside", 5);
    assert_string_equal(left_text, "asideLOG");
    assert_string_equal(right_text, "LOG");
}

static void a_line_too_long_goes_out_in_pieces(void **state)
{
    struct output_lines lines;
    char collected[4];
    output_lines_start(&lines, &left.output, collected, sizeof(collected));
    output_format(&lines.output, "0123456789\n");
    assert_string_equal(left_text, "0123456789\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_target_gets_every_byte, set_up),
        cmocka_unit_test_setup(a_target_too_many_is_refused, set_up),
        cmocka_unit_test_setup(a_write_from_an_interrupt_comes_after_the_write_it_broke_into, set_up),
        cmocka_unit_test_setup(writes_that_find_no_room_to_wait_are_dropped_whole_and_counted, set_up),
        cmocka_unit_test_setup(urgent_text_passes_a_writer_that_never_came_back, set_up),
        cmocka_unit_test_setup(a_status_is_written_over_and_goes_before_anything_else, set_up),
        cmocka_unit_test_setup(a_status_does_not_break_into_a_line, set_up),
        cmocka_unit_test_setup(what_came_while_a_status_was_written_takes_its_place, set_up),
        cmocka_unit_test_setup(binary_bytes_go_as_they_are_to_those_that_take_them, set_up),
        cmocka_unit_test_setup(nobody_takes_binary_bytes_where_no_target_does, set_up),
        cmocka_unit_test_setup(what_is_logged_while_binary_bytes_leave_follows_them, set_up),
        cmocka_unit_test_setup(binary_bytes_wait_for_a_writer_on_another_cpu, set_up),
        cmocka_unit_test_setup(binary_bytes_stand_behind_what_the_line_holds, set_up),
        cmocka_unit_test_setup(a_status_as_wide_as_the_screen_is_cut, set_up),
        cmocka_unit_test_setup(what_is_written_aside_reaches_its_one_target_between_the_others_writes, set_up),
        cmocka_unit_test_setup(what_is_logged_while_something_leaves_aside_reaches_all, set_up),
        cmocka_unit_test_setup(lines_are_handed_on_whole, set_up),
        cmocka_unit_test_setup(a_line_too_long_goes_out_in_pieces, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
