// The proof itself: on a device that behaves it passes, and whatever a shot can suffer is found and named.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console_input.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/proof/prove.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { FIRED = ROUTED_MESSAGES - 1, VICTIM = 1, VICTIM_SHOT = 7 };

// What befalls shot VICTIM_SHOT of message VICTIM.
enum fate { FATE_NONE, FATE_LOST, FATE_TWICE, FATE_PENDING, FATE_LATE, FATE_REFUSED, FATE_NOWHERE, FATE_UNANSWERED };

static struct {
    enum fate fate;
    uint64_t fired[ROUTED_MESSAGES];
    uint64_t answered[ROUTED_MESSAGES];
    uint64_t unknown;
    uint64_t late_at;     // when the late shot comes, 0: not
    uint64_t order;       // of all shots and where they arrived, in one number
    uint64_t on_other[4]; // arrivals by CPU
} world;

static struct prove prove;
static struct prove_target targets[ROUTED_MESSAGES];

static void deliver(uint32_t index)
{
    const struct message *message = routed_message(index);

    fake_host_deliver(message->cpu, message->info.vector);
    world.on_other[message->cpu]++;
    world.order = (world.order * 31 + index) * 31 + message->cpu;
}

static void suffer(uint32_t index)
{
    if (world.fate == FATE_TWICE)
        deliver(index);
    if (world.fate == FATE_TWICE || world.fate == FATE_UNANSWERED)
        deliver(index);
    world.unknown += world.fate == FATE_NOWHERE;
    routed.pending[index] = world.fate == FATE_PENDING;
    world.late_at = world.fate == FATE_LATE ? fake_host.nanoseconds + PROVE_BOUND + WAIT_MILLISECONDS(1) : 0;
}

static enum result fire(struct device *device, uint32_t index)
{
    bool is_victim = ++world.fired[index] == VICTIM_SHOT && index == VICTIM && world.fate != FATE_NONE;

    if (is_victim && world.fate == FATE_REFUSED)
        return RESULT_GONE;
    world.answered[index] += !is_victim || world.fate != FATE_UNANSWERED;
    if (is_victim)
        suffer(index);
    else
        deliver(index);
    return RESULT_OK;
}

static bool can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return index != ROUTED_DEAF_MESSAGE;
}

static struct driver_answers answers(const struct device *device, uint32_t index)
{
    return (struct driver_answers){.shots = world.answered[index]};
}

static const struct driver driver = {.name = "fake", .fire = fire, .can_fire = can_fire, .answers = answers};

static void take_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void time_passes(void)
{
    if (world.late_at == 0 || fake_host.nanoseconds < world.late_at)
        return;
    world.late_at = 0;
    deliver(VICTIM);
}

static uint64_t count_unknown(uint32_t cpu)
{
    return cpu == 2 ? world.unknown : 0;
}

static int start(void **state)
{
    routed_device_start();
    routed.device.driver = &driver;
    system_counts_register("unknown", count_unknown);
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    memset(&world, 0, sizeof(world));
    fake_host.on_ipi = take_ipi;
    fake_host.on_idle = time_passes;
    return 0;
}

static void run(struct prove_plan plan, enum fate fate)
{
    uint32_t skipped = 0;

    world.fate = fate;
    prove = (struct prove){.plan = plan, .targets = targets};
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        skipped += prove_add(&prove, routed_message(i)) != RESULT_OK;
    assert_int_equal(skipped, 1);
    prove_run(&prove);
}

static void expect_only_the_victim_failed(void)
{
    assert_false(prove_passed(&prove));
    for (uint32_t i = 0; i < FIRED; i++)
        assert_int_equal(prove_target_passed(&targets[i]), i != VICTIM);
}

