// Names of irq numbers.

#include "kernel/trace/trace_name.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/unknown.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/vectors.h"

// Numbers are assigned in order, set after set.
const struct message *trace_message(uint32_t number)
{
    for (const struct message_set *set = message_set_first(); set; set = set->next) {
        uint32_t index = set->message_count ? number - set->messages[0].number : 0;
        if (index < set->message_count)
            return &set->messages[index];
    }
    return NULL;
}

const char *trace_name_of(const struct message *message, char text[TRACE_NAME_TEXT])
{
    const struct device *device = device_of(message->set);
    char address[DEVICE_ADDRESS_TEXT];

    format_text(text, TRACE_NAME_TEXT, "%s-%s-%u", device->driver ? device->driver->name : "pci",
                pci_address_format(device->address, address), message->index);
    return text;
}

static const char *system_name(uint32_t vector, uint32_t cpu)
{
    if (vector < VECTOR_DISPATCH)
        return "nmi";
    if (vector == VECTOR_SPURIOUS)
        return "spurious";
    const struct interrupt *object = host_slot_read(cpu, vector);
    return object && object->name ? object->name : "unowned";
}

const char *trace_name(uint32_t number, uint32_t cpu, char text[TRACE_NAME_TEXT])
{
    const struct message *message = trace_message(number);

    if (message)
        return trace_name_of(message, text);
    if (number < MESSAGE_NUMBER_FIRST)
        format_text(text, TRACE_NAME_TEXT, "%s", system_name(number, cpu));
    else
        format_text(text, TRACE_NAME_TEXT, "irq-%u", number);
    for (char *at = text; *at; at++)
        if (*at == ' ')
            *at = '_';
    return text;
}

uint32_t trace_class(uint32_t cpu, uint32_t vector)
{
    for (uint32_t i = 0; i < unknown_total(); i++) {
        struct unknown unknown = unknown_get(i);
        if (unknown.cpu == cpu && unknown.vector == vector)
            return unknown.class;
    }
    return TRACE_UNCLASSIFIED;
}

const char *trace_class_name(uint32_t class)
{
    return class < UNKNOWN_CLASS_COUNT ? unknown_class_name((enum unknown_class) class) : "unclassified";
}

const char *trace_action_name(enum trace_kind kind)
{
    static const char *const names[TRACE_KIND_COUNT] = {
        [TRACE_CONNECT] = "connect",
        [TRACE_RETARGET] = "retarget",
        [TRACE_DRAIN] = "drain",
        [TRACE_DISCONNECT] = "disconnect",
    };

    return names[kind];
}
