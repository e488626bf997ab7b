// The kernel's command line, word by word.

#include "kernel/console/command_line.h"
#include "kernel/runtime/log.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct command_line parsed;

static const struct command_line *parse(const char *text)
{
    command_line_parse(text, strlen(text), &parsed);
    return &parsed;
}

static void silence_means_the_defaults(void **state)
{
    const struct command_line *line = parse("");
    assert_int_equal(line->console.kind, CONSOLE_AUTOMATIC);
    assert_int_equal(line->console.baud, 115200);
    assert_string_equal(line->run, "");
    assert_false(line->stop_on_error);
    assert_int_equal(line->log_level, LOG_INFO);
    assert_int_equal(line->maximum_cpus, 0);
    assert_int_equal(line->policy, IRQ_POLICY_SPREAD_MESSAGES);
    assert_false(line->x2apic || line->no_x2apic || line->no_remap || line->no_msix || line->no_msi);
    assert_string_equal(line->unknown, "");
}

static void every_plain_word_sets_its_field(void **state)
{
    const struct command_line *line = parse("  quiet stop-on-error\tnosmp nox2apic noremap nomsix nomsi\r\n");
    assert_int_equal(line->log_level, LOG_WARNING);
    assert_true(line->stop_on_error);
    assert_int_equal(line->maximum_cpus, 1);
    assert_true(line->no_x2apic && line->no_remap && line->no_msix && line->no_msi);
    assert_string_equal(line->unknown, "");
}

static void of_x2apic_and_nox2apic_the_later_counts(void **state)
{
    assert_true(parse("nox2apic x2apic")->x2apic && !parsed.no_x2apic);
    assert_true(parse("x2apic nox2apic")->no_x2apic && !parsed.x2apic);
    assert_string_equal(parsed.unknown, "");
}

static void values_are_read(void **state)
{
    const struct command_line *line = parse("loglevel=3 maxcpus=0x10 policy=one_close");
    assert_int_equal(line->log_level, LOG_DEBUG);
    assert_int_equal(line->maximum_cpus, 16);
    assert_int_equal(line->policy, IRQ_POLICY_ONE_CLOSE_PROCESSOR);
    assert_string_equal(line->unknown, "");
}

static void a_keyboard_has_the_layout_of_a_country(void **state)
{
    assert_string_equal(parse("keyboard=de")->keyboard, "de");
    assert_string_equal(parse("")->keyboard, "");
    parse("keyboard=xx");
    assert_string_equal(parsed.keyboard, "");
    assert_string_equal(parsed.unknown, "keyboard=xx (no such layout: us, uk, de, ch, fr, es, se)");
}

static void quotes_keep_the_spaces_of_a_script(void **state)
{
    assert_string_equal(parse("quiet run=\"pci --json; exit 16\" nomsi")->run, "pci --json; exit 16");
    assert_true(parsed.no_msi);
    assert_string_equal(parse("\"run=a; b\"")->run, "a; b");
    assert_string_equal(parse("run=a\" b \"c")->run, "a b c");
    assert_string_equal(parse("run=\"\"")->run, "");
    assert_string_equal(parsed.unknown, "");
}

static void an_open_quote_takes_the_rest_and_is_reported(void **state)
{
    const struct command_line *line = parse("run=\"help; exit 1 quiet");
    assert_string_equal(line->run, "help; exit 1 quiet");
    assert_int_equal(line->log_level, LOG_INFO);
    assert_string_equal(line->unknown, "run=help; exit 1 quiet");
}

static void a_serial_port_is_chosen_by_number_address_or_function(void **state)
{
    assert_int_equal(parse("console=ttyS2,9600")->console.kind, CONSOLE_TTYS);
    assert_int_equal(parsed.console.port, 2);
    assert_int_equal(parsed.console.baud, 9600);
    assert_int_equal(parse("console=ttyS0")->console.baud, 115200);
    assert_int_equal(parse("console=mmio,0xfe032000,57600")->console.kind, CONSOLE_MMIO);
    assert_int_equal(parsed.console.address, 0xfe032000);
    assert_int_equal(parsed.console.baud, 57600);
    assert_int_equal(parse("console=pci,0000:02:1f.3")->console.kind, CONSOLE_PCI);
    assert_string_equal(parsed.console.pci, "0000:02:1f.3");
    assert_int_equal(parse("console=none")->console.kind, CONSOLE_NONE);
    assert_string_equal(parsed.unknown, "");
}

static void a_port_that_makes_no_sense_is_reported_and_left(void **state)
{
    static const char *const words[] = {
        "console=",
        "console=ttyS",
        "console=ttyS4",
        "console=ttyS0x",
        "console=ttyS0,0",
        "console=ttyS0,7",
        "console=ttyS0,115200,",
        "console=ttyS0,999999",
        "console=mmio",
        "console=mmio,zz",
        "console=mmio,0",
        "console=pci",
        "console=pci,zz",
        "console=pci,00:02.0junk",
        "console=none,1",
        "console=serial",
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        const struct command_line *line = parse(words[i]);
        assert_string_equal(line->unknown, words[i]);
        assert_int_equal(line->console.kind, CONSOLE_AUTOMATIC);
        assert_int_equal(line->console.baud, 115200);
    }
}

