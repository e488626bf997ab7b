// The page allocator against a model that marks every page; regions, limits, merging, misuse.
// sources: tests/fakes/host.c

#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { ARENA_PAGES = 1024, PIECE_COUNT = 256 };

// The arena's pages as the model sees them.
enum page_state { NOT_OURS, FREE, TAKEN };

static char *arena;
static enum page_state model[ARENA_PAGES];

struct piece {
    uint64_t first;
    uint64_t count;
};

static uint64_t address_of(uint64_t page)
{
    return (uintptr_t)arena + page * PAGE_SIZE;
}

static uint64_t page_of(struct physical base)
{
    assert_int_equal(base.address % PAGE_SIZE, 0);
    return (base.address - (uintptr_t)arena) / PAGE_SIZE;
}

static void mark(uint64_t first, uint64_t count, enum page_state from, enum page_state to)
{
    for (uint64_t i = first; i < first + count; i++) {
        assert_in_range(i, 0, ARENA_PAGES - 1);
        assert_int_equal(model[i], from);
        model[i] = to;
    }
}

static uint64_t model_free_total(void)
{
    uint64_t total = 0;
    for (uint64_t i = 0; i < ARENA_PAGES; i++)
        total += model[i] == FREE;
    return total;
}

// The highest run of `count` free pages below page `limit`; ARENA_PAGES when there is none.
static uint64_t model_highest(uint64_t count, uint64_t limit)
{
    uint64_t run = 0;
    for (uint64_t i = limit; i-- > 0;) {
        run = model[i] == FREE ? run + 1 : 0;
        if (run == count)
            return i;
    }
    return ARENA_PAGES;
}

static void add(uint64_t first, uint64_t count)
{
    memset(arena + first * PAGE_SIZE, 0xa5, count * PAGE_SIZE);
    page_add_region((struct physical){address_of(first)}, count * PAGE_SIZE);
    mark(first, count, NOT_OURS, FREE);
}

