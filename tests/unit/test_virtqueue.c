// A split virtqueue against a device made of memory, and the capabilities that say where the registers are.
// sources: drivers/virtio/virtqueue.c drivers/virtio/virtio_capability.c

#include "drivers/virtio/virtio_capability.h"
#include "drivers/virtio/virtqueue.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 4 };

static _Alignas(4096) uint8_t page[4096];
static struct virtqueue queue;

static int start(void **state)
{
    memset(page, 0, sizeof(page));
    virtqueue_start(&queue, page, SIZE);
    return 0;
}

static uint32_t word16(size_t offset)
{
    return (uint32_t)(page[offset] | page[offset + 1] << 8);
}

// The device's side: puts a used element where 2.7.8 says and moves the index.
static void finish(uint32_t id, uint32_t length)
{
    uint16_t index = (uint16_t)word16(514);

    memcpy(page + 516 + 8 * (index % SIZE), &id, 4);
    memcpy(page + 520 + 8 * (index % SIZE), &length, 4);
    index++;
    memcpy(page + 514, &index, 2);
}

static uint32_t ask(void)
{
    uint32_t id;

    assert_int_equal(virtqueue_find_free(&queue, &id), RESULT_OK);
    virtqueue_submit(&queue, id, (struct physical){0x123456789000}, 32);
    return id;
}

static void a_request_stands_in_memory_as_the_device_reads_it(void **state)
{
    static const uint8_t descriptor[16] = {0x00, 0x90, 0x78, 0x56, 0x34, 0x12, 0, 0, 32, 0, 0, 0, 2, 0, 0, 0};

    ask();
    assert_memory_equal(page, descriptor, sizeof(descriptor));
    assert_int_equal(word16(256), 0); // flags
    assert_int_equal(word16(258), 1); // index
    assert_int_equal(word16(260), 0); // ring[0]
    assert_int_equal(ask(), 1);
    assert_int_equal(word16(258), 2);
    assert_int_equal(word16(262), 1);
}

static void the_device_is_asked_to_interrupt_when_the_newest_request_is_finished(void **state)
{
    ask();
    assert_int_equal(word16(260 + 2 * SIZE), 0);
    ask();
    assert_int_equal(word16(260 + 2 * SIZE), 1);
}

static void an_answer_is_taken_once(void **state)
{
    uint32_t length, taken, id = ask();

    assert_false(virtqueue_is_empty(&queue));
    assert_false(virtqueue_is_idle(&queue));
    assert_false(virtqueue_take(&queue, &taken, &length));
    finish(id, 24);
    assert_true(virtqueue_is_idle(&queue));
    assert_true(virtqueue_take(&queue, &taken, &length));
    assert_int_equal(taken, id);
    assert_int_equal(length, 24);
    assert_true(virtqueue_is_empty(&queue));
    assert_false(virtqueue_take(&queue, &taken, &length));
}

static void all_descriptors_in_flight_is_busy_until_one_returns(void **state)
{
    uint32_t id, length;

    for (uint32_t i = 0; i < SIZE; i++)
        assert_int_equal(ask(), i);
    assert_int_equal(virtqueue_find_free(&queue, &id), RESULT_BUSY);
    finish(2, 32);
    assert_true(virtqueue_take(&queue, &id, &length));
    assert_int_equal(ask(), 2);
}

static void indices_wrap_at_65536(void **state)
{
    for (uint32_t i = 0; i < 70000; i++) {
        uint32_t taken, length, id = ask();
        finish(id, i % 32 + 1);
        assert_true(virtqueue_take(&queue, &taken, &length));
        assert_int_equal(length, i % 32 + 1);
    }
    assert_int_equal(word16(258), 70000 % 65536);
    assert_int_equal(queue.strays, 0);
}

static void descriptors_nobody_gave_away_are_not_believed(void **state)
{
    uint32_t taken, length, id = ask();

    finish(SIZE, 1);
    finish(0xffffffff, 1);
    finish(3, 1);
    finish(id, 16);
    assert_true(virtqueue_take(&queue, &taken, &length));
    assert_int_equal(taken, id);
    finish(id, 16); // the same once more
    assert_false(virtqueue_take(&queue, &taken, &length));
    assert_int_equal(queue.strays, 4);
}