static void every_shot_arrives_while_messages_move(void **state)
{
    run((struct prove_plan){.shots = 402, .moves = 100, .seed = 1}, FATE_NONE);
    assert_true(prove_passed(&prove));
    struct prove_target total = prove_total(&prove);
    assert_int_equal(total.sent, 402);
    assert_int_equal(total.handled, 402);
    assert_int_equal(total.moves, 100);
    assert_int_equal(prove.moves, 100);
    for (uint32_t i = 0; i < FIRED; i++)
        assert_in_range(targets[i].sent, 100, 101);
    for (uint32_t cpu = 0; cpu < ROUTED_CPUS; cpu++)
        assert_true(world.on_other[cpu] > 0);
}

static void afterwards_every_message_is_where_it_was(void **state)
{
    struct group_affinity narrow = {0, 0x6};
    assert_int_equal(irq_route(routed_message(2), narrow), RESULT_OK);
    uint32_t home[ROUTED_MESSAGES];
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        home[i] = routed_message(i)->cpu;
    run((struct prove_plan){.shots = 200, .moves = 50, .seed = 2}, FATE_NONE);
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        assert_int_equal(routed_message(i)->cpu, home[i]);
    assert_int_equal(routed_message(2)->info.target_processor_set.mask, 0x6);
    for (uint32_t cpu = 0; cpu < ROUTED_CPUS; cpu++)
        assert_int_equal(vector_matrix_counts(irq_vectors(), cpu).draining, 0);
}

static void a_lost_shot_is_named_and_its_message_gets_no_further_one(void **state)
{
    uint64_t before = fake_host.nanoseconds;
    run((struct prove_plan){.shots = 400, .moves = 20, .seed = 3}, FATE_LOST);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].sent, VICTIM_SHOT);
    assert_int_equal(targets[VICTIM].handled, VICTIM_SHOT - 1);
    assert_int_equal(targets[VICTIM].lost, 1);
    assert_int_equal(targets[VICTIM].duplicated, 0);
    assert_in_range(fake_host.nanoseconds - before, PROVE_BOUND, 2 * PROVE_BOUND);
}

static void a_shot_that_comes_twice_is_counted_as_such(void **state)
{
    run((struct prove_plan){.shots = 400, .moves = 20, .seed = 4}, FATE_TWICE);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].sent, 100);
    assert_int_equal(targets[VICTIM].handled, 100);
    assert_int_equal(targets[VICTIM].duplicated, 1);
}

static void the_last_shot_that_comes_twice_is_found_as_well(void **state)
{
    run((struct prove_plan){.shots = FIRED * VICTIM_SHOT, .seed = 5}, FATE_TWICE);
    assert_int_equal(targets[VICTIM].duplicated, 1);
    assert_false(prove_passed(&prove));
}

static void a_shot_that_stays_at_the_device_is_pending_not_lost(void **state)
{
    run((struct prove_plan){.shots = 400, .seed = 6}, FATE_PENDING);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].pending, 1);
    assert_int_equal(targets[VICTIM].lost, 0);
}

static void a_late_shot_is_a_fault_and_not_lost(void **state)
{
    run((struct prove_plan){.shots = 400, .seed = 7}, FATE_LATE);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].sent, targets[VICTIM].handled);
    assert_int_equal(targets[VICTIM].lost, 0);
    assert_int_equal(targets[VICTIM].duplicated, 0);
}

static void a_shot_that_cannot_be_fired_is_a_fault_and_not_sent(void **state)
{
    run((struct prove_plan){.shots = 400, .seed = 8}, FATE_REFUSED);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].sent, VICTIM_SHOT - 1);
    assert_int_equal(targets[VICTIM].handled, VICTIM_SHOT - 1);
}

static void an_interrupt_that_nobody_owned_fails_the_proof(void **state)
{
    run((struct prove_plan){.shots = 400, .seed = 9}, FATE_NOWHERE);
    assert_int_equal(prove.strays, 1);
    expect_only_the_victim_failed();
}

static void an_interrupt_without_the_devices_answer_is_a_fault(void **state)
{
    run((struct prove_plan){.shots = 400, .seed = 10}, FATE_UNANSWERED);
    expect_only_the_victim_failed();
    assert_int_equal(targets[VICTIM].sent, targets[VICTIM].handled);
}

