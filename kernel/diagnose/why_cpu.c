// The links behind the device: the message's destination, its processor, slot and routine.

#include "kernel/core/interrupt_lock.h"
#include "kernel/diagnose/inspect.h"
#include "kernel/diagnose/why_link.h"
#include "kernel/inventory/remap_unit.h"

static const struct cpu *cpu_of_apic_id(struct apic_id id)
{
    for (uint32_t i = 0; i < cpu_total(); i++)
        if (cpu_get(i)->apic_id.value == id.value)
            return cpu_get(i);
    return NULL;
}

static bool has_words(const struct why_view *view, struct output *detail)
{
    enum result result = view->route.words_result;

    return result == RESULT_OK || why_say(detail, false, "cannot be read: %s", result_name(result));
}

static bool address_explain(const struct why_view *view, struct output *detail)
{
    unsigned long long address = view->route.words.address.address;
    struct message_target target;
    enum result result = inspect_message_decode(view->route.words, &target);

    if (result == RESULT_UNSUPPORTED)
        return why_say(detail, false, "address 0x%llx names an entry of a remapping table", address);
    if (result != RESULT_OK)
        return why_say(detail, false, "address 0x%llx is none of an interrupt: the write goes elsewhere", address);
    const struct cpu *cpu = cpu_of_apic_id(target.apic_id);
    if (!cpu)
        return why_say(detail, false, "address 0x%llx names APIC ID %u, which no processor has", address,
                       target.apic_id.value);
    if (cpu->number != view->message->cpu)
        return why_say(detail, false, "address 0x%llx leads to cpu %u, the record to cpu %u", address, cpu->number,
                       view->message->cpu);
    return why_say(detail, false, "address 0x%llx, the record has 0x%llx", address,
                   (unsigned long long)view->message->info.message_address.address);
}

static bool link_address(const struct why_view *view, struct output *detail)
{
    const struct cpu *cpu = cpu_get(view->message->cpu);

    if (!has_words(view, detail))
        return false;
    if (view->route.words.address.address != view->message->info.message_address.address)
        return address_explain(view, detail);
    return why_say(detail, true, "0x%llx: cpu %u, APIC ID %u", (unsigned long long)view->route.words.address.address,
                   view->message->cpu, cpu ? cpu->apic_id.value : 0);
}

static bool data_explain(const struct why_view *view, struct output *detail)
{
    uint32_t data = view->route.words.data;
    struct message_target target;

    if (inspect_message_decode(view->route.words, &target) != RESULT_OK)
        return why_say(detail, false, "data 0x%x, the record has 0x%x", data, view->message->info.message_data);
    if (!target.is_plain)
        return why_say(detail, false, "data 0x%x is no fixed, edge-triggered interrupt", data);
    return why_say(detail, false, "data 0x%x is vector 0x%02x, the record's is 0x%02x", data, target.vector,
                   view->message->info.vector);
}

static bool link_data(const struct why_view *view, struct output *detail)
{
    if (!has_words(view, detail))
        return false;
    if (view->route.words.data != view->message->info.message_data)
        return data_explain(view, detail);
    return why_say(detail, true, "0x%x: vector 0x%02x", view->route.words.data, view->message->info.vector);
}

// Messages are in compatibility format, which a remapping unit that is on may block; a unit that let a message pass
// does not block it.
static bool link_remapping(const struct why_view *view, struct output *detail)
{
    if (message_count_all(view->message))
        return why_say(detail, true, "messages have passed");
    for (uint32_t i = 0; i < remap_unit_total(); i++) {
        const struct remap_unit *unit = remap_unit_get(i);
        if (unit->answers && unit->is_on)
            return why_say(detail, false,
                           "interrupt remapping is on in the %s unit at 0x%llx: it may block the message", unit->kind,
                           (unsigned long long)unit->base.address);
    }
    return why_say(detail, true, "no remapping unit is on");
}

static bool link_processor(const struct why_view *view, struct output *detail)
{
    const struct cpu *cpu = cpu_get(view->message->cpu);

    if (!cpu)
        return why_say(detail, false, "there is no cpu %u", view->message->cpu);
    if (cpu->state != CPU_ONLINE)
        return why_say(detail, false, "cpu %u is %s", cpu->number, cpu_state_name(cpu->state));
    if (view->processor.result != RESULT_OK)
        return why_say(detail, false, "cpu %u does not answer: %s", cpu->number, result_name(view->processor.result));
    return why_say(detail, true, "cpu %u is online and answers", cpu->number);
}

