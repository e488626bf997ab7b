// The commands that change live routes: what they print, and that nonsense is one error line that changes nothing.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/commands/commands.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BDF "0000:00:04.0"

const struct command *const command_list[] = {&command_policy, &command_route, &command_prove, &command_cpu, NULL};

static struct output_buffer screen;
static char text[65536];

static void take_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static enum result run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    return console_run_line(line);
}

// Every test leaves all CPUs on and every message free to be on any.
static int set_up(void **state)
{
    char line[64];
    routed_device_reset();
    fake_host.on_ipi = take_ipi;
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++) {
        snprintf(line, sizeof(line), "route " BDF " %u 0:0xf", i);
        assert_int_equal(run(line), RESULT_OK);
    }
    return 0;
}

static void expect_error(const char *line, const char *error)
{
    char expected[256];
    uint32_t generation = routed_message(0)->generation;
    snprintf(expected, sizeof(expected), "error: %s\n", error);
    assert_int_not_equal(run(line), RESULT_OK);
    assert_string_equal(text, expected);
    assert_int_equal(routed_message(0)->generation, generation);
}

static void route_names_the_old_and_the_new_place(void **state)
{
    char expected[256];
    assert_int_equal(run("route " BDF " 0 1"), RESULT_OK);
    struct message_route from = message_route_of(routed_message(0));
    assert_int_equal(run("route 00:04.0 0 3"), RESULT_OK);
    const struct message *message = routed_message(0);
    snprintf(expected, sizeof(expected), BDF " 0: e1000e msix cpu1:0x%02x -> cpu3:0x%02x, allowed 0:0x8, move %u\n",
             from.vector, message->info.vector, message->generation);
    assert_string_equal(text, expected);
    assert_int_equal(routed.source.words[0].address.address, 0xfee03000);
    assert_int_equal(routed.source.words[0].data, message->info.vector);
}

static void route_json_has_both_places_and_the_generation(void **state)
{
    char expected[256];
    assert_int_equal(run("route " BDF " 1 0"), RESULT_OK);
    struct message_route from = message_route_of(routed_message(1));
    assert_int_equal(run("route " BDF " 1 0x2 --json"), RESULT_OK);
    const struct message *message = routed_message(1);
    snprintf(expected, sizeof(expected),
             "{\"type\":\"route\",\"bdf\":\"" BDF "\",\"index\":1,\"from\":{\"cpu\":0,\"vector\":%u},\"to\":{\"cpu\":2,"
             "\"vector\":%u},\"generation\":%u}\n",
             from.vector, message->info.vector, message->generation);
    assert_string_equal(text, expected);
}

static void route_takes_a_group_and_a_mask(void **state)
{
    assert_int_equal(run("route " BDF " 0 0"), RESULT_OK);
    assert_int_equal(run("route " BDF " 0 0:0xc"), RESULT_OK);
    assert_in_range(routed_message(0)->cpu, 2, 3);
    assert_int_equal(routed_message(0)->info.target_processor_set.mask, 0xc);
    uint32_t cpu = routed_message(0)->cpu;
    assert_int_equal(run("route " BDF " 0 0x0:14"), RESULT_OK);
    assert_int_equal(routed_message(0)->cpu, cpu);
    assert_int_equal(routed_message(0)->info.target_processor_set.mask, 0xe);
}

static void route_refuses_nonsense(void **state)
{
    expect_error("route " BDF " 0", "usage: route BDF N CPU|GROUP:MASK");
    expect_error("route " BDF " 0 4", "there are cpus 0 to 3");
    expect_error("route " BDF " 0 4294967296", "there are cpus 0 to 3");
    expect_error("route " BDF " 0 x", "'x' is neither a cpu nor GROUP:MASK");
    expect_error("route " BDF " 0 0:", "'0:' is neither a cpu nor GROUP:MASK");
    expect_error("route " BDF " 0 :1", "':1' is neither a cpu nor GROUP:MASK");
    expect_error("route " BDF " 0 0:1:1", "'0:1:1' is neither a cpu nor GROUP:MASK");
    expect_error("route " BDF " 0 1:1", "there are processor groups 0 to 0");
    expect_error("route " BDF " 0 65536:1", "there are processor groups 0 to 0");
    expect_error("route " BDF " 0 0:0x1f", "group 0 has processors 0 to 3, mask 0x1f names others");
    expect_error("route " BDF " 0 0:0", "no processor of 0x0 in group 0 is online and takes messages");
    expect_error("route " BDF " 5 0", BDF " has messages 0 to 4");
}

