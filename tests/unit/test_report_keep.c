// The report that outlives a reset: what is written comes back whole or not at all.

#include "kernel/runtime/report_keep.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct kept_report *place;
static unsigned written_back;

static void write_back(void)
{
    written_back++;
}

static int attach(void **state)
{
    place = malloc(KEPT_REPORT_SIZE);
    memset(place, 0xa5, KEPT_REPORT_SIZE);
    written_back = 0;
    report_keep_attach(place, write_back);
    return 0;
}

static int detach(void **state)
{
    report_keep_attach(NULL, NULL);
    free(place);
    return 0;
}

static void put(struct output *out, const char *text)
{
    out->write(out, text, strlen(text));
}

static void what_memory_happens_to_hold_is_no_report(void **state)
{
    assert_false(kept_report_is_whole(place));
    memset(place, 0, KEPT_REPORT_SIZE);
    assert_false(kept_report_is_whole(place));
}

static void a_sealed_report_is_whole_and_its_caches_are_written_back(void **state)
{
    struct output *out = report_keep_begin();
    put(out, "one ");
    put(out, "two");
    assert_false(kept_report_is_whole(place));
    assert_int_equal(report_keep_seal(), 7);
    assert_true(report_keep_is_sealed());
    assert_int_equal(written_back, 1);
    assert_true(kept_report_is_whole(place));
    assert_int_equal(place->length, 7);
    assert_memory_equal(place->text, "one two", 7);
}

static void a_seal_holds_while_more_is_written_and_then_for_all(void **state)
{
    struct output *out = report_keep_begin();
    put(out, "one");
    (void)report_keep_seal();
    put(out, "two");
    assert_true(kept_report_is_whole(place));
    (void)report_keep_seal();
    assert_int_equal(place->length, 6);
    assert_true(kept_report_is_whole(place));
}

static void any_changed_byte_makes_it_none(void **state)
{
    put(report_keep_begin(), "text");
    (void)report_keep_seal();
    for (size_t i = 0; i < sizeof(*place) + 4; i++) {
        ((char *)place)[i] ^= 4;
        assert_false(kept_report_is_whole(place));
        ((char *)place)[i] ^= 4;
    }
    place->length = UINT32_MAX;
    assert_false(kept_report_is_whole(place));
}

static void a_new_report_voids_the_old_one(void **state)
{
    put(report_keep_begin(), "old");
    (void)report_keep_seal();
    (void)report_keep_begin();
    assert_false(kept_report_is_whole(place));
    assert_false(report_keep_is_sealed());
}

static void what_finds_no_room_is_counted(void **state)
{
    struct output *out = report_keep_begin();
    for (size_t i = 0; i < KEPT_REPORT_SIZE / 8; i++)
        put(out, "8 bytes.");
    assert_int_equal(report_keep_seal(), KEPT_REPORT_CAPACITY);
    assert_int_equal(report_keep_lost(), KEPT_REPORT_SIZE - KEPT_REPORT_CAPACITY);
    assert_true(kept_report_is_whole(place));
}

static void without_a_place_nothing_is_kept_and_nothing_breaks(void **state)
{
    report_keep_attach(NULL, NULL);
    put(report_keep_begin(), "text");
    assert_int_equal(report_keep_seal(), 0);
    assert_false(report_keep_is_sealed());
    assert_int_equal(report_keep_checksum(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_memory_happens_to_hold_is_no_report, attach, detach),
        cmocka_unit_test_setup_teardown(a_sealed_report_is_whole_and_its_caches_are_written_back, attach, detach),
        cmocka_unit_test_setup_teardown(a_seal_holds_while_more_is_written_and_then_for_all, attach, detach),
        cmocka_unit_test_setup_teardown(any_changed_byte_makes_it_none, attach, detach),
        cmocka_unit_test_setup_teardown(a_new_report_voids_the_old_one, attach, detach),
        cmocka_unit_test_setup_teardown(what_finds_no_room_is_counted, attach, detach),
        cmocka_unit_test_setup_teardown(without_a_place_nothing_is_kept_and_nothing_breaks, attach, detach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
