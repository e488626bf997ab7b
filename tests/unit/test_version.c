// The version of a build that knows neither its commit nor a date.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/version.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

const char version_text[] = "Signalbox 1.2, unknown commit (host)";
const char version_release[] = "1.2";
const char *const version_commit = NULL;
const bool version_changed = false;
const char *const version_date = NULL;
const char version_compiler[] = "host";

static void what_is_not_known_is_null(void **state)
{
    struct output_buffer screen;
    char text[256];
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    assert_int_equal(console_run_line("version --json"), RESULT_OK);
    assert_string_equal(text,
                        "{\"type\":\"version\",\"text\":\"Signalbox 1.2, unknown commit (host)\",\"version\":\"1.2\","
                        "\"commit\":null,\"changed\":null,\"date\":null,\"compiler\":\"host\"}\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_not_known_is_null)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