static void a_device_that_claims_everything_does_not_hold_the_caller(void **state)
{
    uint16_t index = 60000;
    uint32_t taken, length;

    memset(page + 516, 0xff, 8 * SIZE);
    memcpy(page + 514, &index, 2);
    assert_false(virtqueue_take(&queue, &taken, &length));
    assert_int_equal(queue.strays, SIZE);
}

static const struct bar bars[DEVICE_BAR_COUNT] = {
    [0] = {.kind = BAR_IO, .size = 0x20},
    [1] = {.kind = BAR_MEM32, .size = 0x1000},
    [4] = {.kind = BAR_MEM64, .size = 0x4000},
};

// A capability as bytes: identifier, next, length, type, BAR, padding, offset, length, multiplier.
static enum result decode(uint8_t length, uint8_t kind, uint8_t bar, uint32_t offset, uint32_t size,
                          struct virtio_region *region)
{
    uint8_t bytes[VIRTIO_CAPABILITY_SIZE] = {0x09, 0x50, length, kind, bar, 0, 0, 0, [16] = 4};

    memcpy(bytes + 8, &offset, 4);
    memcpy(bytes + 12, &size, 4);
    return virtio_capability_decode(bytes, bars, region);
}

static void regions_are_found_where_the_capabilities_say(void **state)
{
    struct virtio_region region;

    assert_int_equal(decode(16, 1, 4, 0, 0x1000, &region), RESULT_OK);
    assert_int_equal(region.kind, VIRTIO_REGION_COMMON);
    assert_int_equal(region.bar, 4);
    assert_int_equal(region.notify_multiplier, 0);
    assert_int_equal(decode(20, 2, 4, 0x3000, 0x1000, &region), RESULT_OK);
    assert_int_equal(region.kind, VIRTIO_REGION_NOTIFY);
    assert_int_equal(region.offset, 0x3000);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.notify_multiplier, 4);
}

static void doorbells_may_be_ports_and_nothing_else(void **state)
{
    struct virtio_region region;

    assert_int_equal(decode(20, 2, 0, 0x1c, 4, &region), RESULT_OK);
    assert_int_equal(region.bar, 0);
    assert_int_equal(region.offset, 0x1c);
    assert_int_equal(decode(20, 2, 0, 0x1e, 4, &region), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(decode(16, 1, 0, 0, 0x20, &region), RESULT_UNSUPPORTED);
    assert_int_equal(decode(16, 3, 0, 0, 1, &region), RESULT_UNSUPPORTED);
}

static void capabilities_that_point_outside_are_refused(void **state)
{
    struct virtio_region region;

    assert_int_equal(decode(15, 1, 4, 0, 0x1000, &region), RESULT_TRUNCATED);
    assert_int_equal(decode(16, 2, 4, 0, 0x1000, &region), RESULT_TRUNCATED);
    assert_int_equal(decode(16, 1, 5, 0, 0x38, &region), RESULT_INVALID);
    assert_int_equal(decode(16, 1, 6, 0, 0x38, &region), RESULT_INVALID);
    assert_int_equal(decode(16, 1, 255, 0, 0x38, &region), RESULT_INVALID);
    assert_int_equal(decode(16, 1, 4, 0x3000, 0x1001, &region), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(decode(16, 1, 4, 0xfffff000, 0x1000, &region), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(decode(16, 1, 4, 0, 0x37, &region), RESULT_OUT_OF_BOUNDS);
    assert_int_equal(decode(16, 3, 4, 0, 0, &region), RESULT_OUT_OF_BOUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_request_stands_in_memory_as_the_device_reads_it, start),
        cmocka_unit_test_setup(the_device_is_asked_to_interrupt_when_the_newest_request_is_finished, start),
        cmocka_unit_test_setup(an_answer_is_taken_once, start),
        cmocka_unit_test_setup(all_descriptors_in_flight_is_busy_until_one_returns, start),
        cmocka_unit_test_setup(indices_wrap_at_65536, start),
        cmocka_unit_test_setup(descriptors_nobody_gave_away_are_not_believed, start),
        cmocka_unit_test_setup(a_device_that_claims_everything_does_not_hold_the_caller, start),
        cmocka_unit_test(regions_are_found_where_the_capabilities_say),
        cmocka_unit_test(doorbells_may_be_ports_and_nothing_else),
        cmocka_unit_test(capabilities_that_point_outside_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
