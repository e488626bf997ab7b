// Events as JSON objects.

#include "kernel/trace/trace_json.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_name.h"

static void write_message(struct output *out, const struct message *message)
{
    const struct device *device = device_of(message->set);
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, out, "trace_message");
    json_number(&json, "irq", message->number);
    json_string(&json, "bdf", pci_address_format(device->address, address));
    json_number(&json, "index", message->index);
    json_string(&json, "driver", device->driver ? device->driver->name : NULL);
    json_number(&json, "cpu", message->cpu);
    json_number(&json, "vector", message->info.vector);
    json_line_end(&json);
}

void trace_json_map(struct output *out)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            write_message(out, message);
}

static void write_place(struct json *json, const char *key, uint32_t place)
{
    if (place == TRACE_PLACE_NONE) {
        json_null(json, key);
        return;
    }
    json_object_begin(json, key);
    json_number(json, "cpu", place >> 8);
    json_number(json, "vector", place & 0xff);
    json_object_end(json);
}

static void write_fields(struct json *json, const struct trace_event *event)
{
    char name[TRACE_NAME_TEXT];

    switch (event->kind) {
    case TRACE_ENTRY:
        json_string(json, "event", "irq_handler_entry");
        json_number(json, "irq", event->number);
        json_string(json, "name", trace_name(event->number, event->cpu, name));
        break;
    case TRACE_EXIT:
        json_string(json, "event", "irq_handler_exit");
        json_number(json, "irq", event->number);
        json_bool(json, "handled", event->detail);
        break;
    case TRACE_SPURIOUS:
        json_string(json, "event", "irq_spurious");
        json_number(json, "vector", event->vector);
        break;
    case TRACE_UNKNOWN:
        json_string(json, "event", "irq_unknown");
        json_number(json, "vector", event->vector);
        json_string(json, "class", trace_class_name(event->detail));
        break;
    case TRACE_MASK:
        json_string(json, "event", "irq_mask");
        json_number(json, "irq", event->number);
        json_bool(json, "masked", event->detail);
        break;
    case TRACE_CONNECT:
    case TRACE_RETARGET:
    case TRACE_DRAIN:
    case TRACE_DISCONNECT:
        json_string(json, "event", "irq_route");
        json_number(json, "irq", event->number);
        json_string(json, "action", trace_action_name(event->kind));
        write_place(json, "old", event->old_place);
        write_place(json, "new", event->new_place);
        break;
    case TRACE_PLACES:
    case TRACE_KIND_COUNT:
        break;
    }
}

void trace_json_event(struct output *out, const struct trace_event *event)
{
    struct json json;

    json_line_begin(&json, out, "trace_event");
    json_number(&json, "time_ns", clock_nanoseconds_at(event->cycles));
    json_number(&json, "cpu", event->cpu);
    write_fields(&json, event);
    json_line_end(&json);
}

void trace_json_end(struct output *out, uint64_t events)
{
    struct json json;

    json_line_begin(&json, out, "trace_dump_summary");
    json_number(&json, "events", events);
    json_line_end(&json);
}
