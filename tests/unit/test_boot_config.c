// The command line as text, from load options and from a file.
// sources: boot/config_text.c

#include "boot/config_text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct config_text text;

// The bytes lie at the end of a block of their own, so that reading one too many is caught.
static bool load_options(const void *bytes, size_t size, bool name_first)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    memcpy(exact, bytes, size);
    bool found = config_text_from_load_options(exact, size, name_first, &text);
    free(exact);
    return found;
}

static bool load_options_wide(const char *words, bool terminated, bool name_first)
{
    uint8_t bytes[2 * CONFIG_TEXT_CAPACITY + 64];
    size_t size = 0;
    for (const char *c = words; *c != '\0'; c++) {
        bytes[size++] = (uint8_t)*c;
        bytes[size++] = 0;
    }
    if (terminated) {
        bytes[size++] = 0;
        bytes[size++] = 0;
    }
    return load_options(bytes, size, name_first);
}

static void file(const char *bytes)
{
    size_t size = strlen(bytes);
    uint8_t *exact = malloc(size);
    memcpy(exact, bytes, size);
    config_text_from_file(exact, size, &text);
    free(exact);
}

static void assert_text(const char *expected)
{
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.length);
}

static void wide_load_options_become_ascii(void **state)
{
    assert_true(load_options_wide("quiet run=\"pci --json; exit 16\"", true, false));
    assert_text("quiet run=\"pci --json; exit 16\"");
    assert_false(text.truncated);
}

static void load_options_need_no_terminator(void **state)
{
    assert_true(load_options_wide("nosmp", false, false));
    assert_text("nosmp");
}

static void load_options_of_eight_bits_are_taken_too(void **state)
{
    assert_true(load_options("nomsix quiet", 12, false));
    assert_text("nomsix quiet");
    assert_true(load_options("nomsix", 7, false));
    assert_text("nomsix");
}

static void what_follows_the_terminator_is_ignored(void **state)
{
    static const uint8_t bytes[] = {'a', 0, 'b', 0, 0, 0, 0xff, 0xff, 'c', 0};
    assert_true(load_options(bytes, sizeof(bytes), false));
    assert_text("ab");
}

static void the_programs_own_name_is_dropped(void **state)
{
    assert_true(load_options_wide("\\EFI\\BOOT\\BOOTX64.EFI quiet nosmp", true, false));
    assert_text("quiet nosmp");
    assert_true(load_options_wide("fs0:boot.eFi  quiet", true, false));
    assert_text("quiet");
    assert_true(load_options_wide("\"\\my programs\\b.efi\" quiet", true, false));
    assert_text("quiet");
}

static void a_shell_says_that_the_name_comes_first_whatever_it_is(void **state)
{
    assert_true(load_options_wide("loader quiet", true, true));
    assert_text("quiet");
    assert_true(load_options_wide("loader quiet", true, false));
    assert_text("loader quiet");
}

static void a_name_alone_is_no_command_line(void **state)
{
    assert_false(load_options_wide("BOOTX64.EFI", true, false));
    assert_text("");
    assert_false(load_options_wide("loader", true, true));
    assert_text("");
}

static void a_later_word_in_efi_stays(void **state)
{
    assert_true(load_options_wide("run=x.efi.y a.efi", true, false));
    assert_text("run=x.efi.y a.efi");
}

static void words_shorter_than_the_suffix_stay(void **state)
{
    struct config_text *own = malloc(sizeof(*own));
    assert_true(config_text_from_load_options((const uint8_t *)"efi", 3, false, own));
    assert_int_equal(own->length, 3);
    free(own);
    assert_true(load_options_wide("\"", true, false));
    assert_text("\"");
}

static void identifiers_that_firmware_keeps_there_are_no_text(void **state)
{
    static const uint8_t guid[] = {0x4e, 0xac, 0x08, 0x81, 0x11, 0x9f, 0x59, 0x4d,
                                   0x85, 0x0e, 0xe2, 0x1a, 0x52, 0x2c, 0x59, 0xb2};
    static const uint8_t zeros_first[] = {0, 0, 'B', 'O'};
    assert_false(load_options(guid, sizeof(guid), false));
    assert_text("");
    assert_false(load_options(zeros_first, sizeof(zeros_first), false));
    assert_false(load_options("", 0, false));
}

static void spaces_fold_outside_quotes_only(void **state)
{
    assert_true(load_options_wide("  a \t b=\"c   d\"  ", true, false));
    assert_text("a b=\"c   d\"");
}

static void too_long_load_options_are_cut_and_say_so(void **state)
{
    char words[CONFIG_TEXT_CAPACITY + 2];
    memset(words, 'x', sizeof(words));
    words[sizeof(words) - 1] = '\0';
    assert_true(load_options_wide(words, true, false));
    assert_int_equal(text.length, CONFIG_TEXT_CAPACITY);
    assert_true(text.truncated);
}

static void lines_of_a_file_become_words(void **state)
{
    file("console=ttyS0,115200\r\nquiet\n\n  nosmp\n");
    assert_text("console=ttyS0,115200 quiet nosmp");
}

static void comments_end_with_their_line(void **state)
{
    file("# nothing \"here\nquiet# nor here\nnosmp # nor\n#at all");
    assert_text("quiet nosmp");
}

static void a_hash_in_quotes_is_text(void **state)
{
    file("run=\"log # 1; pci\" # comment\n");
    assert_text("run=\"log # 1; pci\"");
}

static void assert_refused(unsigned line, const char *why)
{
    assert_int_equal(text.refused_line, line);
    assert_string_equal(text.refused_why, why);
}

