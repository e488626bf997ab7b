// The byte and string routines against the host's, at every alignment. They are taken in under other names.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define memcpy  tested_memcpy
#define memmove tested_memmove
#define memset  tested_memset
#define memcmp  tested_memcmp
#define strlen  tested_strlen
#define strcmp  tested_strcmp
#define strncmp tested_strncmp
#include "kernel/lib/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp

enum { ROOM = 256 };

static unsigned char source[ROOM], ours[ROOM], theirs[ROOM];

static void fill(void)
{
    for (int i = 0; i < ROOM; i++) {
        source[i] = (unsigned char)random();
        ours[i] = theirs[i] = (unsigned char)random();
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void memcpy_copies_at_every_alignment_and_length(void **state)
{
    for (size_t to = 0; to < 9; to++) {
        for (size_t from = 0; from < 9; from++) {
            for (size_t length = 0; length < 140; length++) {
                fill();
                assert_ptr_equal(tested_memcpy(ours + to, source + from, length), ours + to);
                memcpy(theirs + to, source + from, length);
                assert_memory_equal(ours, theirs, ROOM);
            }
        }
    }
}

static void memmove_moves_over_itself_both_ways(void **state)
{
    for (size_t to = 0; to < 48; to++) {
        for (size_t from = 0; from < 48; from++) {
            size_t length = (size_t)random() % 180;
            fill();
            assert_ptr_equal(tested_memmove(ours + to, ours + from, length), ours + to);
            memmove(theirs + to, theirs + from, length);
            assert_memory_equal(ours, theirs, ROOM);
        }
    }
}

static void memset_fills_at_every_alignment_and_length(void **state)
{
    for (size_t to = 0; to < 9; to++) {
        for (size_t length = 0; length < 200; length++) {
            int byte = (int)random();
            fill();
            assert_ptr_equal(tested_memset(ours + to, byte, length), ours + to);
            memset(theirs + to, byte, length);
            assert_memory_equal(ours, theirs, ROOM);
        }
    }
}

static void memcmp_orders_by_the_first_different_byte(void **state)
{
    for (int i = 0; i < 20000; i++) {
        size_t left = (size_t)random() % 9, right = (size_t)random() % 9, length = (size_t)random() % 100;
        fill();
        memcpy(ours + right, source + left, length);
        if (length && random() % 4)
            ours[right + (size_t)random() % length] ^= (unsigned char)(1U << random() % 8);
        assert_int_equal(sign(tested_memcmp(source + left, ours + right, length)),
                         sign(memcmp(source + left, ours + right, length)));
    }
}

static void string_routines_agree_with_the_host(void **state)
{
    static const char *const texts[] = {"",    "a",      "b",      "ab",        "abc",
                                        "abd", "ab\xff", "ab\x01", "interrupt", "interrupts"};

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        assert_int_equal(tested_strlen(texts[i]), strlen(texts[i]));
        for (size_t j = 0; j < ARRAY_COUNT(texts); j++) {
            assert_int_equal(sign(tested_strcmp(texts[i], texts[j])), sign(strcmp(texts[i], texts[j])));
            for (size_t length = 0; length < 12; length++)
                assert_int_equal(sign(tested_strncmp(texts[i], texts[j], length)),
                                 sign(strncmp(texts[i], texts[j], length)));
        }
    }
}

static void nothing_is_read_beyond_the_end(void **state)
{
    for (size_t length = 1; length < 40; length++) {
        char *left = malloc(length), *right = malloc(length);
        memset(left, 'x', length);
        assert_ptr_equal(tested_memcpy(right, left, length), right);
        assert_int_equal(tested_memcmp(left, right, length), 0);
        assert_int_equal(tested_strncmp(left, right, length), 0);
        left[length - 1] = right[length - 1] = '\0';
        assert_int_equal(tested_strlen(left), length - 1);
        assert_int_equal(tested_strcmp(left, right), 0);
        free(left);
        free(right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memcpy_copies_at_every_alignment_and_length),
        cmocka_unit_test(memmove_moves_over_itself_both_ways),
        cmocka_unit_test(memset_fills_at_every_alignment_and_length),
        cmocka_unit_test(memcmp_orders_by_the_first_different_byte),
        cmocka_unit_test(string_routines_agree_with_the_host),
        cmocka_unit_test(nothing_is_read_beyond_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
