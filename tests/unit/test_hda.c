// Audio controllers: reset, the two rings, and a shot by the write pointer.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/message_source.c
// sources: tests/fakes/driven_device.c tests/fakes/pages.c drivers/exercise.c drivers/shot_turn.c

#include "tests/fakes/driven_device.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"
#include "tests/fakes/pages.h"

#include "drivers/hda/hda.c"
#include "drivers/register_wait.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint32_t control, pointer, answered, codecs_there;
static bool is_stuck; // never leaves reset

static uint32_t register_read(uint64_t offset)
{
    switch (offset) {
    case HDA_GCAP:
        return GCAP_64BIT;
    case HDA_GCTL:
        return is_stuck ? 0 : control;
    case HDA_STATESTS:
        return codecs_there;
    case HDA_CORBSIZE:
    case HDA_RIRBSIZE:
        return SIZE_256_CAPABLE;
    case HDA_CORBWP:
        return pointer;
    case HDA_RIRBSTS:
        return answered;
    default:
        return 0;
    }
}

// The write pointer moved: the codec answers, and that interrupts.
static void register_write(uint64_t offset, uint32_t value)
{
    if (offset == HDA_GCTL)
        control = value;
    if (offset == HDA_RIRBSTS)
        answered &= ~value;
    if (offset != HDA_CORBWP || value == pointer)
        return;
    pointer = value;
    answered = RIRBSTS_ANSWER;
    driven_device_deliver(0);
}

static const struct fake_window window = {DRIVEN_BASE, HDA_BAR_SIZE, register_read, register_write};

static void start(uint32_t codecs)
{
    control = pointer = answered = 0;
    codecs_there = codecs;
    is_stuck = false;
    fake_mmio_window(&window);
    driven_device_start(0x8086, 0x2668, MESSAGE_MSI, 1);
}

static int prepare(void **state)
{
    (void)fake_pages_add(4);
    return 0;
}

static int end(void **state)
{
    struct hda *hda = driven.device.driver_state;

    if (hda)
        page_free(hda->page, 1);
    heap_free(hda);
    driven_device_end();
    fake_mmio_window(NULL);
    return 0;
}

static void it_is_reset_and_its_rings_run_before_its_interrupts_are_on(void **state)
{
    start(0x4);
    assert_int_equal(hda_driver.start(&driven.device), RESULT_OK);
    const struct hda *hda = driven.device.driver_state;
    uint64_t page = hda->page.address;
    const struct event expected[] = {
        WRITE(HDA_INTCTL, 0),
        WRITE(HDA_GCTL, 0),
        WRITE(HDA_GCTL, 1),
        WRITE(HDA_CORBSIZE, 2),
        WRITE(HDA_RIRBSIZE, 2),
        WRITE(HDA_CORBLBASE, (uint32_t)page),
        WRITE(HDA_CORBUBASE, page >> 32),
        WRITE(HDA_RIRBLBASE, (uint32_t)(page + 0x800)),
        WRITE(HDA_RIRBUBASE, (page + 0x800) >> 32),
        WRITE(HDA_CORBWP, 0),
        WRITE(HDA_CORBRP, 0x8000),
        WRITE(HDA_CORBRP, 0),
        WRITE(HDA_RIRBWP, 0x8000),
        WRITE(HDA_RINTCNT, 1),
        WRITE(HDA_RIRBSTS, 1),
        WRITE(HDA_RIRBCTL, 3),
        WRITE(HDA_CORBCTL, 2),
        WRITE(HDA_INTCTL, 0xc0000000),
    };
    event_expect(expected, sizeof(expected) / sizeof(expected[0]));
}

static void every_command_asks_the_first_codec_for_its_vendor(void **state)
{
    start(0x4);
    assert_int_equal(hda_driver.start(&driven.device), RESULT_OK);
    const struct hda *hda = driven.device.driver_state;
    const uint32_t *commands = page_pointer(hda->page);
    for (uint32_t i = 0; i < COMMAND_COUNT; i++)
        assert_int_equal(commands[i], 0x200f0000);
}

static void a_shot_moves_the_write_pointer_round_the_ring(void **state)
{
    start(0x1);
    assert_int_equal(hda_driver.start(&driven.device), RESULT_OK);
    for (uint32_t shot = 1; shot <= COMMAND_COUNT + 1; shot++) {
        assert_int_equal(hda_driver.fire(&driven.device, 0), RESULT_OK);
        assert_int_equal(pointer, shot % COMMAND_COUNT);
        assert_int_equal(exercise_count(&driven.device, 0), shot);
        assert_int_equal(answered, 0);
    }
}

static void without_a_codec_nothing_can_be_fired(void **state)
{
    uint32_t deliveries;

    start(0);
    assert_int_equal(hda_driver.start(&driven.device), RESULT_OK);
    assert_false(hda_driver.can_fire(&driven.device, 0, &deliveries));
    event_clear();
    assert_int_equal(hda_driver.fire(&driven.device, 0), RESULT_UNSUPPORTED);
    event_expect(NULL, 0);
}

static void one_that_never_leaves_reset_does_not_start(void **state)
{
    start(0x1);
    is_stuck = true;
    assert_int_equal(hda_driver.start(&driven.device), RESULT_TIMEOUT);
    assert_null(driven.device.irq.messages);
    assert_null(driven.device.driver_state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_is_reset_and_its_rings_run_before_its_interrupts_are_on, end),
        cmocka_unit_test_teardown(every_command_asks_the_first_codec_for_its_vendor, end),
        cmocka_unit_test_teardown(a_shot_moves_the_write_pointer_round_the_ring, end),
        cmocka_unit_test_teardown(without_a_codec_nothing_can_be_fired, end),
        cmocka_unit_test_teardown(one_that_never_leaves_reset_does_not_start, end),
    };

    return cmocka_run_group_tests(tests, prepare, NULL);
}
