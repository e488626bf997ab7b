// A queue pair against a controller made of memory: phases, wrapping, full rings, wrong answers.
// sources: drivers/nvme/nvme_queue.c drivers/nvme/nvme_command.c

#include "drivers/nvme/nvme_queue.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH = 4 };

// The controller's side: rings and doorbells are its memory, the rest is its own bookkeeping.
struct controller {
    struct nvme_queue queue;
    struct nvme_command submissions[DEPTH];
    struct nvme_completion completions[DEPTH];
    uint32_t tail_doorbell;
    uint32_t head_doorbell;
    uint32_t posted; // completions so far
};

static int start(void **state)
{
    static struct controller controller;

    memset(&controller, 0, sizeof(controller));
    nvme_queue_start(&controller.queue,
                     &(struct nvme_queue_parts){DEPTH, controller.submissions, controller.completions,
                                                &controller.tail_doorbell, &controller.head_doorbell});
    *state = &controller;
    return 0;
}

static uint32_t send(struct controller *controller, enum nvme_slot_state how)
{
    struct nvme_command command = nvme_command_read(1, 0x55, 8, (struct physical){0x1000});
    uint32_t slot = 99;

    assert_int_equal(nvme_queue_submit(&controller->queue, &command, how, &slot), RESULT_OK);
    return slot;
}

// The status word as figure 122 prints it: identifier, phase, status. The phase turns with every lap.
static void post(struct controller *controller, uint32_t identifier, uint32_t status, uint32_t result)
{
    uint32_t lap = controller->posted / DEPTH;

    controller->completions[controller->posted % DEPTH] =
        (struct nvme_completion){.result = result, .status = status << 17 | (lap % 2 == 0) << 16 | identifier};
    controller->posted++;
}

static void a_command_gets_its_identifier_and_the_tail_is_rung(void **state)
{
    struct controller *controller = *state;

    assert_int_equal(send(controller, NVME_SLOT_WAITED), 0);
    assert_int_equal(controller->submissions[0].dword[0], 0x00000002);
    assert_int_equal(controller->tail_doorbell, 1);
    assert_int_equal(send(controller, NVME_SLOT_WAITED), 1);
    assert_int_equal(controller->submissions[1].dword[0], 0x00010002);
    assert_int_equal(controller->submissions[1].dword[10], 0x55);
    assert_int_equal(controller->tail_doorbell, 2);
}

static void a_command_that_is_put_waits_for_the_store_that_tells_of_it(void **state)
{
    struct controller *controller = *state;
    struct nvme_command command = nvme_command_read(1, 0x55, 8, (struct physical){0x1000});
    uint32_t slot;

    assert_int_equal(nvme_queue_put(&controller->queue, &command, NVME_SLOT_SHOT, &slot), RESULT_OK);
    assert_int_equal(slot, 0);
    assert_int_equal(controller->submissions[0].dword[0], 0x00000002);
    assert_int_equal(controller->tail_doorbell, 0);
    assert_int_equal(controller->queue.tail, 1);
    assert_int_equal(send(controller, NVME_SLOT_SHOT), 1);
    assert_int_equal(controller->tail_doorbell, 2);
}

static void an_answer_ends_the_wait_and_carries_status_and_result(void **state)
{
    struct controller *controller = *state;
    uint32_t slot = send(controller, NVME_SLOT_WAITED), result;

    assert_false(nvme_queue_is_done(&controller->queue, slot));
    post(controller, slot, 0x4002, 0xcafe);
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
    assert_true(nvme_queue_is_done(&controller->queue, slot));
    assert_int_equal(nvme_queue_finish(&controller->queue, slot, &result), 0x4002);
    assert_int_equal(result, 0xcafe);
    assert_false(nvme_queue_is_done(&controller->queue, slot));
    assert_int_equal(controller->head_doorbell, 1);
}

static void nothing_is_taken_before_the_phase_turns(void **state)
{
    struct controller *controller = *state;

    controller->head_doorbell = 77;
    send(controller, NVME_SLOT_WAITED);
    assert_int_equal(nvme_queue_serve(&controller->queue), 0);
    controller->completions[0] = (struct nvme_completion){.status = 0};
    assert_int_equal(nvme_queue_serve(&controller->queue), 0);
    assert_int_equal(controller->head_doorbell, 77);
}

static void rings_wrap_for_many_laps_and_each_answer_is_taken_once(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < 10 * DEPTH + 1; i++) {
        uint32_t result, slot = send(controller, NVME_SLOT_WAITED);
        assert_int_equal(slot, i % DEPTH);
        assert_int_equal(controller->tail_doorbell, (i + 1) % DEPTH);
        post(controller, slot, 0, i);
        assert_int_equal(nvme_queue_serve(&controller->queue), 1);
        assert_int_equal(nvme_queue_serve(&controller->queue), 0);
        assert_int_equal(controller->head_doorbell, (i + 1) % DEPTH);
        assert_int_equal(nvme_queue_finish(&controller->queue, slot, &result), 0);
        assert_int_equal(result, i);
    }
    assert_int_equal(controller->queue.strays, 0);
}

static void several_answers_are_taken_at_once_and_in_any_order(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < DEPTH - 1; i++)
        send(controller, NVME_SLOT_WAITED);
    post(controller, 2, 0, 22);
    post(controller, 0, 0, 20);
    post(controller, 1, 0, 21);
    assert_int_equal(nvme_queue_serve(&controller->queue), 3);
    assert_int_equal(controller->head_doorbell, 3);
    for (uint32_t slot = 0, result; slot < DEPTH - 1; slot++) {
        assert_int_equal(nvme_queue_finish(&controller->queue, slot, &result), 0);
        assert_int_equal(result, 20 + slot);
    }
}

