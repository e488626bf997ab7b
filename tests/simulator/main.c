// build/simulator: the routing core's own objects, as the kernel links them, on a machine that does not exist.
//
// usage: simulator measure CPUS MESSAGES            performs every operation, for callgrind to count
//        simulator stress CPUS MESSAGES STEPS SEED  random steps, the books checked as it goes

#include "kernel/runtime/page.h"
#include "tests/simulator/measure.h"
#include "tests/simulator/processors.h"
#include "tests/simulator/stress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CHECKS = 100, CPUS_PER_NODE = 64 };

#define REGION_SIZE (UINT64_C(1) << 30) // what is not used is never touched

// The core is compiled with a guard of this name for its stack protector.
extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x5a17bac;

static struct topology_plan plan_of(char **arguments)
{
    uint32_t cpus = (uint32_t)strtoul(arguments[2], NULL, 0);

    return (struct topology_plan){
        .cpus = cpus,
        .messages = (uint32_t)strtoul(arguments[3], NULL, 0),
        .nodes = cpus > 2 * CPUS_PER_NODE ? cpus / CPUS_PER_NODE : 2,
        .lines = 3,
        .pins = FUNCTION_GSI_COUNT,
        .seed = 1,
    };
}

static int measure(struct topology *topology, char **arguments)
{
    uint64_t before = page_free_total();
    struct topology_plan plan = plan_of(arguments);

    if (!topology_create(topology, plan)) {
        fprintf(stderr, "simulator: no memory for the machine\n");
        return 1;
    }
    measure_memory("cpu", before, plan.cpus);
    return topology_populate(topology) && measure_run(topology) ? 0 : 1;
}

static int stress(struct topology *topology, char **arguments)
{
    struct topology_plan plan = plan_of(arguments);
    struct stress stress = {.steps = (uint32_t)strtoul(arguments[4], NULL, 0)};

    plan.seed = strtoul(arguments[5], NULL, 0);
    stress.check_every = 1 + stress.steps / CHECKS;
    const char *wrong = "no memory for the machine";
    if (topology_create(topology, plan) && topology_populate(topology))
        wrong = stress_run(topology, &stress);
    stress_print(&stress);
    if (wrong)
        printf("FAIL: after step %u, %s: %s\n", stress.done, stress.last, wrong);
    else
        printf("PASS\n");
    return wrong ? 1 : 0;
}

int main(int count, char **arguments)
{
    static struct topology topology;
    void *region = mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (region == MAP_FAILED)
        return 1;
    page_add_region((struct physical){(uintptr_t)region}, REGION_SIZE);
    if (count == 4 && strcmp(arguments[1], "measure") == 0)
        return measure(&topology, arguments);
    if (count == 6 && strcmp(arguments[1], "stress") == 0)
        return stress(&topology, arguments);
    fprintf(stderr, "usage: simulator measure CPUS MESSAGES\n       simulator stress CPUS MESSAGES STEPS SEED\n");
    return 2;
}