// A fresh arena, with regions given in no order, some touching.
static int prepare(void **state)
{
    struct physical base;

    fake_host_reset();
    while (page_free_total())
        assert_int_equal(page_allocate(1, 0, &base), RESULT_OK);
    arena = mmap(NULL, ARENA_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(arena, MAP_FAILED);
    memset(model, 0, sizeof(model));
    add(500, 200);
    add(10, 90);
    add(100, 50); // touches the one before from above
    add(450, 50); // touches the first from below
    add(701, 300);
    add(200, 1);
    add(700, 1); // closes the gap between two
    assert_int_equal(page_free_total(), model_free_total());
    return 0;
}

static int drop(void **state)
{
    struct physical base;

    while (page_free_total())
        assert_int_equal(page_allocate(1, 0, &base), RESULT_OK);
    return munmap(arena, ARENA_PAGES * PAGE_SIZE);
}

static void take(uint64_t count, uint64_t limit, struct piece *piece)
{
    struct physical base;
    uint64_t expected = model_highest(count, limit ? limit : ARENA_PAGES);
    enum result result = page_allocate(count, limit ? address_of(limit) + (uint64_t)random() % PAGE_SIZE : 0, &base);

    piece->count = 0;
    if (expected == ARENA_PAGES) {
        assert_int_equal(result, RESULT_NO_MEMORY);
        return;
    }
    assert_int_equal(result, RESULT_OK);
    assert_int_equal(page_of(base), expected);
    *piece = (struct piece){.first = expected, .count = count};
    mark(expected, count, FREE, TAKEN);
    char *bytes = page_pointer(base);
    for (uint64_t i = 0; i < count * PAGE_SIZE; i += 8)
        assert_int_equal(*(uint64_t *)(void *)(bytes + i), 0);
    memset(bytes, 0x5a, count * PAGE_SIZE);
}

static void give_back(struct piece *piece)
{
    page_free((struct physical){address_of(piece->first)}, piece->count);
    mark(piece->first, piece->count, TAKEN, FREE);
    piece->count = 0;
}

static void random_traffic_never_overlaps_and_always_adds_up(void **state)
{
    static struct piece pieces[PIECE_COUNT];

    srandom(7);
    for (int i = 0; i < 20000; i++) {
        struct piece *piece = &pieces[random() % PIECE_COUNT];
        if (piece->count)
            give_back(piece);
        else
            take(1 + (uint64_t)random() % (random() % 8 ? 4 : 60),
                 random() % 3 ? 0 : 1 + (uint64_t)random() % (ARENA_PAGES - 1), piece);
        assert_int_equal(page_free_total(), model_free_total());
    }
    for (int i = 0; i < PIECE_COUNT; i++) {
        if (pieces[i].count)
            give_back(&pieces[i]);
    }
    struct piece whole;
    take(551, 0, &whole); // 450 to 1000: five regions and all that was cut from them, one extent again
    assert_int_equal(whole.first, 450);
    take(140, 0, &whole);
    assert_int_equal(whole.first, 10);
    assert_int_equal(page_free_total(), 1);
}

static void what_was_given_stays_the_same_when_it_is_taken(void **state)
{
    struct piece piece;
    uint64_t given = page_total();

    take(3, 0, &piece);
    assert_int_equal(page_total(), given);
    give_back(&piece);
    assert_int_equal(page_total(), given);
}

static void memory_below_a_limit_is_spared_for_those_who_ask(void **state)
{
    struct piece piece;

    take(1, 0, &piece);
    assert_int_equal(piece.first, 1000);
    take(1, 150, &piece);
    assert_int_equal(piece.first, 149);
    take(1, 600, &piece); // in the midst of an extent
    assert_int_equal(piece.first, 599);
    take(1, 10, &piece);
    assert_int_equal(piece.count, 0);
}

static void running_out_is_logged_and_takes_nothing(void **state)
{
    struct physical base = {42};
    uint32_t errors = log_total(LOG_ERROR);
    uint64_t free = page_free_total();

    assert_int_equal(page_allocate(552, 0, &base), RESULT_NO_MEMORY);
    assert_int_equal(page_allocate(UINT64_MAX / PAGE_SIZE, 0, &base), RESULT_NO_MEMORY);
    assert_int_equal(page_allocate(UINT64_MAX, 0, &base), RESULT_NO_MEMORY);
    assert_int_equal(page_allocate(0, 0, &base), RESULT_INVALID);
    assert_int_equal(log_total(LOG_ERROR), errors + 3);
    assert_int_equal(page_free_total(), free);
    assert_int_equal(base.address, 42);
}

static void freeing_what_is_free_is_logged_and_refused(void **state)
{
    uint32_t errors = log_total(LOG_ERROR);
    uint64_t free = page_free_total();

    page_free((struct physical){address_of(20)}, 1);
    page_free((struct physical){address_of(9)}, 2);
    page_free((struct physical){address_of(149)}, 2);
    assert_int_equal(log_total(LOG_ERROR), errors + 3);
    assert_int_equal(page_free_total(), free);
}

static void only_whole_pages_of_a_region_are_used(void **state)
{
    uint64_t free = page_free_total(), given = page_total();

    page_add_region((struct physical){address_of(300) + 1}, 2 * PAGE_SIZE); // one whole page
    page_add_region((struct physical){address_of(310) + 1}, PAGE_SIZE);     // none
    page_add_region((struct physical){address_of(320)}, 0);
    page_add_region((struct physical){UINT64_MAX - 100}, 50);
    page_add_region((struct physical){UINT64_MAX - 100}, 200);
    page_add_region((struct physical){0}, PAGE_SIZE); // page 0 stays unused
    assert_int_equal(page_free_total(), free + 1);
    page_add_region((struct physical){address_of(15)}, 4 * PAGE_SIZE); // overlaps
    assert_int_equal(page_free_total(), free + 1);
    assert_int_equal(page_total(), given + 1);
}

static void pointers_follow_the_direct_map_both_ways(void **state)
{
    page_set_direct_map(PAGE_DIRECT_MAP);
    assert_int_equal((uintptr_t)page_pointer((struct physical){0x1234000}), PAGE_DIRECT_MAP + 0x1234000);
    assert_int_equal(page_physical(page_pointer((struct physical){0x1234567})).address, 0x1234567);
    page_set_direct_map(0);
    assert_ptr_equal(page_pointer((struct physical){(uintptr_t)arena}), arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_traffic_never_overlaps_and_always_adds_up, prepare, drop),
        cmocka_unit_test_setup_teardown(what_was_given_stays_the_same_when_it_is_taken, prepare, drop),
        cmocka_unit_test_setup_teardown(memory_below_a_limit_is_spared_for_those_who_ask, prepare, drop),
        cmocka_unit_test_setup_teardown(running_out_is_logged_and_takes_nothing, prepare, drop),
        cmocka_unit_test_setup_teardown(freeing_what_is_free_is_logged_and_refused, prepare, drop),
        cmocka_unit_test_setup_teardown(only_whole_pages_of_a_region_are_used, prepare, drop),
        cmocka_unit_test_setup_teardown(pointers_follow_the_direct_map_both_ways, prepare, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