static void an_unclosed_quote_costs_its_line_only(void **state)
{
    file("quiet\r\nrun=\"pci; log\r\nnosmp\r\n");
    assert_text("quiet nosmp");
    assert_refused(2, "a double quote is not closed");
    file("nosmp\nquiet x2apic run=\"log");
    assert_text("nosmp");
    assert_refused(2, "a double quote is not closed");
    file("a\"b\n\nquiet\n\"\nnosmp \"c  d\"");
    assert_text("quiet nosmp \"c  d\"");
    assert_refused(1, "a double quote is not closed");
}

static void characters_beyond_ascii_cost_their_line_unless_in_a_comment(void **state)
{
    file("quiet # f\xc3\xbcr alle\nrun=\xe2\x80\x9clog\xe2\x80\x9d\nnosmp");
    assert_text("quiet nosmp");
    assert_refused(2, "a character is no plain ASCII text");
    file("quiet # f\xc3\xbcr alle\nnosmp");
    assert_text("quiet nosmp");
    assert_int_equal(text.refused_line, 0);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    file("\xef\xbb\xbfquiet");
    assert_text("quiet");
    file("\xef\xbb");
    assert_text("");
    assert_refused(1, "a character is no plain ASCII text");
}

// Notepad's "Unicode", with its mark and as `iconv` writes it without.
static void files_of_utf_16_are_read_in_either_order(void **state)
{
    static const char words[] = "quiet # n\xfcx\r\nrun=\"log; pci\"\n";
    for (int marked = 0; marked < 2; marked++) {
        for (int big = 0; big < 2; big++) {
            uint8_t bytes[2 * sizeof(words)];
            size_t size = 0;
            if (marked) {
                bytes[size++] = big ? 0xfe : 0xff;
                bytes[size++] = big ? 0xff : 0xfe;
            }
            for (const char *c = words; *c != '\0'; c++) {
                bytes[size + (size_t)big] = (uint8_t)*c;
                bytes[size + (size_t)!big] = 0;
                size += 2;
            }
            uint8_t *exact = malloc(size);
            memcpy(exact, bytes, size);
            config_text_from_file(exact, size, &text);
            free(exact);
            assert_text("quiet run=\"log; pci\"");
            assert_int_equal(text.refused_line, 0);
        }
    }
}

static void words_are_put_behind_words(void **state)
{
    struct config_text more;
    file("quiet\nnosmp");
    config_text_from_load_options((const uint8_t *)"root=/dev/sda", 13, false, &more);
    config_text_append(&text, &more);
    assert_text("quiet nosmp root=/dev/sda");
    file("# nothing");
    config_text_append(&text, &more);
    assert_text("root=/dev/sda");
    more.length = 0;
    config_text_append(&text, &more);
    assert_text("root=/dev/sda");
}

static void a_word_is_found_whole_and_outside_quotes(void **state)
{
    file("run=\"nomenu; log\" quiet nomenus xnomenu");
    assert_false(config_text_has_word(&text, "nomenu"));
    assert_true(config_text_has_word(&text, "quiet"));
    file("quiet nomenu");
    assert_true(config_text_has_word(&text, "nomenu"));
    file("nomenu");
    assert_true(config_text_has_word(&text, "nomenu"));
    file("nomen");
    assert_false(config_text_has_word(&text, "nomenu"));
}

static void a_file_of_comments_is_empty(void **state)
{
    file("# a\n\n# b\n");
    assert_text("");
    assert_false(text.truncated);
}

static void a_too_long_file_is_cut_and_says_so(void **state)
{
    char words[CONFIG_TEXT_CAPACITY + 1];
    memset(words, 'x', sizeof(words));
    config_text_from_file((const uint8_t *)words, sizeof(words), &text);
    assert_int_equal(text.length, CONFIG_TEXT_CAPACITY);
    assert_true(text.truncated);
    config_text_from_file((const uint8_t *)words, CONFIG_TEXT_CAPACITY, &text);
    assert_false(text.truncated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_load_options_become_ascii),
        cmocka_unit_test(load_options_need_no_terminator),
        cmocka_unit_test(load_options_of_eight_bits_are_taken_too),
        cmocka_unit_test(what_follows_the_terminator_is_ignored),
        cmocka_unit_test(the_programs_own_name_is_dropped),
        cmocka_unit_test(a_shell_says_that_the_name_comes_first_whatever_it_is),
        cmocka_unit_test(a_name_alone_is_no_command_line),
        cmocka_unit_test(a_later_word_in_efi_stays),
        cmocka_unit_test(words_shorter_than_the_suffix_stay),
        cmocka_unit_test(identifiers_that_firmware_keeps_there_are_no_text),
        cmocka_unit_test(spaces_fold_outside_quotes_only),
        cmocka_unit_test(too_long_load_options_are_cut_and_say_so),
        cmocka_unit_test(lines_of_a_file_become_words),
        cmocka_unit_test(comments_end_with_their_line),
        cmocka_unit_test(a_hash_in_quotes_is_text),
        cmocka_unit_test(an_unclosed_quote_costs_its_line_only),
        cmocka_unit_test(characters_beyond_ascii_cost_their_line_unless_in_a_comment),
        cmocka_unit_test(files_of_utf_16_are_read_in_either_order),
        cmocka_unit_test(words_are_put_behind_words),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_word_is_found_whole_and_outside_quotes),
        cmocka_unit_test(a_file_of_comments_is_empty),
        cmocka_unit_test(a_too_long_file_is_cut_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
