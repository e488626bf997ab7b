// JSON lines: nesting, commas, escapes.

#include "kernel/lib/json.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static char text[2048];
static struct output_buffer buffer;

static struct json line(const char *type)
{
    struct json json;

    output_buffer_start(&buffer, text, sizeof(text));
    json_line_begin(&json, &buffer.output, type);
    return json;
}

static void a_line_is_one_object_with_its_type_first(void **state)
{
    struct json json = line("cpu");
    json_line_end(&json);
    assert_string_equal(text, "{\"type\":\"cpu\"}\n");
}

static void values_take_their_json_form(void **state)
{
    struct json json = line("x");
    json_string(&json, "s", "text");
    json_string(&json, "n", NULL);
    json_number(&json, "u", UINT64_MAX);
    json_bool(&json, "t", true);
    json_bool(&json, "f", false);
    json_null(&json, "z");
    json_hex(&json, "h", 0xabc, 6);
    json_hex(&json, "g", 0, 0);
    json_hex(&json, "w", 0x123456789abcdef0, 4);
    json_line_end(&json);
    assert_string_equal(text,
                        "{\"type\":\"x\",\"s\":\"text\",\"n\":null,\"u\":18446744073709551615,\"t\":true,\"f\":false,"
                        "\"z\":null,\"h\":\"0x000abc\",\"g\":\"0x0\",\"w\":\"0x123456789abcdef0\"}\n");
}

static void commas_stand_between_elements_at_every_depth(void **state)
{
    struct json json = line("x");
    json_array_begin(&json, "empty");
    json_array_end(&json);
    json_array_begin(&json, "a");
    json_number(&json, NULL, 1);
    json_object_begin(&json, NULL);
    json_number(&json, "b", 2);
    json_object_begin(&json, "c");
    json_object_end(&json);
    json_object_end(&json);
    json_object_begin(&json, NULL);
    json_number(&json, "d", 3);
    json_object_end(&json);
    json_array_end(&json);
    json_bool(&json, "last", true);
    json_line_end(&json);
    assert_string_equal(text, "{\"type\":\"x\",\"empty\":[],\"a\":[1,{\"b\":2,\"c\":{}},{\"d\":3}],\"last\":true}\n");
}

static void what_json_forbids_is_escaped(void **state)
{
    struct json json = line("x");
    json_string(&json, "s", "a\"b\\c\n\x01\x1f\x7f\x80\xff/{~ ");
    json_line_end(&json);
    assert_string_equal(text, "{\"type\":\"x\",\"s\":\"a\\\"b\\\\c\\u000a\\u0001\\u001f\\u007f\\u0080\\u00ff/{~ \"}\n");
}

static void every_byte_leaves_one_printable_line(void **state)
{
    char bytes[256];

    for (int i = 0; i < 255; i++)
        bytes[i] = (char)(i + 1);
    bytes[255] = '\0';
    struct json json = line("x");
    json_string(&json, "s", bytes);
    json_line_end(&json);
    assert_int_equal(text[buffer.length - 1], '\n');
    for (size_t i = 0; i < buffer.length - 1; i++)
        assert_in_range((unsigned char)text[i], ' ', '~');
}

static void nesting_beyond_the_limit_stays_within_the_record(void **state)
{
    struct json json = line("x");
    for (int i = 0; i < 3 * JSON_DEPTH; i++)
        json_array_begin(&json, i ? NULL : "a");
    for (int i = 0; i < 4 * JSON_DEPTH; i++)
        json_array_end(&json);
    assert_int_equal(json.depth, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_one_object_with_its_type_first),
        cmocka_unit_test(values_take_their_json_form),
        cmocka_unit_test(commas_stand_between_elements_at_every_depth),
        cmocka_unit_test(what_json_forbids_is_escaped),
        cmocka_unit_test(every_byte_leaves_one_printable_line),
        cmocka_unit_test(nesting_beyond_the_limit_stays_within_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
