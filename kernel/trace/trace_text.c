// Events as lines of ftrace text.

#include "kernel/trace/trace_text.h"
#include "kernel/core/cpu.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_name.h"

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)

// A place in a route event: "1:0x50", "-".
enum { PLACE_TEXT = 24 };

static void write_message(struct output *out, const struct message *message)
{
    const struct device *device = device_of(message->set);
    char address[DEVICE_ADDRESS_TEXT];

    output_format(out, "# message irq=%u bdf=%s index=%u driver=%s cpu=%u vector=0x%x\n", message->number,
                  pci_address_format(device->address, address), message->index,
                  device->driver ? device->driver->name : "pci", message->cpu, message->info.vector);
}

static void write_cpu(struct output *out, const struct cpu *cpu)
{
    struct trace_counts counts = trace_counts(cpu->number);

    output_format(out, "# cpu %u: recorded %llu kept %llu lost %llu\n", cpu->number,
                  (unsigned long long)counts.recorded, (unsigned long long)counts.kept,
                  (unsigned long long)counts.lost);
    if (cpu->number && cpu->state == CPU_ONLINE)
        output_format(out, "# clock of cpu %u: %lld to %lld cycles ahead of cpu 0's, %lld taken off\n", cpu->number,
                      (long long)cpu->clock_lowest, (long long)cpu->clock_highest, (long long)cpu_clock_ahead(cpu));
}

void trace_text_header(struct output *out)
{
    output_format(out, "# tracer: nop\n");
    output_format(out, "# time: seconds since the kernel was entered, from the time-stamp counter at %llu Hz\n",
                  (unsigned long long)clock_frequency());
    for (const struct message_set *set = message_set_first(); set; set = set->next) {
        for (uint32_t i = 0; i < set->message_count; i++)
            write_message(out, &set->messages[i]);
    }
    for (uint32_t i = 0; i < cpu_total(); i++)
        write_cpu(out, cpu_get(i));
    output_format(out, "#%15s-%-7s %-5s %s %20s: %s\n", "TASK", "PID", "CPU#", "FLAG", "TIMESTAMP", "FUNCTION");
}

// Everything up to the event's name. "d.h.": interrupts off, in a hard interrupt; a route changes in ordinary code.
static void write_prefix(struct output *out, const struct trace_event *event, const char *task, uint32_t process,
                         const char *flags)
{
    uint64_t time = clock_nanoseconds_at(event->cycles);

    output_format(out, "%16s-%-5u [%03u] %s %llu.%09llu: ", task, process, event->cpu, flags,
                  (unsigned long long)(time / NANOSECONDS_PER_SECOND),
                  (unsigned long long)(time % NANOSECONDS_PER_SECOND));
}

static const char *place_text(uint32_t place, char text[PLACE_TEXT])
{
    if (place == TRACE_PLACE_NONE)
        format_text(text, PLACE_TEXT, "-");
    else
        format_text(text, PLACE_TEXT, "%u:0x%02x", place >> 8, place & 0xff);
    return text;
}

static void write_route(struct output *out, const struct trace_event *event)
{
    char old_text[PLACE_TEXT], new_text[PLACE_TEXT];

    output_format(out, "irq_route: irq=%u action=%s old=%s new=%s\n", event->number, trace_action_name(event->kind),
                  place_text(event->old_place, old_text), place_text(event->new_place, new_text));
}

static void write_event(struct output *out, const struct trace_event *event)
{
    char name[TRACE_NAME_TEXT];

    switch (event->kind) {
    case TRACE_ENTRY:
        output_format(out, "irq_handler_entry: irq=%u name=%s\n", event->number,
                      trace_name(event->number, event->cpu, name));
        break;
    case TRACE_EXIT:
        output_format(out, "irq_handler_exit: irq=%u ret=%s\n", event->number, event->detail ? "handled" : "unhandled");
        break;
    case TRACE_SPURIOUS:
        output_format(out, "irq_spurious: vector=0x%02x\n", event->vector);
        break;
    case TRACE_UNKNOWN:
        output_format(out, "irq_unknown: vector=0x%02x class=%s\n", event->vector, trace_class_name(event->detail));
        break;
    case TRACE_MASK:
        output_format(out, "irq_mask: irq=%u masked=%u\n", event->number, event->detail);
        break;
    case TRACE_CONNECT:
    case TRACE_RETARGET:
    case TRACE_DRAIN:
    case TRACE_DISCONNECT:
        write_route(out, event);
        break;
    case TRACE_PLACES:
    case TRACE_KIND_COUNT:
        break;
    }
}

void trace_text_event(struct output *out, const struct trace_event *event)
{
    bool is_ordinary = event->kind == TRACE_MASK || trace_action_name(event->kind);

    write_prefix(out, event, "<idle>", 0, is_ordinary ? "...." : "d.h.");
    write_event(out, event);
}

// Slices nest within a thread's track, interrupts of different CPUs do not: each CPU is shown as a thread.
bool trace_text_mark(struct output *out, const struct trace_event *event)
{
    char name[TRACE_NAME_TEXT], task[16];
    uint32_t thread = event->cpu + 1;

    if (event->kind != TRACE_ENTRY && event->kind != TRACE_EXIT)
        return false;
    format_text(task, sizeof(task), "cpu%u", event->cpu);
    write_prefix(out, event, task, thread, "d.h.");
    if (event->kind == TRACE_ENTRY)
        output_format(out, "tracing_mark_write: B|%u|%s\n", thread, trace_name(event->number, event->cpu, name));
    else
        output_format(out, "tracing_mark_write: E|%u\n", thread);
    return true;
}

void trace_text_end(struct output *out, uint64_t events)
{
    output_format(out, "# trace end: %llu events\n", (unsigned long long)events);
}
