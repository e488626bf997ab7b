// Drills at the CPU the message is routed to: its slot, its task priority.

#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/retarget.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/route_view.h"
#include "kernel/drill/drills.h"
#include "kernel/proof/shot.h"

enum { REQUEST_LOOKS = 1000 };

#define REQUEST_PAUSE WAIT_MILLISECONDS(1) // between two requests

static enum result empty_injure(struct drill_run *run)
{
    host_slot_exchange(run->target->cpu, run->target->info.vector, NULL);
    return RESULT_OK;
}

static void empty_detect(struct drill_run *run)
{
    drill_audit(run, "interrupt_object");
}

static void empty_repair(struct drill_run *run)
{
    host_slot_exchange(run->target->cpu, run->target->info.vector, run->target->info.interrupt_object);
}

// The other CPUs idle at PASSIVE; the value written remains after the call interrupt.
static void priority_raise(void *context)
{
    host_irql_write(IRQL_DEVICE_HIGHEST);
}

static void priority_lower(void *context)
{
    host_irql_write(IRQL_PASSIVE);
}

static bool other_cpu(uint32_t *cpu)
{
    for (*cpu = 1; *cpu < cpu_total(); ++*cpu)
        if (cpu_get(*cpu)->state == CPU_ONLINE)
            return true;
    return false;
}

// Not on the boot CPU, which runs the drill. No drain may run while a CPU holds off the lowest level.
static enum result priority_injure(struct drill_run *run)
{
    uint32_t cpu;

    run->state[0] = run->target->cpu;
    run->state[1] = run->target->info.target_processor_set.mask;
    if (!other_cpu(&cpu)) {
        drill_say(run, "there is only one CPU");
        return RESULT_UNSUPPORTED;
    }
    if (run->target->cpu == 0) {
        enum result result = irq_route_cpu(run->target, cpu);
        if (result != RESULT_OK)
            return result;
    }
    return cpu_call(run->target->cpu, priority_raise, NULL);
}

// It has reached the CPU once its IRR bit is set, or once the message was taken.
static bool priority_await(const struct drill_run *run, uint64_t before)
{
    struct processor_view view;

    for (uint32_t look = 0; look < REQUEST_LOOKS; look++) {
        processor_view_take(run->target->cpu, &view);
        if (message_count_all(run->target) != before ||
            (view.result == RESULT_OK && interrupt_state_has(view.state.requested, run->target->info.vector)))
            return true;
        wait_pause(REQUEST_PAUSE);
    }
    return false;
}

static void priority_detect(struct drill_run *run)
{
    uint64_t before = message_count_all(run->target);

    if (shot_send(run->target) != RESULT_OK)
        return;
    if (!priority_await(run, before))
        drill_say(run, "the message did not reach the CPU within a second");
    else if (message_count_all(run->target) != before)
        drill_say(run, "the message was taken all the same");
    else
        drill_audit(run, "task_priority");
}

static void priority_repair(struct drill_run *run)
{
    struct group_affinity home = {cpu_group((uint32_t)run->state[0]), run->state[1]};
    enum result result = cpu_call(run->target->cpu, priority_lower, NULL);

    if (result == RESULT_OK)
        result = retarget_message(irq_vectors(), run->target, (uint32_t)run->state[0], home);
    run->is_repaired = result == RESULT_OK;
}

const struct drill drill_empty_slot = {"empty_slot", "audit",      "the slot of its vector given to nobody",
                                       empty_injure, empty_detect, empty_repair};
const struct drill drill_task_priority = {"task_priority", "audit",         "its CPU raised above its level",
                                          priority_injure, priority_detect, priority_repair};