static void cpus_go_off_and_come_back_while_shots_are_fired(void **state)
{
    run((struct prove_plan){.shots = 400, .moves = 40, .offlines = 10, .seed = 11}, FATE_NONE);
    assert_true(prove_passed(&prove));
    assert_int_equal(prove.offlines, 10);
    assert_int_equal(prove.refusals, 0);
    assert_int_equal(cpu_online_total(), ROUTED_CPUS);
    assert_true(prove_total(&prove).moves >= 40);
}

static void a_cpu_that_is_off_when_the_shots_are_over_comes_back(void **state)
{
    run((struct prove_plan){.shots = 1, .offlines = 1, .seed = 11}, FATE_NONE);
    assert_true(prove_passed(&prove));
    assert_int_equal(prove.offlines, 1);
    assert_int_equal(cpu_online_total(), ROUTED_CPUS);
}

static void a_cpu_that_must_stay_is_a_refusal_and_no_fault(void **state)
{
    struct group_affinity allowed = routed_message(ROUTED_DEAF_MESSAGE)->info.target_processor_set;
    for (uint32_t cpu = 2; cpu < ROUTED_CPUS; cpu++)
        vector_matrix_close(irq_vectors(), cpu);
    assert_int_equal(irq_route_cpu(routed_message(ROUTED_DEAF_MESSAGE), 1), RESULT_OK);
    run((struct prove_plan){.shots = 400, .offlines = 4, .seed = 12}, FATE_NONE);
    for (uint32_t cpu = 2; cpu < ROUTED_CPUS; cpu++)
        vector_matrix_open(irq_vectors(), cpu);
    assert_int_equal(irq_route(routed_message(ROUTED_DEAF_MESSAGE), allowed), RESULT_OK);
    assert_true(prove_passed(&prove));
    assert_int_equal(prove.offlines, 0);
    assert_int_equal(prove.refusals, 4);
}

static void a_cpu_that_does_not_come_back_fails_the_proof(void **state)
{
    fake_host.start_result = RESULT_TIMEOUT;
    run((struct prove_plan){.shots = 400, .offlines = 1, .seed = 13}, FATE_NONE);
    fake_host.start_result = RESULT_OK;
    for (uint32_t cpu = 1; cpu < ROUTED_CPUS; cpu++)
        (void)!irq_cpu_online(cpu);
    assert_int_equal(cpu_online_total(), ROUTED_CPUS);
    assert_false(prove_passed(&prove));
}

static uint64_t order_of(uint64_t seed)
{
    set_up(NULL);
    run((struct prove_plan){.shots = 400, .moves = 100, .seed = seed}, FATE_NONE);
    return world.order;
}

static uint64_t stop_at; // shots, all messages together

static bool type_control_c(uint8_t *byte, uint64_t nanoseconds)
{
    uint64_t fired = 0;

    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        fired += world.fired[i];
    *byte = 3;
    fake_host.nanoseconds += WAIT_MILLISECONDS(1);
    return fired >= stop_at;
}

static void run_stopped(struct prove_plan plan, enum fate fate, uint64_t shots)
{
    stop_at = shots;
    console_input_attach(NULL, type_control_c);
    console_input_command_begin();
    run(plan, fate);
    assert_true(console_input_command_end());
    assert_true(prove.is_stopped);
    console_input_attach(NULL, NULL);
}

static void control_c_ends_it_with_all_that_it_moved_where_it_was(void **state)
{
    uint32_t home[ROUTED_MESSAGES];

    for (uint32_t i = 0; i < FIRED; i++)
        home[i] = routed_message(i)->cpu;
    run_stopped((struct prove_plan){.shots = 1000000, .moves = 500000, .offlines = 100000, .seed = 3}, FATE_NONE, 1001);
    assert_true(prove.moves > 0 && prove.offlines > 0);
    struct prove_target total = prove_total(&prove);
    assert_in_range(total.sent, 1001, 100000);
    assert_int_equal(total.handled, total.sent);
    for (uint32_t i = 0; i < FIRED; i++)
        assert_int_equal(routed_message(i)->cpu, home[i]);
    for (uint32_t cpu = 0; cpu < ROUTED_CPUS; cpu++)
        assert_int_equal(cpu_get(cpu)->state, CPU_ONLINE);
}