static void route_says_that_a_cpu_is_full(void **state)
{
    uint32_t vector, cpu = routed_message(0)->cpu == 2 ? 3 : 2;
    uint64_t taken[4] = {0};
    char line[64];
    snprintf(line, sizeof(line), "route " BDF " 0 %u", cpu);
    while (vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &vector) == RESULT_OK)
        taken[vector / 64] |= BIT(vector % 64);
    expect_error(line, "0 vectors free there, no place for " BDF " 0");
    for (vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        if (taken[vector / 64] & BIT(vector % 64))
            vector_matrix_free(irq_vectors(), cpu, vector);
    assert_int_equal(run(line), RESULT_OK);
}

static void policy_lists_devices_and_moves_their_messages(void **state)
{
    assert_int_equal(run("policy"), RESULT_OK);
    assert_non_null(strstr(text, "\n" BDF " e1000e     spread           5 0:0xf            "));
    assert_int_equal(run("policy 00:04.0 one_close --json"), RESULT_OK);
    uint32_t cpu = routed_message(0)->cpu;
    char expected[256];
    snprintf(expected, sizeof(expected),
             "{\"type\":\"policy\",\"bdf\":\"" BDF "\",\"driver\":\"e1000e\",\"policy\":\"one_close\",\"allowed\":[{"
             "\"group\":0,\"mask\":\"0x%016x\"}],\"cpus\":[%u,%u,%u,%u,%u]}\n",
             1u << cpu, cpu, cpu, cpu, cpu, cpu);
    assert_string_equal(text, expected);
    assert_int_equal(run("policy 00:04.0 default --json"), RESULT_OK);
    assert_non_null(strstr(text, "\"policy\":\"spread\",\"allowed\":[{\"group\":0,\"mask\":\"0x000000000000000f\"}]"));
}

static void policy_refuses_nonsense(void **state)
{
    expect_error("policy " BDF, "usage: policy [BDF NAME]");
    expect_error("policy " BDF " best", "'best' is none of default, all_close, one_close, all, specified, spread");
    expect_error("policy " BDF " specified", "route says which processors are specified, message by message");
    expect_error("policy 00:09.0 all", "there is no device 00:09.0");
}

static void a_cpu_goes_off_without_a_message_left_and_comes_back(void **state)
{
    assert_int_equal(run("route " BDF " 0 0:0x2"), RESULT_OK);
    assert_int_equal(run("route " BDF " 0 0:0x6"), RESULT_OK);
    assert_int_equal(routed_message(0)->cpu, 1);
    assert_int_equal(run("cpu 1 offline"), RESULT_OK);
    assert_memory_equal(text, "cpu 1: offline, ", 16);
    assert_int_equal(routed_message(0)->cpu, 2);
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        assert_int_not_equal(routed_message(i)->cpu, 1);
    assert_int_equal(vector_matrix_counts(irq_vectors(), 1).free, VECTOR_DEVICE_COUNT);
    assert_true(fake_host.stopped[1]);
    expect_error("route " BDF " 0 1", "cpu 1 is offline");
    expect_error("cpu 1 offline", "cpu 1 is not online");
    assert_int_equal(run("cpu 1 online --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"cpu_state\",\"cpu\":1,\"state\":\"online\",\"messages_moved\":0}\n");
    assert_int_equal(run("route " BDF " 0 1"), RESULT_OK);
}

static void a_cpu_that_must_stay_says_why_in_numbers(void **state)
{
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++) {
        char line[64];
        snprintf(line, sizeof(line), "route " BDF " %u %s", i, i < 3 ? "1" : "2");
        assert_int_equal(run(line), RESULT_OK);
    }
    assert_int_equal(run("route " BDF " 2 0:0x2"), RESULT_OK);
    assert_int_equal(run("route " BDF " 2 0:0x6"), RESULT_OK);
    expect_error("cpu 1 offline", "2 of the 3 messages on cpu 1 may live on no other online cpu");
    assert_int_equal(cpu_get(1)->state, CPU_ONLINE);
    assert_int_equal(routed_message(2)->cpu, 1);
    expect_error("cpu 0 offline", "cpu 0 runs the console");
    expect_error("cpu 4 offline", "there are cpus 0 to 3");
    expect_error("cpu 1 online", "cpu 1 is online");
    expect_error("cpu 1 away", "'away' is neither online nor offline");
    expect_error("cpu 1", "usage: cpu CPU online|offline");
}

