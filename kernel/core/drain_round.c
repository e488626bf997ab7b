// Each CPU's record keeps its last round and result.

#include "kernel/core/drain_round.h"
#include "kernel/core/drain.h"

static uint64_t current;

void drain_round_begin(void)
{
    current++;
}

enum result drain_round_cpu(uint32_t number)
{
    struct cpu *cpu = cpu_get(number);

    if (cpu->drain_round != current) {
        cpu->drain_result = drain_cpu(number);
        cpu->drain_round = current;
    }
    return cpu->drain_result;
}

enum result drain_round_message(const struct message *message)
{
    enum result result = drain_round_cpu(message->cpu);

    for (uint32_t i = 0; i < message->old_count; i++) {
        enum result old = drain_round_cpu(message->old[i].cpu);
        result = result == RESULT_OK ? old : result;
    }
    return result;
}
