// Moves a message to another CPU and back; takes a CPU offline and online.

#include "kernel/bench/bench_move.h"
#include "kernel/bench/bench_place.h"
#include "kernel/core/host.h"
#include "kernel/core/irq_move.h"
#include "kernel/runtime/heap.h"

enum { MOVES = 200, OFFLINES = 5 };

// The last online CPU that takes messages; the calling one when there is no other.
static uint32_t last_cpu(void)
{
    uint32_t last = host_cpu_current();

    for (uint32_t i = 0; i < cpu_total(); i++)
        if (i != host_cpu_current() && cpu_get(i)->state == CPU_ONLINE)
            last = i;
    return last;
}

// A maskable message moves by the ordinary protocol.
static struct message *find_maskable(void)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        if (set->source->kind == MESSAGE_MSIX && !set->is_silent && !set->is_inactive && !set->messages[0].masked)
            return &set->messages[set->message_count - 1];
    return NULL;
}

struct trip {
    struct message *message;
    uint32_t cpu;
};

static enum result move(void *context)
{
    const struct trip *trip = context;

    return irq_route_cpu(trip->message, trip->cpu);
}

enum result bench_move_retarget(struct bench_run *run)
{
    struct message *message = find_maskable();
    struct bench_place place;
    uint32_t other = last_cpu();

    if (other == host_cpu_current())
        return bench_refuse(run, "a move takes two processors");
    if (!message)
        return bench_refuse(run, "no MSI-X message is connected");
    run->limit = MOVES;
    struct trip home = {message, host_cpu_current()};
    enum result result = bench_place_move(&place, message, other);
    while (result == RESULT_OK && bench_wants_more(run)) {
        result = bench_add_call(run, move, &home);
        if (result == RESULT_OK)
            result = irq_route_cpu(message, other);
    }
    enum result restored = bench_place_restore(&place);
    return result == RESULT_OK ? restored : result;
}

// All messages of one CPU.
struct census {
    uint32_t cpu;
    uint32_t count;
    struct bench_place *places;
};

static enum result census_take(struct census *census)
{
    census->places = heap_allocate(message_total() * sizeof(census->places[0]));
    if (!census->places)
        return RESULT_NO_MEMORY;
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            if (message->cpu == census->cpu)
                census->places[census->count++] =
                    (struct bench_place){message, message->cpu, message->info.target_processor_set};
    return RESULT_OK;
}

static enum result census_restore(const struct census *census)
{
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < census->count && result == RESULT_OK; i++)
        result = bench_place_restore(&census->places[i]);
    return result;
}

struct leave {
    uint32_t cpu;
    char refusal[IRQ_REFUSAL_LENGTH];
};

static enum result go(void *context)
{
    struct leave *leave = context;

    return irq_cpu_offline(leave->cpu, leave->refusal);
}

static enum result offline_rounds(struct bench_run *run, const struct census *census)
{
    struct leave leave = {.cpu = census->cpu};
    enum result result = RESULT_OK;

    run->detail = census->count;
    run->detail_name = "messages";
    run->limit = OFFLINES;
    while (result == RESULT_OK && bench_wants_more(run)) {
        result = bench_add_call(run, go, &leave);
        if (result == RESULT_BUSY || result == RESULT_NO_VECTORS)
            return bench_refuse(run, "%.80s", leave.refusal);
        if (result == RESULT_OK)
            result = irq_cpu_online(census->cpu);
        if (result == RESULT_OK)
            result = census_restore(census);
    }
    return result;
}

enum result bench_move_offline(struct bench_run *run)
{
    struct census census = {.cpu = last_cpu()};

    if (census.cpu == host_cpu_current())
        return bench_refuse(run, "the only processor cannot go offline");
    enum result result = census_take(&census);
    if (result != RESULT_OK)
        return result;
    result = offline_rounds(run, &census);
    heap_free(census.places);
    return result;
}
