// Completion: commands, devices, messages, CPUs and a command's own words, by the usage lines of the commands.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console_complete.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *names(uint32_t index)
{
    static const char *const all[] = {"storm", "stray", NULL};

    return all[index];
}

static const struct command fire = {"fire", "fire BDF N [COUNT]"};
static const struct command firmware = {"firmware", "firmware"};
static const struct command pci = {"pci", "pci [BDF]"};
static const struct command cpu = {"cpu", "cpu CPU online|offline"};
static const struct command drill = {"drill", "drill [NAME|all]", .names = names};
static const struct command prove = {"prove", "prove [BDF [N]] [moves=M] [shots=S]"};
static const struct command help = {"help", "help [COMMAND]"};

const struct command *const command_list[] = {&fire, &firmware, &pci, &cpu, &drill, &prove, &help, NULL};

static struct device silent = {.address = {.segment = 1, .bus = 2, .device = 3, .function = 0}};

static int start(void **state)
{
    routed_device_start();
    device_add(&silent);
    return 0;
}

// What is inserted; "word " is a whole one, "" with `count` others.
static void expect_insert(const char *line, uint32_t count, const char *insert)
{
    struct console_completion completion;
    char text[CONSOLE_LINE_LENGTH + 1];

    console_complete(line, (uint32_t)strlen(line), &completion);
    assert_int_equal(completion.count, count);
    snprintf(text, sizeof(text), "%s%s", completion.insert, completion.is_whole ? " " : "");
    assert_string_equal(text, insert);
}

static void the_first_word_is_a_command(void **state)
{
    expect_insert("p", 2, "");
    expect_insert("pc", 1, "i ");
    expect_insert("pci", 1, " ");
    expect_insert("fi", 2, "r");
    expect_insert("x", 0, "");
    expect_insert("  pc", 1, "i ");
    expect_insert("", 7, "");
}

static void a_comment_is_completed_by_nothing(void **state)
{
    expect_insert("#", 0, "");
    expect_insert("pci # f", 0, "");
    expect_insert("pci # a; f", 0, "");
}

static void devices_are_written_as_they_were_begun(void **state)
{
    expect_insert("pci ", 2, "00");
    expect_insert("pci 00:", 1, "04.0 ");
    expect_insert("pci 0000:", 1, "00:04.0 ");
    expect_insert("pci 0001", 1, ":02:03.0 ");
    expect_insert("pci 00:04.0", 1, " ");
    expect_insert("pci 00:04.1", 0, "");
    expect_insert("pci 00:04.0 ", 0, "");
}

static void where_a_message_follows_only_devices_with_messages_are_meant(void **state)
{
    expect_insert("fire ", 1, "00:04.0 ");
    expect_insert("fire 00:04.0 ", 5, "");
    expect_insert("fire 0000:00:04.0 3", 1, " ");
    expect_insert("fire 1:02:03.0 ", 0, "");
    expect_insert("fire 00:09.0 ", 0, "");
    expect_insert("fire 00:04.0 3 ", 0, "");
}

static void cpus_are_numbers_and_words_are_words(void **state)
{
    expect_insert("cpu ", ROUTED_CPUS, "");
    expect_insert("cpu 2", 1, " ");
    expect_insert("cpu 2 o", 2, "");
    expect_insert("cpu 2 of", 1, "fline ");
    expect_insert("help fir", 2, "");
    expect_insert("help cp", 1, "u ");
}

static void a_command_has_names_of_its_own(void **state)
{
    expect_insert("drill ", 3, "");
    expect_insert("drill s", 2, "t");
    expect_insert("drill str", 1, "ay ");
    expect_insert("drill a", 1, "ll ");
}

static void an_option_waits_for_its_value(void **state)
{
    expect_insert("prove sh", 1, "ots=");
    expect_insert("prove shots=5 ", 1, "moves=");
    expect_insert("prove shots=", 1, "");
    expect_insert("prove shots=5", 0, "");
}

static void json_is_offered_when_asked_for(void **state)
{
    expect_insert("pci -", 1, "-json ");
    expect_insert("pci --json ", 2, "00");
    expect_insert("pci --json -", 0, "");
    expect_insert("-", 0, "");
}

static void the_last_command_of_a_line_is_completed(void **state)
{
    expect_insert("pci; help cp", 1, "u ");
    expect_insert("pci;pc", 1, "i ");
    expect_insert("pci \"a;b", 0, "");
}

static void the_word_ends_at_the_cursor(void **state)
{
    struct console_completion completion;

    console_complete("firm 00:04.0", 3, &completion);
    assert_int_equal(completion.count, 2);
    console_complete("firm 00:04.0", 4, &completion);
    assert_string_equal(completion.insert, "ware");
    console_complete("firm 00:04.0", 0, &completion);
    assert_int_equal(completion.count, 7);
}

static void nonsense_has_no_completion(void **state)
{
    expect_insert("nothing ", 0, "");
    expect_insert("pci \"00", 0, "");
    expect_insert("a b c d e f g h i j k l m n o p q", 0, "");
    expect_insert("pci 00:04.0 00:04.0 ", 0, "");
}

static void a_list_has_rows_under_100_columns(void **state)
{
    char text[1024];
    struct output_buffer buffer;

    output_buffer_start(&buffer, text, sizeof(text));
    console_complete_list("", 0, &buffer.output);
    assert_string_equal(text, "fire      firmware  pci       cpu       drill     prove     help\n");
    output_buffer_start(&buffer, text, sizeof(text));
    console_complete_list("x", 1, &buffer.output);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_is_a_command),
        cmocka_unit_test(a_comment_is_completed_by_nothing),
        cmocka_unit_test(devices_are_written_as_they_were_begun),
        cmocka_unit_test(where_a_message_follows_only_devices_with_messages_are_meant),
        cmocka_unit_test(cpus_are_numbers_and_words_are_words),
        cmocka_unit_test(a_command_has_names_of_its_own),
        cmocka_unit_test(an_option_waits_for_its_value),
        cmocka_unit_test(json_is_offered_when_asked_for),
        cmocka_unit_test(the_last_command_of_a_line_is_completed),
        cmocka_unit_test(the_word_ends_at_the_cursor),
        cmocka_unit_test(nonsense_has_no_completion),
        cmocka_unit_test(a_list_has_rows_under_100_columns),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
