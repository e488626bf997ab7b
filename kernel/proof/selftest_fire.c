// Self-test: every message that can be provoked arrives on the CPU in the table, as often as its driver declares, and
// nowhere else. The counts come from the slots of all CPUs, not from the record under test.

#include "kernel/console/console.h"
#include "kernel/console/progress.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/selftest.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/heap.h"

// Time for an excess delivery; longer than e1000e's moderation timer, which repeats a message.
#define SELFTEST_SETTLE WAIT_MICROSECONDS(500)

// The outcome of one message's shot.
struct selftest_outcome {
    enum result result;
    uint64_t right; // arrivals on the CPU in the table
    uint64_t wrong; // arrivals of the same vector on all others
};

static void selftest_fire_once(struct message *message, uint32_t deliveries, uint64_t *before,
                               struct selftest_outcome *outcome)
{
    uint32_t vector = message->info.vector;
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        before[cpu] = host_slot_count(cpu, vector);
    outcome->result = shot_fire(message, deliveries);
    wait_pause(SELFTEST_SETTLE);
    outcome->right = 0;
    outcome->wrong = 0;
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        uint64_t arrived = host_slot_count(cpu, vector) - before[cpu];
        *(cpu == message->cpu ? &outcome->right : &outcome->wrong) += arrived;
    }
}

// Returns whether the message passed; reports a failure.
static bool selftest_fire_message(struct selftest *test, struct message *message, uint32_t deliveries, uint64_t *before)
{
    struct selftest_outcome outcome;
    selftest_fire_once(message, deliveries, before, &outcome);
    if (outcome.result == RESULT_OK && outcome.right == deliveries && outcome.wrong == 0)
        return true;
    selftest_report(test, false, "fire", device_of(message->set),
                    "message %u: %s, %llu of %u on cpu %u, %llu elsewhere", message->index, result_name(outcome.result),
                    (unsigned long long)outcome.right, deliveries, message->cpu, (unsigned long long)outcome.wrong);
    return false;
}

// Why none of the set's messages could be fired.
static const char *selftest_fire_obstacle(const struct message_set *set)
{
    if (!device_of(set)->driver)
        return "no driver";
    if (set->is_inactive)
        return "its device is inactive";
    return device_of(set)->driver->fire ? "masked, or not by its driver" : "its driver fires none";
}

static void selftest_fire_set(struct selftest *test, struct message_set *set, uint64_t *before)
{
    uint32_t arrived = 0;
    uint32_t left_out = 0;
    message_for_each (set, message) {
        uint32_t deliveries;
        if (console_stop_asked())
            return;
        progress_show(test->fired++, message_total());
        if (message->masked || !shot_is_possible(message, &deliveries))
            left_out++;
        else if (selftest_fire_message(test, message, deliveries, before))
            arrived++;
        else
            return;
    }
    test->arrived += arrived;
    if (arrived)
        selftest_report(test, true, "fire", device_of(set), "%u messages arrived on their CPUs, %u cannot be fired now",
                        arrived, left_out);
    else
        selftest_skip(test, "fire", device_of(set), "none of %u messages can be fired: %s", left_out,
                      selftest_fire_obstacle(set));
}

void selftest_fire(struct selftest *test)
{
    uint64_t *before = heap_allocate((size_t)cpu_total() * sizeof(*before));
    if (!before) {
        selftest_report(test, false, "fire", NULL, "no memory for the counts");
        return;
    }
    if (!message_set_first())
        selftest_skip(test, "fire", NULL, "there are no messages");
    for (struct message_set *set = message_set_first(); set; set = set->next)
        selftest_fire_set(test, set, before);
    heap_free(before);
}