static void prove_json_is_the_interfaces_example(void **state)
{
    char expected[256];
    assert_int_equal(run("prove " BDF " 1 shots=100 moves=10 seed=0x5 --json"), RESULT_OK);
    snprintf(expected, sizeof(expected),
             "{\"type\":\"prove\",\"bdf\":\"" BDF
             "\",\"index\":1,\"sent\":100,\"handled\":100,\"pending\":0,\"lost\":0,"
             "\"duplicated\":0,\"moves\":10,\"verdict\":\"pass\"}\n");
    assert_memory_equal(text, expected, strlen(expected));
    const char *summary = text + strlen(expected);
    assert_ptr_equal(strstr(summary, "{\"type\":\"prove_summary\",\"messages\":1,\"skipped\":0,\"sent\":100,"),
                     summary);
    assert_non_null(strstr(summary, "\"seed\":\"0x0000000000000005\","));
    assert_non_null(strstr(summary, "\"verdict\":\"pass\"}\n"));
}

static void prove_of_all_names_what_it_leaves_out(void **state)
{
    assert_int_equal(run("prove"), RESULT_OK);
    assert_non_null(strstr(text, BDF " 1 messages skipped: its driver cannot fire it\n"));
    assert_non_null(strstr(text, "\n1000 shots, 50 moves, 0 cpus off and on, 0 refusals in "));
    assert_non_null(strstr(text, "\nPASS: 0 lost, 0 pending, 0 twice, 0 that nobody owned, 0 faults\n"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line < 100);
}

static void prove_fails_when_a_shot_is_lost(void **state)
{
    routed.shot = ROUTED_LOST;
    assert_int_equal(run("prove " BDF " 2 --json"), RESULT_FAILED);
    assert_non_null(strstr(text, "\"sent\":1,\"handled\":0,\"pending\":0,\"lost\":1,"));
    assert_non_null(strstr(text, "\"verdict\":\"fail\"}\n{\"type\":\"prove_summary\""));
    assert_non_null(strstr(text, "}\nerror: 1 lost, 0 pending, 0 twice, 0 that nobody owned, 1 faults\n"));
    routed.shot = ROUTED_TWICE;
    assert_int_equal(run("prove " BDF " 2 shots=10"), RESULT_FAILED);
    assert_non_null(strstr(text, "\nFAIL: 0 lost, 0 pending, 10 twice,"));
}

static void prove_refuses_nonsense(void **state)
{
    const char *usage = "usage: prove [BDF [N]] [moves=M] [shots=S] [offline=K] [seed=X]";
    expect_error("prove " BDF " 0 0", usage);
    expect_error("prove shots=0", "shots=0: from 1 to 1000000000");
    expect_error("prove shots=", "shots=: from 1 to 1000000000");
    expect_error("prove moves=-1", "moves=-1: from 0 to 1000000000");
    expect_error("prove hits=3", "'hits=3' is none of shots=, moves=, offline=, seed=");
    expect_error("prove shots=1 " BDF, "'" BDF "' is none of shots=, moves=, offline=, seed=");
    expect_error("prove 00:09.0", "there is no device 00:09.0");
    expect_error("prove " BDF " 4", BDF " 4 cannot be proved: its driver cannot fire it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(route_names_the_old_and_the_new_place, set_up),
        cmocka_unit_test_setup(route_json_has_both_places_and_the_generation, set_up),
        cmocka_unit_test_setup(route_takes_a_group_and_a_mask, set_up),
        cmocka_unit_test_setup(route_refuses_nonsense, set_up),
        cmocka_unit_test_setup(route_says_that_a_cpu_is_full, set_up),
        cmocka_unit_test_setup(policy_lists_devices_and_moves_their_messages, set_up),
        cmocka_unit_test_setup(policy_refuses_nonsense, set_up),
        cmocka_unit_test_setup(a_cpu_goes_off_without_a_message_left_and_comes_back, set_up),
        cmocka_unit_test_setup(a_cpu_that_must_stay_says_why_in_numbers, set_up),
        cmocka_unit_test_setup(prove_json_is_the_interfaces_example, set_up),
        cmocka_unit_test_setup(prove_of_all_names_what_it_leaves_out, set_up),
        cmocka_unit_test_setup(prove_fails_when_a_shot_is_lost, set_up),
        cmocka_unit_test_setup(prove_refuses_nonsense, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
