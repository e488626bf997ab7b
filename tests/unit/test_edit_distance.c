// How far one word is from another.

#include "kernel/lib/edit_distance.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *left, const char *right, uint32_t distance)
{
    assert_int_equal(edit_distance(left, right), distance);
    assert_int_equal(edit_distance(right, left), distance);
}

static void each_character_that_differs_counts_once(void **state)
{
    expect("", "", 0);
    expect("audit", "audit", 0);
    expect("audit", "adit", 1);
    expect("audit", "audits", 1);
    expect("audit", "auxit", 1);
    expect("audit", "", 5);
    expect("messages", "mesages", 1);
    expect("kitten", "sitting", 3);
}

static void neighbours_exchanged_count_once(void **state)
{
    expect("cpus", "cpsu", 1);
    expect("prove", "rpoev", 2);
}

static void long_words_are_far_from_all(void **state)
{
    char word[EDIT_DISTANCE_LENGTH + 2];
    memset(word, 'a', sizeof(word));
    word[EDIT_DISTANCE_LENGTH + 1] = '\0';
    expect(word, "a", EDIT_DISTANCE_FAR);
    word[EDIT_DISTANCE_LENGTH] = '\0';
    expect(word, "a", EDIT_DISTANCE_LENGTH - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_character_that_differs_counts_once),
        cmocka_unit_test(neighbours_exchanged_count_once),
        cmocka_unit_test(long_words_are_far_from_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
