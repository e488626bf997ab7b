// Filling the tables of the core with a machine that does not exist.

#include "tests/simulator/topology.h"
#include "kernel/core/dpc.h"
#include "kernel/core/drain.h"
#include "tests/simulator/processors.h"
#include <stdlib.h>

enum {
    SLOTS = 32,                 // device numbers on a bus
    BUSES = 256,                // per segment
    FUNCTION_LIMIT = 64 * 1024, // of one machine
};

static bool processors_describe(const struct topology_plan *plan)
{
    uint32_t per_node = (plan->cpus + plan->nodes - 1) / plan->nodes;

    if (cpu_table_create(plan->cpus) != RESULT_OK || irql_initialise(plan->cpus) != RESULT_OK ||
        dpc_initialise(plan->cpus) != RESULT_OK)
        return false;
    for (uint32_t i = 0; i < plan->cpus; i++) {
        cpu_get(i)->apic_id = processors_apic_id(i);
        cpu_get(i)->node = i / per_node;
        cpu_state_set(i, CPU_ONLINE);
        simulation.processors[i].is_out_of_reach = i >= plan->cpus - plan->unreachable;
        drain_prepare(i);
        dpc_prepare(i);
    }
    return true;
}

// Bus 0 of a segment holds the bridges, one for each other bus.
static struct pci_address address_of(uint32_t number)
{
    uint32_t bus = number / SLOTS;

    return (struct pci_address){(uint16_t)(bus / (BUSES - 1)), (uint8_t)(1 + bus % (BUSES - 1)),
                                (uint8_t)(number % SLOTS), 0};
}

static bool bridge_add(struct pci_address below)
{
    struct device *bridge = calloc(1, sizeof(*bridge));

    if (!bridge)
        return false;
    bridge->address =
        (struct pci_address){below.segment, 0, (uint8_t)((below.bus - 1) / 8), (uint8_t)((below.bus - 1) % 8)};
    bridge->header_type = 1;
    bridge->secondary_bus = bridge->subordinate_bus = below.bus;
    device_add(bridge);
    return true;
}

struct simulated_function *topology_add(struct topology *topology, struct function_shape shape)
{
    struct pci_address address = address_of(topology->address_count);

    if (topology->function_count == FUNCTION_LIMIT || (address.device == 0 && !bridge_add(address)))
        return NULL;
    struct simulated_function *function = function_create(address, shape);
    if (!function)
        return NULL;
    function->device.irq.node = topology->function_count % topology->plan.nodes;
    topology->address_count++;
    topology->functions[topology->function_count++] = function;
    return function;
}

// Most functions have a few messages, some have many: of hundred draws about half give up to 4, one gives thousands.
static uint32_t size_draw(struct random *random)
{
    static const uint32_t highest[] = {4, 4, 4, 4, 4, 17, 17, 33, 65, 129};
    uint32_t draw = random_below(random, 100);

    if (draw >= 98)
        return draw == 99 ? 2048 : 1 + random_below(random, 1024);
    return 1 + random_below(random, highest[draw / 10]);
}

static struct function_shape shape_draw(const struct topology_plan *plan, struct random *random, uint32_t left)
{
    uint32_t draw = random_below(random, 100), size = size_draw(random);
    struct function_shape shape = {.kind = MESSAGE_MSIX, .messages = size < left ? size : left};

    if (draw < plan->lines) {
        shape.kind = MESSAGE_LINE;
        shape.messages = 1;
        shape.gsi = random_below(random, plan->pins);
    } else if (draw < plan->lines + 10) {
        shape.kind = MESSAGE_MSI;
        shape.maskable = draw % 2;
        while (shape.messages & (shape.messages - 1))
            shape.messages &= shape.messages - 1;
        if (shape.messages > 32)
            shape.messages = 32;
    }
    return shape;
}

bool topology_create(struct topology *topology, struct topology_plan plan)
{
    struct irq_options options = {0};

    *topology = (struct topology){.plan = plan};
    random_start(&topology->random, plan.seed);
    topology->functions = calloc(FUNCTION_LIMIT, sizeof(struct simulated_function *));
    return topology->functions && processors_create(plan.cpus) && processors_describe(&plan) &&
           irq_initialise(&options) == RESULT_OK;
}

bool topology_populate(struct topology *topology)
{
    uint32_t left = topology->plan.messages;

    while (left) {
        struct function_shape shape = shape_draw(&topology->plan, &topology->random, left);
        if (!topology_add(topology, shape))
            return false;
        left -= shape.messages;
    }
    return true;
}

enum result topology_connect(struct simulated_function *function, enum irq_policy policy)
{
    struct irq_request request = function_request(function);
    struct irq_grant grant;

    request.policy = policy;
    return irq_connect(&request, &grant);
}
