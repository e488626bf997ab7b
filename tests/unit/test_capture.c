// capture: what the device wrote is told from what it should have written, and the route is back in any case.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/heap.c tests/fakes/pages.c tests/fakes/message_source.c tests/fakes/host.c
// sources: tests/fakes/routed_device.c tests/fakes/audited_machine.c

#include "kernel/console/console.h"
#include "kernel/core/irq.h"
#include "kernel/diagnose/capture.h"
#include "kernel/runtime/page.h"
#include "tests/fakes/audited_machine.h"
#include "tests/fakes/pages.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct capture capture;

static int start(void **state)
{
    fake_pages_add(8);
    audited_machine_start();
    return 0;
}

static void expect_as_before(void)
{
    assert_string_equal(audited_drifts(), "");
    assert_int_equal(page_free_total(), 8);
}

static void a_write_of_the_right_data_passes(void **state)
{
    struct message *message = routed_message(2);
    uint64_t count = message_count_all(message);
    assert_int_equal(capture_run(message, &capture), RESULT_OK);
    assert_true(capture.is_written && capture.is_restored);
    assert_int_equal(capture.found, message->info.message_data);
    assert_int_equal(capture.expected, message->info.message_data);
    assert_int_equal(capture.bytes, 4);
    assert_true(capture.address.address % 4 == 0);
    // The one that went to memory was made good, and the one that tried the route.
    assert_int_equal(message_count_all(message), count + 2);
    expect_as_before();
}

static void nothing_written_is_a_time_out_and_the_route_is_back(void **state)
{
    routed.shot = ROUTED_LOST;
    assert_int_equal(capture_run(routed_message(2), &capture), RESULT_TIMEOUT);
    assert_false(capture.is_written || capture.is_restored);
    assert_string_equal(capture.reason, "nothing was written within a second: an IOMMU may have dropped it, or the "
                                        "device sent nothing");
    expect_as_before();
}

static void more_written_than_a_message_is_told(void **state)
{
    routed.shot = ROUTED_STRAY;
    assert_int_equal(capture_run(routed_message(2), &capture), RESULT_FAILED);
    assert_int_equal(capture.bytes, 8);
    assert_string_equal(capture.reason, "wrote 0x80, 8 bytes, instead of 0x80");
    expect_as_before();
}

static void a_device_that_cannot_be_fired_then_is_put_back(void **state)
{
    routed.shot = ROUTED_REFUSED;
    assert_int_equal(capture_run(routed_message(2), &capture), RESULT_GONE);
    assert_string_equal(capture.reason, "it could not be fired: gone");
    expect_as_before();
}

static void an_entry_that_does_not_take_the_address_is_put_back(void **state)
{
    routed.source.write_result = RESULT_MISMATCH;
    assert_int_equal(capture_run(routed_message(2), &capture), RESULT_MISMATCH);
    assert_string_equal(capture.reason, "the route could not be put back: mismatch");
    assert_int_equal(page_free_total(), 7); // somebody may still write there
    routed.source.write_result = RESULT_OK;
    page_free((struct physical){capture.address.address & ~UINT64_C(4095)}, 1);
}

static void expect_refused(struct message *message, enum result result, const char *reason)
{
    size_t calls = strlen(routed.source.calls);
    assert_int_equal(capture_run(message, &capture), result);
    assert_string_equal(capture.reason, reason);
    assert_int_equal(capture.address.address, 0);
    assert_int_equal(strlen(routed.source.calls), calls);
    assert_int_equal(page_free_total(), 8);
}

static void what_cannot_be_captured_is_refused_before_anything_changes(void **state)
{
    expect_refused(audited_message(&lines[0], 0), RESULT_UNSUPPORTED, "a line writes no message");
    expect_refused(audited_message(&silent, 0), RESULT_UNSUPPORTED,
                   "no driver can fire it: the function is kept silent");
    expect_refused(routed_message(ROUTED_DEAF_MESSAGE), RESULT_UNSUPPORTED, "its driver cannot fire message 4");
    routed_message(2)->masked = true;
    expect_refused(routed_message(2), RESULT_BUSY, "it is masked");
    routed_message(2)->masked = false;
    routed.device.irq.messages->is_inactive = true;
    expect_refused(routed_message(2), RESULT_UNSUPPORTED, "the device is inactive");
    routed.device.irq.messages->is_inactive = false;
}

static void without_memory_nothing_is_changed(void **state)
{
    struct physical all;
    assert_int_equal(page_allocate(8, 0, &all), RESULT_OK);
    assert_int_equal(capture_run(routed_message(2), &capture), RESULT_NO_MEMORY);
    assert_string_equal(audited_drifts(), "");
    page_free(all, 8);
}

static struct output_buffer screen;
static char text[4096];

static enum result command(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return console_run_line(line);
}

static void the_command_shows_what_was_written_and_where(void **state)
{
    assert_int_equal(command("capture 00:04.0 2"), RESULT_OK);
    assert_non_null(strstr(text, "0000:00:04.0 2 aimed at memory, 0x"));
    assert_non_null(strstr(text, "\nwritten   0x00000080, 4 bytes\nexpected  0x00000080\nrestored  address 0xfee02000 "
                                 "data 0x80; the next shot arrived on cpu 2\n"));
    routed.shot = ROUTED_LOST;
    assert_int_equal(command("capture 00:04.0 2"), RESULT_TIMEOUT);
    assert_non_null(strstr(text, "\nwritten   nothing\n"));
    assert_non_null(strstr(text, "\nerror: 00:04.0 2: nothing was written within a second"));
}

static void the_same_in_json(void **state)
{
    assert_int_equal(command("capture 00:04.0 2 --json"), RESULT_OK);
    assert_non_null(strstr(text, "{\"type\":\"capture\",\"bdf\":\"0000:00:04.0\",\"index\":2,\"address\":\"0x"));
    assert_non_null(strstr(text, "\"written\":true,\"data\":\"0x00000080\",\"expected\":\"0x00000080\",\"bytes\":4,"
                                 "\"restored\":true,\"verdict\":\"pass\"}\n"));
    routed.shot = ROUTED_LOST;
    assert_int_equal(command("capture 00:04.0 2 --json"), RESULT_TIMEOUT);
    assert_non_null(strstr(text, "\"written\":false,\"data\":null,"));
    assert_non_null(strstr(text, "\"restored\":false,\"verdict\":\"fail\"}\n"));
}

static void a_refusal_is_an_error_alone(void **state)
{
    assert_int_equal(command("capture 00:06.0 0 --json"), RESULT_UNSUPPORTED);
    assert_string_equal(
        text, "{\"type\":\"error\",\"command\":\"capture\",\"reason\":\"00:06.0 0: a line writes no message\"}\n"
              "error: 00:06.0 0: a line writes no message\n");
}

#define TEST(name) cmocka_unit_test_setup(name, audited_machine_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_write_of_the_right_data_passes),
        TEST(nothing_written_is_a_time_out_and_the_route_is_back),
        TEST(more_written_than_a_message_is_told),
        TEST(a_device_that_cannot_be_fired_then_is_put_back),
        TEST(an_entry_that_does_not_take_the_address_is_put_back),
        TEST(what_cannot_be_captured_is_refused_before_anything_changes),
        TEST(without_memory_nothing_is_changed),
        TEST(the_command_shows_what_was_written_and_where),
        TEST(the_same_in_json),
        TEST(a_refusal_is_an_error_alone),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