// On a line, a completion that comes before the controller is told of the last one would be served with it.
static void the_last_command_is_served_once_the_routine_has_left(void **state)
{
    struct controller *controller = *state;

    assert_true(nvme_queue_is_served(&controller->queue));
    for (uint32_t i = 0; i < 2 * DEPTH; i++) {
        uint32_t slot = send(controller, NVME_SLOT_SHOT);
        assert_false(nvme_queue_is_served(&controller->queue));
        post(controller, slot, 0, 0);
        assert_int_equal(nvme_queue_serve(&controller->queue), 1);
        assert_true(nvme_queue_is_served(&controller->queue));
        assert_true(gate_enter(&controller->queue.gate));
        assert_false(nvme_queue_is_served(&controller->queue));
        assert_true(gate_leave(&controller->queue.gate, gate_asked(&controller->queue.gate)));
    }
}

static void one_entry_always_stays_empty(void **state)
{
    struct controller *controller = *state;
    struct nvme_command command = nvme_command_get_queue_count();
    uint32_t slot;

    for (uint32_t i = 0; i < DEPTH - 1; i++)
        send(controller, NVME_SLOT_SHOT);
    assert_int_equal(nvme_queue_submit(&controller->queue, &command, NVME_SLOT_SHOT, &slot), RESULT_BUSY);
    assert_int_equal(controller->tail_doorbell, DEPTH - 1);
    // A later command that ends first does not make room: the ring is freed in order.
    post(controller, 1, 0, 0);
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
    assert_int_equal(nvme_queue_submit(&controller->queue, &command, NVME_SLOT_SHOT, &slot), RESULT_BUSY);
    post(controller, 0, 0, 0);
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
    assert_int_equal(nvme_queue_submit(&controller->queue, &command, NVME_SLOT_SHOT, &slot), RESULT_OK);
    assert_int_equal(slot, DEPTH - 1);
    assert_int_equal(controller->tail_doorbell, 0);
}

static void an_answer_not_fetched_yet_keeps_its_slot(void **state)
{
    struct controller *controller = *state;
    struct nvme_command command = nvme_command_get_queue_count();
    uint32_t result, slot = send(controller, NVME_SLOT_WAITED);

    post(controller, slot, 0, 7);
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
    for (uint32_t i = 0; i < DEPTH - 2; i++)
        send(controller, NVME_SLOT_SHOT);
    assert_int_equal(nvme_queue_submit(&controller->queue, &command, NVME_SLOT_SHOT, &slot), RESULT_BUSY);
    assert_int_equal(nvme_queue_finish(&controller->queue, 0, &result), 0);
    assert_int_equal(result, 7);
}

static void a_shot_frees_itself_and_its_failure_is_counted(void **state)
{
    struct controller *controller = *state;

    for (uint32_t i = 0; i < 3 * DEPTH; i++) {
        uint32_t slot = send(controller, NVME_SLOT_SHOT);
        post(controller, slot, i == 5 ? 0x81 : 0, 0);
        assert_int_equal(nvme_queue_serve(&controller->queue), 1);
        assert_false(nvme_queue_is_done(&controller->queue, slot));
    }
    assert_int_equal(controller->queue.failures, 1);
}

static void answers_to_nothing_are_counted_and_harm_nobody(void **state)
{
    struct controller *controller = *state;
    uint32_t result, slot = send(controller, NVME_SLOT_WAITED);

    post(controller, 0xffff, 1, 1);
    post(controller, DEPTH, 1, 1);
    post(controller, 2, 1, 1);
    post(controller, slot, 0, 42);
    assert_int_equal(nvme_queue_serve(&controller->queue), 4);
    post(controller, slot, 5, 1); // the same once more
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
    assert_int_equal(controller->queue.strays, 4);
    assert_int_equal(nvme_queue_finish(&controller->queue, slot, &result), 0);
    assert_int_equal(result, 42);
}

static void a_second_cpu_leaves_the_work_to_the_first(void **state)
{
    struct controller *controller = *state;
    uint32_t slot = send(controller, NVME_SLOT_WAITED);

    post(controller, slot, 0, 0);
    assert_true(gate_enter(&controller->queue.gate));
    uint32_t asked = gate_asked(&controller->queue.gate);
    assert_int_equal(nvme_queue_serve(&controller->queue), 0);
    assert_false(nvme_queue_is_done(&controller->queue, slot));
    assert_false(gate_leave(&controller->queue.gate, asked));
    asked = gate_asked(&controller->queue.gate);
    assert_true(gate_leave(&controller->queue.gate, asked));
    assert_int_equal(nvme_queue_serve(&controller->queue), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_command_gets_its_identifier_and_the_tail_is_rung, start),
        cmocka_unit_test_setup(a_command_that_is_put_waits_for_the_store_that_tells_of_it, start),
        cmocka_unit_test_setup(an_answer_ends_the_wait_and_carries_status_and_result, start),
        cmocka_unit_test_setup(nothing_is_taken_before_the_phase_turns, start),
        cmocka_unit_test_setup(rings_wrap_for_many_laps_and_each_answer_is_taken_once, start),
        cmocka_unit_test_setup(several_answers_are_taken_at_once_and_in_any_order, start),
        cmocka_unit_test_setup(the_last_command_is_served_once_the_routine_has_left, start),
        cmocka_unit_test_setup(one_entry_always_stays_empty, start),
        cmocka_unit_test_setup(an_answer_not_fetched_yet_keeps_its_slot, start),
        cmocka_unit_test_setup(a_shot_frees_itself_and_its_failure_is_counted, start),
        cmocka_unit_test_setup(answers_to_nothing_are_counted_and_harm_nobody, start),
        cmocka_unit_test_setup(a_second_cpu_leaves_the_work_to_the_first, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