static void the_format_of_a_line_is_taken_as_linux_has_it(void **state)
{
    assert_int_equal(parse("console=ttyS1,9600n8")->console.baud, 9600);
    assert_int_equal(parsed.console.port, 1);
    assert_string_equal(parsed.unknown, "");
    assert_int_equal(parse("console=ttyS0,57600n")->console.baud, 57600);
    assert_string_equal(parsed.unknown, "");
    assert_int_equal(parse("console=ttyS0,115200n8r")->console.kind, CONSOLE_TTYS);
    assert_string_equal(parsed.unknown, "console=ttyS0,115200n8r (without flow control)");
    assert_int_equal(parse("console=ttyS0,9600e7")->console.kind, CONSOLE_AUTOMATIC);
    assert_string_equal(parsed.unknown, "console=ttyS0,9600e7 (no parity but n)");
    assert_string_equal(parse("console=ttyS0,9600n7")->unknown, "console=ttyS0,9600n7 (no bits but 8)");
    assert_string_equal(parse("console=ttyS0,9600n8x")->unknown, "console=ttyS0,9600n8x");
    assert_string_equal(parse("console=ttyS0,n8")->unknown, "console=ttyS0,n8");
}

static void a_word_too_long_is_not_used_and_a_list_too_long_says_so(void **state)
{
    static char text[COMMAND_LINE_LENGTH + 16] = "run=";
    memset(text + 4, 'a', COMMAND_LINE_LENGTH);
    assert_string_equal(parse(text)->run, "");
    assert_non_null(strstr(parsed.unknown, "aaaa (longer than 1023 characters, not used)"));
    assert_int_equal(strlen(parsed.unknown), 40 + 40);
    memset(text, 'b', 300);
    text[300] = '\0';
    assert_int_equal(strlen(parse(text)->unknown), sizeof(parsed.unknown) - 1);
    assert_string_equal(parsed.unknown + sizeof(parsed.unknown) - 5, " ...");
}

static void values_without_sense_are_reported_and_left(void **state)
{
    const struct command_line *line =
        parse("loglevel=4 loglevel= loglevel maxcpus=0 maxcpus=abc maxcpus=4294967296 policy=best quiet=1 nomsixx");
    assert_int_equal(line->log_level, LOG_INFO);
    assert_int_equal(line->maximum_cpus, 0);
    assert_int_equal(line->policy, IRQ_POLICY_SPREAD_MESSAGES);
    assert_string_equal(line->unknown, "loglevel=4 loglevel= loglevel maxcpus=0 maxcpus=abc maxcpus=4294967296 "
                                       "policy=best quiet=1 nomsixx");
}

static void an_unknown_word_is_reported_once(void **state)
{
    assert_string_equal(parse("foo foobar foo bar foo")->unknown, "foo foobar bar");
}

static void the_last_of_two_words_holds(void **state)
{
    assert_int_equal(parse("quiet loglevel=3")->log_level, LOG_DEBUG);
    assert_int_equal(parse("loglevel=3 quiet")->log_level, LOG_WARNING);
    assert_string_equal(parse("run=a run=b")->run, "b");
}

static void the_text_ends_at_its_length_or_at_a_zero(void **state)
{
    char *exact = malloc(5);

    memcpy(exact, "nomsi", 5);
    command_line_parse(exact, 5, &parsed);
    assert_true(parsed.no_msi);
    command_line_parse("nomsi\0nomsix", 12, &parsed);
    assert_true(parsed.no_msi && !parsed.no_msix);
    free(exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_means_the_defaults),
        cmocka_unit_test(every_plain_word_sets_its_field),
        cmocka_unit_test(of_x2apic_and_nox2apic_the_later_counts),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(a_keyboard_has_the_layout_of_a_country),
        cmocka_unit_test(quotes_keep_the_spaces_of_a_script),
        cmocka_unit_test(an_open_quote_takes_the_rest_and_is_reported),
        cmocka_unit_test(a_serial_port_is_chosen_by_number_address_or_function),
        cmocka_unit_test(a_port_that_makes_no_sense_is_reported_and_left),
        cmocka_unit_test(the_format_of_a_line_is_taken_as_linux_has_it),
        cmocka_unit_test(a_word_too_long_is_not_used_and_a_list_too_long_says_so),
        cmocka_unit_test(values_without_sense_are_reported_and_left),
        cmocka_unit_test(an_unknown_word_is_reported_once),
        cmocka_unit_test(the_last_of_two_words_holds),
        cmocka_unit_test(the_text_ends_at_its_length_or_at_a_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
