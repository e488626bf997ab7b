// Reads a function, a message's entry, CPU and vector, and a processor.

#include "kernel/diagnose/route_view.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/diagnose/inspect.h"
#include "kernel/inventory/device.h"

static bool bridge_passes_memory(const struct device *bridge)
{
    struct device_reading reading;

    bridge->read(bridge, &reading);
    return reading.is_present && reading.power_state == 0 && reading.memory_decode;
}

// A bridge's parent is on a lower bus, so the walk ends.
void function_view_take(const struct device *device, struct function_view *view)
{
    *view = (struct function_view){.device = device, .memory_passes = true};
    device->read(device, &view->reading);
    for (const struct device *bridge = device_parent(device); bridge; bridge = device_parent(bridge))
        view->memory_passes = view->memory_passes && bridge_passes_memory(bridge);
}

// An MSI-X table needs memory decoding and D0; a capability can be read in any power state; an IOAPIC is not part of
// the function.
static bool source_is_reachable(const struct message_set *set, const struct function_view *function)
{
    const struct device_reading *reading = &function->reading;

    if (set->is_inactive)
        return false;
    if (set->source->kind == MESSAGE_LINE)
        return true;
    if (set->source->kind == MESSAGE_MSI)
        return reading->is_present;
    return reading->is_present && reading->power_state == 0 && reading->memory_decode && function->memory_passes;
}

void entry_view_take(const struct message_set *set, uint32_t entry, const struct function_view *function,
                     struct route_view *view)
{
    struct message_source *source = set->source;

    *view = (struct route_view){.is_reachable = source_is_reachable(set, function)};
    if (!view->is_reachable)
        return;
    view->words_result = source->operations->read(source, entry, &view->words);
    view->status_result = source->operations->status(source, entry, &view->masked, &view->pending);
    view->detail_result = source->operations->detail(source, entry, &view->detail);
}

void route_view_take(const struct message *message, const struct function_view *function, struct route_view *view)
{
    uint32_t cpu = message->cpu, vector = message->info.vector;

    entry_view_take(message->set, message->index, function, view);
    view->message = message;
    view->owner = message->published;
    if (cpu >= cpu_total() || vector >= VECTOR_COUNT)
        return;
    view->vector = vector_matrix_state(irq_vectors(), cpu, vector);
    view->gate_is_ours = inspect_gate_is_ours(cpu, vector);
    view->slot = host_slot_read(cpu, vector);
}

void processor_view_take(uint32_t cpu, struct processor_view *view)
{
    view->cpu = cpu;
    view->result = interrupt_state_of(cpu, &view->state);
}
