// The routing core on synthetic machines of every size: random steps, and after each the books must be right.
// sources: arch/apic/line_share.c tests/fakes/heap.c tests/simulator/processors.c tests/simulator/host.c tests/simulator/functions.c
// sources: tests/simulator/topology.c tests/simulator/check.c tests/simulator/stress.c

#include "tests/simulator/check.h"
#include "tests/simulator/processors.h"
#include "tests/simulator/stress.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

// The core's tables of CPUs and functions cannot be emptied, so each machine is a process of its own.
static void in_a_process(void (*run)(const void *argument), const void *argument)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        run(argument);
        fflush(stdout);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

struct machine {
    struct topology_plan plan;
    uint32_t steps;
    uint32_t check_every;
};

static void machine_run(const void *argument)
{
    const struct machine *machine = argument;
    struct topology topology;
    struct stress stress = {.steps = machine->steps, .check_every = machine->check_every};
    const char *wrong = "no memory for the machine";

    if (topology_create(&topology, machine->plan) && topology_populate(&topology))
        wrong = stress_run(&topology, &stress);
    stress_print(&stress);
    if (!wrong)
        return;
    printf("# after step %u, %s: %s\n", stress.done, stress.last, wrong);
    fflush(stdout);
    _exit(1);
}

static void a_small_machine_that_runs_out_of_vectors_keeps_its_books(void **state)
{
    static const struct machine machine = {
        .plan = {.cpus = 3, .messages = 800, .nodes = 2, .lines = 10, .pins = 2, .seed = 1},
        .steps = 4000,
        .check_every = 1,
    };

    in_a_process(machine_run, &machine);
}

static void a_machine_of_two_groups_and_three_domains_keeps_its_books(void **state)
{
    static const struct machine machine = {
        .plan = {.cpus = 70, .messages = 3000, .nodes = 3, .unreachable = 4, .lines = 25, .pins = 5, .seed = 2},
        .steps = 3000,
        .check_every = 5,
    };

    in_a_process(machine_run, &machine);
}

static void the_largest_machine_keeps_its_books(void **state)
{
    static const struct machine machine = {
        .plan = {.cpus = 4096, .messages = 65536, .nodes = 64, .lines = 3, .pins = FUNCTION_GSI_COUNT, .seed = 3},
        .steps = 6000,
        .check_every = 1000,
    };

    in_a_process(machine_run, &machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_machine_that_runs_out_of_vectors_keeps_its_books),
        cmocka_unit_test(a_machine_of_two_groups_and_three_domains_keeps_its_books),
        cmocka_unit_test(the_largest_machine_keeps_its_books),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