static void a_shot_that_does_not_come_holds_control_c_up_a_moment_only(void **state)
{
    run_stopped((struct prove_plan){.shots = 1000000, .seed = 3}, FATE_LOST, 1000);
    assert_true(prove.nanoseconds < WAIT_MILLISECONDS(5000));
    assert_true(targets[VICTIM].is_out);
    assert_int_equal(targets[VICTIM].lost, 0);
}

static void the_same_seed_makes_the_same_run(void **state)
{
    uint64_t first = order_of(0);
    assert_true(order_of(0) == first);
    assert_false(order_of(1) == first);
}

static void masked_messages_and_those_nobody_can_fire_are_left_out(void **state)
{
    struct prove_target target;
    assert_int_equal(prove_target_start(&target, routed_message(ROUTED_DEAF_MESSAGE)), RESULT_UNSUPPORTED);
    assert_int_equal(irq_mask(routed_message(0), true), RESULT_OK);
    assert_int_equal(prove_target_start(&target, routed_message(0)), RESULT_BUSY);
    assert_int_equal(irq_mask(routed_message(0), false), RESULT_OK);
    assert_int_equal(prove_target_start(&target, routed_message(0)), RESULT_OK);
}

static void random_numbers_stay_below_their_bound_and_reach_all_of_it(void **state)
{
    struct random random;
    for (uint64_t seed = 0; seed < 4; seed++) {
        uint32_t seen = 0;
        random_start(&random, seed);
        for (uint32_t i = 0; i < 200; i++) {
            uint32_t number = random_below(&random, 7);
            assert_in_range(number, 0, 6);
            seen |= 1u << number;
        }
        assert_int_equal(seen, 0x7f);
        assert_int_equal(random_below(&random, 1), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_shot_arrives_while_messages_move, set_up),
        cmocka_unit_test_setup(afterwards_every_message_is_where_it_was, set_up),
        cmocka_unit_test_setup(a_lost_shot_is_named_and_its_message_gets_no_further_one, set_up),
        cmocka_unit_test_setup(a_shot_that_comes_twice_is_counted_as_such, set_up),
        cmocka_unit_test_setup(the_last_shot_that_comes_twice_is_found_as_well, set_up),
        cmocka_unit_test_setup(a_shot_that_stays_at_the_device_is_pending_not_lost, set_up),
        cmocka_unit_test_setup(a_late_shot_is_a_fault_and_not_lost, set_up),
        cmocka_unit_test_setup(a_shot_that_cannot_be_fired_is_a_fault_and_not_sent, set_up),
        cmocka_unit_test_setup(an_interrupt_that_nobody_owned_fails_the_proof, set_up),
        cmocka_unit_test_setup(an_interrupt_without_the_devices_answer_is_a_fault, set_up),
        cmocka_unit_test_setup(cpus_go_off_and_come_back_while_shots_are_fired, set_up),
        cmocka_unit_test_setup(a_cpu_that_is_off_when_the_shots_are_over_comes_back, set_up),
        cmocka_unit_test_setup(control_c_ends_it_with_all_that_it_moved_where_it_was, set_up),
        cmocka_unit_test_setup(a_shot_that_does_not_come_holds_control_c_up_a_moment_only, set_up),
        cmocka_unit_test_setup(a_cpu_that_must_stay_is_a_refusal_and_no_fault, set_up),
        cmocka_unit_test_setup(a_cpu_that_does_not_come_back_fails_the_proof, set_up),
        cmocka_unit_test_setup(the_same_seed_makes_the_same_run, set_up),
        cmocka_unit_test_setup(masked_messages_and_those_nobody_can_fire_are_left_out, set_up),
        cmocka_unit_test(random_numbers_stay_below_their_bound_and_reach_all_of_it),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
