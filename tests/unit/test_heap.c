// The heap against a model: objects keep their content, start as zeros, are aligned, and all memory comes back.
// sources: tests/fakes/host.c tests/fakes/pages.c

#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/host.h"
#include "tests/fakes/pages.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 2048, OBJECT_COUNT = 1000 };

struct object {
    unsigned char *bytes;
    size_t size;
    unsigned char mark;
};

static struct physical arena;

static int prepare(void **state)
{
    fake_host_reset();
    if (!arena.address)
        arena = fake_pages_add(PAGES);
    return 0;
}

static void check_fresh(const struct object *object)
{
    uintptr_t start = (uintptr_t)object->bytes;

    assert_non_null(object->bytes);
    assert_int_equal(start % (object->size >= PAGE_SIZE ? PAGE_SIZE : 16), 0);
    assert_true(start >= arena.address && start + object->size <= arena.address + PAGES * PAGE_SIZE);
    for (size_t i = 0; i < object->size; i++)
        assert_int_equal(object->bytes[i], 0);
}

static void check_content(const struct object *object)
{
    for (size_t i = 0; i < object->size; i++)
        assert_int_equal(object->bytes[i], object->mark);
}

static size_t random_size(void)
{
    switch (random() % 4) {
    case 0:
        return (size_t)random() % 5000;
    case 1:
        return (size_t)random() % 40 ? (size_t)random() % 256 : (size_t)random() % 40000;
    default:
        return (size_t)random() % 128;
    }
}

static void random_traffic_keeps_every_object_whole(void **state)
{
    static struct object objects[OBJECT_COUNT];

    srandom(11);
    for (int i = 0; i < 60000; i++) {
        struct object *object = &objects[random() % OBJECT_COUNT];
        if (object->bytes) {
            check_content(object);
            heap_free(object->bytes);
            object->bytes = NULL;
            continue;
        }
        *object = (struct object){.size = random_size(), .mark = (unsigned char)(1 + random() % 255)};
        object->bytes = heap_allocate(object->size);
        check_fresh(object);
        memset(object->bytes, object->mark, object->size);
    }
    for (int i = 0; i < OBJECT_COUNT; i++) {
        if (objects[i].bytes)
            check_content(&objects[i]);
        heap_free(objects[i].bytes);
    }
    assert_in_range(page_free_total(), PAGES - 15, PAGES); // each class may keep one page
}

static void every_size_up_to_two_pages_is_zeroed_and_its_own(void **state)
{
    for (size_t size = 0; size <= 2 * PAGE_SIZE; size++) {
        struct object first = {.bytes = heap_allocate(size), .size = size, .mark = 1};
        struct object second = {.bytes = heap_allocate(size), .size = size, .mark = 2};
        check_fresh(&first);
        check_fresh(&second);
        assert_ptr_not_equal(first.bytes, second.bytes);
        memset(first.bytes, first.mark, size);
        memset(second.bytes, second.mark, size);
        check_content(&first);
        heap_free(first.bytes);
        check_content(&second);
        heap_free(second.bytes);
    }
}

static void freeing_nothing_is_allowed(void **state)
{
    heap_free(NULL);
}

static void running_out_gives_nothing_and_is_logged(void **state)
{
    uint32_t errors = log_total(LOG_ERROR);

    assert_null(heap_allocate((size_t)PAGES * PAGE_SIZE));
    assert_null(heap_allocate(SIZE_MAX));
    assert_null(heap_allocate(SIZE_MAX - PAGE_SIZE));
    assert_int_equal(log_total(LOG_ERROR), errors + 3);
}

static void small_objects_run_out_and_come_back(void **state)
{
    static void *objects[PAGES];
    uint32_t count = 0;

    while (count < PAGES && (objects[count] = heap_allocate(4000)))
        count++;
    assert_in_range(count, PAGES - 15, PAGES);
    assert_int_equal(page_free_total(), 0);
    while (count)
        heap_free(objects[--count]);
    assert_in_range(page_free_total(), PAGES - 15, PAGES);
    void *object = heap_allocate(1000000);
    assert_non_null(object);
    heap_free(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_traffic_keeps_every_object_whole, prepare),
        cmocka_unit_test_setup(every_size_up_to_two_pages_is_zeroed_and_its_own, prepare),
        cmocka_unit_test_setup(freeing_nothing_is_allowed, prepare),
        cmocka_unit_test_setup(running_out_gives_nothing_and_is_logged, prepare),
        cmocka_unit_test_setup(small_objects_run_out_and_come_back, prepare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
