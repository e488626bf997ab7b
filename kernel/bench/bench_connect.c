// Disconnects a device's messages, connects others, and restores the driver's.

#include "kernel/bench/bench_connect.h"
#include "kernel/core/irq.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/page.h"

enum { MESSAGES_IN_ALL = 8192, ROUNDS_AT_LEAST = 5, ROUNDS_AT_MOST = 100 }; // the more messages, the fewer rounds
enum { WEIGHED_AT_LEAST = 64 }; // with fewer, partly used pages outweigh the messages

// A message before the measurement.
struct item {
    struct group_affinity allowed;
    bool masked;
};

// A set before the measurement, to restore it.
struct inventory {
    struct irq_request request;
    uint32_t *cpus;
    struct item *items;
};

// Meanwhile all messages are connected under another driver's name: the device must be quiet, or its messages are lost.
static bool stray_routine(const struct interrupt *self)
{
    return false;
}

static bool can_lend(const struct device *device)
{
    const struct message_set *set = device->irq.messages;

    return set && device->driver && device->driver->rests && set->source->kind == MESSAGE_MSIX && !set->is_silent &&
           !set->is_inactive && !set->lock;
}

static struct device *find_largest(void)
{
    struct device *found = NULL;

    device_for_each (device)
        if (can_lend(device) && (!found || device->msix.table_size > found->msix.table_size))
            found = device;
    return found;
}

static void inventory_free(const struct inventory *inventory)
{
    heap_free(inventory->cpus);
    heap_free(inventory->items);
}

static enum irq_priority priority_of(const struct message_set *set)
{
    for (uint32_t i = 0; i < IRQ_PRIORITY_COUNT; i++) {
        struct irql_band band = policy_band((enum irq_priority)i);
        if (band.lowest == set->band.lowest && band.highest == set->band.highest)
            return (enum irq_priority)i;
    }
    return IRQ_PRIORITY_NORMAL;
}

static enum result inventory_take(struct inventory *inventory, struct message_set *set)
{
    uint32_t count = set->message_count;

    *inventory = (struct inventory){
        .request = {.device = set->device,
                    .routine = set->messages[0].objects[0].service,
                    .context = set->messages[0].objects[0].context,
                    .minimum = count,
                    .maximum = set->entry_count,
                    .policy = set->policy,
                    .priority = priority_of(set)},
        .cpus = heap_allocate(set->entry_count * sizeof(inventory->cpus[0])),
        .items = heap_allocate(count * sizeof(inventory->items[0])),
    };
    if (!inventory->cpus || !inventory->items) {
        inventory_free(inventory);
        return RESULT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < set->entry_count; i++)
        inventory->cpus[i] = set->messages[i < count ? i : 0].cpu;
    message_for_each (set, message)
        inventory->items[message->index] = (struct item){message->info.target_processor_set, message->masked};
    inventory->request.message_cpus = inventory->cpus;
    return RESULT_OK;
}

// Restores its CPU and its allowed set.
static enum result inventory_give(const struct inventory *inventory)
{
    struct irq_grant grant;
    enum result result = irq_connect(&inventory->request, &grant);

    for (uint32_t i = 0; result == RESULT_OK && i < inventory->request.minimum; i++) {
        struct message *message = &grant.messages->messages[i];
        const struct item *item = &inventory->items[i];
        result = retarget_message(irq_vectors(), message, inventory->cpus[i], item->allowed);
        if (result == RESULT_OK && item->masked)
            result = irq_mask(message, true);
    }
    return result;
}

static enum result connect(void *context)
{
    struct irq_grant grant;

    return irq_connect(context, &grant);
}

// Memory per message, from the pages used with all messages connected.
static void weigh(struct bench_run *run, uint64_t pages_before)
{
    if (run->parameter < WEIGHED_AT_LEAST)
        return;
    run->detail = (pages_before - page_free_total()) * PAGE_SIZE / run->parameter;
    run->detail_name = "bytes";
}

static enum result rounds(struct bench_run *run, struct device *device)
{
    struct irq_request request = {.device = &device->irq,
                                  .routine = stray_routine,
                                  .minimum = run->parameter,
                                  .maximum = run->parameter};
    uint32_t count = MESSAGES_IN_ALL / run->parameter;
    uint64_t pages = page_free_total();
    enum result result = RESULT_OK;

    count = count < ROUNDS_AT_LEAST ? ROUNDS_AT_LEAST : count > ROUNDS_AT_MOST ? ROUNDS_AT_MOST : count;
    run->divisor = run->parameter;
    run->limit = count < run->limit ? count : run->limit;
    while (result == RESULT_OK && bench_wants_more(run)) {
        result = bench_add_call(run, connect, &request);
        if (result != RESULT_OK)
            return result;
        if (run->count == 1)
            weigh(run, pages);
        result = irq_disconnect(device->irq.messages);
    }
    return result;
}

enum result bench_connect(struct bench_run *run)
{
    struct device *device = find_largest();
    struct inventory inventory;

    if (!device)
        return bench_refuse(run, "no device here lends its MSI-X messages");
    uint32_t free = vector_matrix_free_total(irq_vectors()) + device->irq.messages->message_count,
             spare = device_total();
    if (device->irq.messages->source->capacity < run->parameter)
        return bench_refuse(run, "no device here has more than %u messages to lend",
                            device->irq.messages->source->capacity);
    if (free < run->parameter + spare)
        return bench_refuse(run, "%u vectors free on all processors", free);
    enum result result = inventory_take(&inventory, device->irq.messages);
    if (result != RESULT_OK)
        return result;
    result = irq_disconnect(device->irq.messages);
    if (result == RESULT_OK) {
        result = rounds(run, device);
        enum result given = device->irq.messages ? irq_disconnect(device->irq.messages) : RESULT_OK;
        if (given == RESULT_OK)
            given = inventory_give(&inventory);
        result = result == RESULT_OK ? given : result;
    }
    inventory_free(&inventory);
    return result;
}
