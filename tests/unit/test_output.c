// The formatter against the host's, on a table and on random formats; and the buffer it fills.

#include "kernel/lib/output.h"
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// These two are not marked as printf-like: the compiler would object to the odd formats that are the point here.
static size_t format_odd(char *bytes, size_t capacity, const char *format, ...)
{
    struct output_buffer buffer;
    va_list arguments;

    va_start(arguments, format);
    output_buffer_start(&buffer, bytes, capacity);
    output_format_list(&buffer.output, format, arguments);
    va_end(arguments);
    return buffer.length;
}

static void agree(const char *format, ...)
{
    char ours[512], theirs[512];
    struct output_buffer buffer;
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    output_buffer_start(&buffer, ours, sizeof(ours));
    output_format_list(&buffer.output, format, arguments);
    int length = vsnprintf(theirs, sizeof(theirs), format, again);
    va_end(again);
    va_end(arguments);
    if (strcmp(ours, theirs) != 0)
        print_error("format %s\n", format);
    assert_string_equal(ours, theirs);
    assert_int_equal(buffer.length, length);
}

static void whole_numbers_read_as_the_host_prints_them(void **state)
{
    agree("%d %i %u", 0, -1, 1u);
    agree("%d %d", INT_MIN, INT_MAX);
    agree("%u %x %X", UINT_MAX, UINT_MAX, UINT_MAX);
    agree("%ld %lld %zd %jd", LONG_MIN, LLONG_MIN, (ssize_t)-3, (intmax_t)-4);
    agree("%lu %llu %zu %ju", ULONG_MAX, ULLONG_MAX, SIZE_MAX, UINTMAX_MAX);
    agree("%lx %llX", 0xfee00000ul, 0xfee00000feeull);
    agree("%hhd %hhu %hhx %hd %hu %hx", 0x1ff, 0x1ff, 0x1ff, 0x1ffff, 0x1ffff, 0x1ffff);
}

static void flags_width_and_precision_read_as_the_host_prints_them(void **state)
{
    agree("[%5d][%-5d][%05d][%+d][%+5d][%-+5d][%+05d]", 42, 42, 42, 42, 42, 42, 42);
    agree("[%5d][%-5d][%05d][%+d][%+05d]", -42, -42, -42, -42, -42);
    agree("[%.3d][%.0d][%.d][%5.0d][%8.3d][%-8.3d][%08.3d]", 7, 0, 0, 0, 7, 7, 7);
    agree("[%*d][%*d][%.*d][%.*d][%*.*d]", 6, 1, -6, 1, 4, 1, -1, 1, 8, 3, 1);
    agree("[%016llx][%-16x][%4x]", 0x1234ull, 0x1234, 0x12345678);
    agree("[%2d]", 12345);
    agree("[%100d][%-100d]", 1, 2);
}

static void text_reads_as_the_host_prints_it(void **state)
{
    char unterminated[3] = {'a', 'b', 'c'};

    agree("%s|%10s|%-10s|%.2s|%10.2s|%-10.2s|%.0s|%.9s", "abc", "abc", "abc", "abc", "abc", "abc", "abc", "abc");
    agree("%.3s", unterminated);
    agree("%.*s|%*s", 2, "abc", -5, "abc");
    agree("%c|%3c|%-3c|", 'a', 'b', 'c');
    agree("%s", "");
    agree("100%% %s%%", "sure");
    agree("%p", (void *)0x1234abcd);
    agree("%20p|%-20p|", (void *)0x1234, (void *)0x1234);
    agree("");
    agree("plain");
}

static void a_missing_text_says_so(void **state)
{
    char text[32];

    format_odd(text, sizeof(text), "%s", (char *)NULL);
    assert_string_equal(text, "(null)");
}

static void unknown_conversions_stand_as_they_are(void **state)
{
    static const char *const formats[] = {"%y", "a %5.3q b", "%", "100 %", "%l", "%-08.", "%n", "%f"};
    char text[64];

    for (size_t i = 0; i < ARRAY_COUNT(formats); i++) {
        format_odd(text, sizeof(text), formats[i]);
        assert_string_equal(text, formats[i]);
    }
}

static void a_width_without_sense_is_cut(void **state)
{
    assert_int_equal(format_odd(NULL, 0, "%*d", INT_MAX, 1), 4096);
    assert_int_equal(format_odd(NULL, 0, "%*d", INT_MIN, 1), 4096);
    assert_int_equal(format_odd(NULL, 0, "%.*d", INT_MAX, 1), 4096);
    assert_int_equal(format_odd(NULL, 0, "%99999999999999999999d", 1), 4096);
}

static void random_number_formats_agree_with_the_host(void **state)
{
    static const char *const flags[] = {"", "-", "0", "+", "-0", "+0", "-+", "0-+"};
    static const char *const sizes[] = {"hh", "h", "", "l", "ll", "z", "j"};
    static const char conversions[] = "diuxX";
    char format[64];

    srandom(1);
    for (int i = 0; i < 20000; i++) {
        char width[16] = "", precision[16] = "";
        size_t size = (size_t)random() % ARRAY_COUNT(sizes);
        char conversion = conversions[random() % 5];
        uint64_t value = ((uint64_t)random() << 33 ^ (uint64_t)random() << 11) >> random() % 64;
        if (random() % 2)
            snprintf(width, sizeof(width), "%ld", random() % 30);
        if (random() % 2)
            snprintf(precision, sizeof(precision), ".%ld", random() % 30);
        const char *flag = flags[random() % (long)ARRAY_COUNT(flags)];
        if (width[0] == '0' || (conversion != 'd' && conversion != 'i' && strchr(flag, '+')))
            continue;
        snprintf(format, sizeof(format), "<%%%s%s%s%s%c>", flag, width, precision, sizes[size], conversion);
        if (size <= 2)
            agree(format, (int)value);
        else
            agree(format, random() % 2 ? value : -value);
    }
}

static void a_buffer_is_terminated_and_never_overrun(void **state)
{
    for (size_t capacity = 0; capacity < 12; capacity++) {
        char shortened[16] = "";
        if (capacity)
            strncat(shortened, "abcd 12345", capacity - 1);
        char *bytes = malloc(capacity + 1);
        memset(bytes, 'z', capacity + 1);
        assert_int_equal(format_text(bytes, capacity, "%s %d", "abcd", 12345), 10);
        if (capacity)
            assert_string_equal(bytes, capacity > 10 ? "abcd 12345" : shortened);
        assert_int_equal(bytes[capacity], 'z');
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_read_as_the_host_prints_them),
        cmocka_unit_test(flags_width_and_precision_read_as_the_host_prints_them),
        cmocka_unit_test(text_reads_as_the_host_prints_it),
        cmocka_unit_test(a_missing_text_says_so),
        cmocka_unit_test(unknown_conversions_stand_as_they_are),
        cmocka_unit_test(a_width_without_sense_is_cut),
        cmocka_unit_test(random_number_formats_agree_with_the_host),
        cmocka_unit_test(a_buffer_is_terminated_and_never_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
