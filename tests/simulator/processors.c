// Requests, levels and slots of the simulated processors.

#include "tests/simulator/processors.h"
#include <stdlib.h>

enum { WORD_BITS = 64, ID_STRIDE = 64 };

#define MESSAGE_BASE UINT64_C(0xfee00000)
#define MESSAGE_MASK BITS(31, 20)

// The allocator of pages takes a lock before there are processors.
static struct simulated_processor first;
struct simulation simulation = {.processor_count = 1, .processors = &first};

bool processors_create(uint32_t count)
{
    simulation = (struct simulation){.processor_count = count};
    simulation.processors = calloc(count, sizeof(simulation.processors[0]));
    return simulation.processors;
}

static bool highest_requested(const struct simulated_processor *processor, uint32_t *vector)
{
    for (uint32_t word = ARRAY_COUNT(processor->requested); word-- > 0;) {
        if (processor->requested[word] == 0)
            continue;
        *vector = word * WORD_BITS + WORD_BITS - 1 - (uint32_t)__builtin_clzll(processor->requested[word]);
        return true;
    }
    return false;
}

// What the stub does: the slot's count and object, the routine at the vector's level with interrupts on, the end.
static void serve(uint32_t cpu, uint32_t vector)
{
    struct simulated_processor *processor = &simulation.processors[cpu];
    const struct interrupt *object = processor->slots[vector].object;
    enum irql interrupted = processor->in_service;
    uint32_t running = simulation.running;

    processor->slots[vector].count++;
    processor->in_service = irql_of_vector(vector);
    simulation.running = cpu;
    if (object)
        object->routine(object);
    else
        simulation.strays++;
    simulation.running = running;
    processor->in_service = interrupted;
}

void processors_take(uint32_t cpu)
{
    struct simulated_processor *processor = &simulation.processors[cpu];
    uint32_t vector;

    while (!processor->interrupts_off && !processor->is_deaf && highest_requested(processor, &vector)) {
        if (irql_of_vector(vector) <= processor->task_priority || irql_of_vector(vector) <= processor->in_service)
            return;
        processor->requested[vector / WORD_BITS] &= ~BIT(vector % WORD_BITS);
        serve(cpu, vector);
    }
}

void processors_request(uint32_t cpu, uint32_t vector)
{
    struct simulated_processor *processor = &simulation.processors[cpu];

    if (processor->is_stopped) {
        simulation.strays++;
        return;
    }
    processor->requested[vector / WORD_BITS] |= BIT(vector % WORD_BITS);
    processors_take(cpu);
}

struct apic_id processors_apic_id(uint32_t cpu)
{
    return (struct apic_id){cpu / ID_STRIDE * 2 * ID_STRIDE + cpu % ID_STRIDE};
}

void processors_message(struct message_words words)
{
    uint64_t id = (words.address.address >> 12 & 0xff) | words.address.address >> 40 << 8;
    uint64_t cpu = id / (2 * ID_STRIDE) * ID_STRIDE + id % ID_STRIDE;
    bool is_message = (words.address.address & MESSAGE_MASK) == MESSAGE_BASE && id % (2 * ID_STRIDE) < ID_STRIDE;

    if (is_message && cpu < simulation.processor_count && words.data < VECTOR_COUNT)
        processors_request((uint32_t)cpu, words.data);
    else
        simulation.strays++;
}