static bool link_local_apic(const struct why_view *view, struct output *detail)
{
    const struct interrupt_state *state = &view->processor.state;
    const struct cpu *cpu = cpu_get(view->message->cpu);

    if (!state->enabled)
        return why_say(detail, false, "the local APIC of cpu %u is disabled", view->message->cpu);
    if (cpu && state->apic_id.value != cpu->apic_id.value)
        return why_say(detail, false, "the local APIC of cpu %u has ID %u, the message names %u", cpu->number,
                       state->apic_id.value, cpu->apic_id.value);
    return why_say(detail, true, "enabled, ID %u", state->apic_id.value);
}

static bool link_task_priority(const struct why_view *view, struct output *detail)
{
    enum irql found = view->processor.state.task_priority, own = irql_of_vector(view->message->info.vector);

    if (found >= own)
        return why_say(detail, false, "task priority %u on cpu %u holds off everything up to vector 0x%02x", found,
                       view->message->cpu, found * VECTOR_ROW + VECTOR_ROW - 1);
    return why_say(detail, true, "%u, the message's level is %u", found, own);
}

static bool link_in_service(const struct why_view *view, struct output *detail)
{
    uint32_t vector = view->message->info.vector;

    if (view->is_taken_in_service)
        return why_say(detail, false, "vector 0x%02x is in service on cpu %u and does not end", vector,
                       view->message->cpu);
    if (view->is_held_off)
        return why_say(detail, false, "an interrupt of level %u or above is in service on cpu %u and does not end",
                       irql_of_vector(vector), view->message->cpu);
    return why_say(detail, true, "nothing that holds it off");
}

static bool link_request(const struct why_view *view, struct output *detail)
{
    if (view->is_request_stuck)
        return why_say(detail, false, "vector 0x%02x is requested on cpu %u and is not taken",
                       view->message->info.vector, view->message->cpu);
    return why_say(detail, true, "nothing waits at the local APIC");
}

static bool link_gate(const struct why_view *view, struct output *detail)
{
    uint32_t cpu = view->message->cpu, vector = view->message->info.vector;

    if (view->processor.result == RESULT_OK && !view->processor.state.table_loaded)
        return why_say(detail, false, "cpu %u has another interrupt table loaded", cpu);
    if (!view->route.gate_is_ours)
        return why_say(detail, false, "the interrupt table of cpu %u does not lead to the stub of vector 0x%02x", cpu,
                       vector);
    return why_say(detail, true, "leads to the stub of vector 0x%02x", vector);
}

static bool link_slot(const struct why_view *view, struct output *detail)
{
    uint32_t cpu = view->message->cpu, vector = view->message->info.vector;

    if (!view->route.slot)
        return why_say(detail, false,
                       "the slot of cpu %u vector 0x%02x is nobody's: an interrupt is counted as unknown", cpu, vector);
    if (view->route.slot != view->route.owner)
        return why_say(detail, false, "the slot of cpu %u vector 0x%02x holds another object", cpu, vector);
    return why_say(detail, true, "cpu %u vector 0x%02x holds the message's object", cpu, vector);
}

// The object before the last move differs only in level: whether the message is connected is checked against both.
static bool link_routine(const struct why_view *view, struct output *detail)
{
    const struct message *message = view->message;
    const struct interrupt *object = message->info.interrupt_object;
    const struct interrupt *other = &message->objects[object == &message->objects[0] ? 1 : 0];
    service_routine *wanted = view->set->lock ? interrupt_lock_routine : other->service;

    if (!object->routine || !object->service)
        return why_say(detail, false, "the interrupt object has no service routine");
    if (object->routine != wanted || object->service != other->service || object->context != other->context)
        return why_say(detail, false, "the interrupt object does not lead to the routine that was connected");
    return why_say(detail, true, "at 0x%llx, %llu interrupts so far", (unsigned long long)(uintptr_t)object->service,
                   (unsigned long long)message_count_all(message));
}

static const struct why_check cpu_checks[] = {
    {"message_address", WHY_FOR_ALL, WHY_NEEDS_ENTRY, link_address},
    {"message_data", WHY_FOR_ALL, WHY_NEEDS_ENTRY, link_data},
    {"remapping", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_remapping},
    {"processor", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_processor},
    {"local_apic", WHY_FOR_ALL, WHY_NEEDS_PROCESSOR, link_local_apic},
    {"task_priority", WHY_FOR_ALL, WHY_NEEDS_PROCESSOR, link_task_priority},
    {"in_service", WHY_FOR_ALL, WHY_NEEDS_PROCESSOR, link_in_service},
    {"request", WHY_FOR_ALL, WHY_NEEDS_PROCESSOR, link_request},
    {"gate", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_gate},
    {"slot", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_slot},
    {"service_routine", WHY_FOR_ALL, WHY_NEEDS_NOTHING, link_routine},
};
const struct why_table why_cpu_table = {cpu_checks, ARRAY_COUNT(cpu_checks)};
