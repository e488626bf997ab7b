// Reads everything once, then checks link after link.

#include "kernel/diagnose/why.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/why_link.h"

enum { LOOKS = 10 };

#define LOOK_AGAIN_AFTER WAIT_MILLISECONDS(2)

bool why_say(struct output *detail, bool is_ok, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    output_format_list(detail, format, arguments);
    va_end(arguments);
    return is_ok;
}

static void look(const struct message *message, struct why_view *view)
{
    function_view_take(device_of(message->set), &view->function);
    route_view_take(message, &view->function, &view->route);
    processor_view_take(message->cpu, &view->processor);
}

// cpu_call() runs above all device levels and hides the priority from before: take the highest vector in service below
// it.
static enum irql level_in_service(const struct interrupt_state *state)
{
    for (uint32_t vector = VECTOR_DEVICE_END; vector-- > VECTOR_DEVICE_FIRST;)
        if (interrupt_state_has(state->in_service, vector))
            return irql_of_vector(vector);
    return IRQL_PASSIVE;
}

// A single look may show passing traffic.
static void look_at_traffic(const struct message *message, struct why_view *view)
{
    const struct interrupt_state *state = &view->processor.state;
    uint32_t vector = message->info.vector;
    bool has_state = view->processor.result == RESULT_OK && vector < VECTOR_COUNT;

    view->is_pending &= view->route.is_reachable && view->route.status_result == RESULT_OK && view->route.pending;
    view->is_taken_in_service &= has_state && interrupt_state_has(state->in_service, vector);
    view->is_request_stuck &= has_state && interrupt_state_has(state->requested, vector);
    view->is_held_off &= has_state && level_in_service(state) >= irql_of_vector(vector);
}

static bool sees_traffic(const struct why_view *view)
{
    return view->is_pending || view->is_taken_in_service || view->is_request_stuck || view->is_held_off;
}

static void look_often(const struct message *message, struct why_view *view)
{
    uint64_t before = message_count_all(message);
    bool is_stuck = true;

    view->is_pending = view->is_taken_in_service = view->is_request_stuck = view->is_held_off = true;
    for (uint32_t i = 0; i < LOOKS && is_stuck && sees_traffic(view); i++) {
        if (i)
            wait_pause(LOOK_AGAIN_AFTER);
        look(message, view);
        look_at_traffic(message, view);
        is_stuck = message_count_all(message) == before;
    }
    view->is_pending &= is_stuck;
    view->is_taken_in_service &= is_stuck;
    view->is_request_stuck &= is_stuck;
    view->is_held_off &= is_stuck;
}

// Why the link's registers were not read; NULL: they were.
static const char *obstacle(const struct why_view *view, enum why_needs needs)
{
    switch (needs) {
    case WHY_NEEDS_FUNCTION:
        return view->function.reading.is_present ? NULL : "not read: the function does not answer";
    case WHY_NEEDS_ENTRY:
        if (view->route.is_reachable)
            return NULL;
        return view->set->is_inactive ? "not read: the device is inactive" : "not read: it cannot be reached";
    case WHY_NEEDS_PROCESSOR:
        return view->processor.result == RESULT_OK ? NULL : "not read: the processor does not answer";
    case WHY_NEEDS_NOTHING:
        break;
    }
    return NULL;
}

static void link_look(struct why_link *link, const struct why_check *check, const struct why_view *view)
{
    const char *reason = obstacle(view, check->needs);
    struct output_buffer detail;

    output_buffer_start(&detail, link->detail, sizeof(link->detail));
    link->name = check->name;
    link->is_read = !reason;
    link->is_ok = reason ? why_say(&detail.output, false, "%s", reason) : check->look(view, &detail.output);
}

static void table_look(struct why *why, const struct why_table *table, const struct why_view *view)
{
    for (uint32_t i = 0; i < table->count && why->count < WHY_LINK_COUNT; i++) {
        const struct why_check *check = &table->checks[i];
        struct why_link *link = &why->links[why->count];
        if (!(check->kinds & BIT(view->set->source->kind)))
            continue;
        why->count++;
        link_look(link, check, view);
        if (link->is_read && !link->is_ok && !why->broken)
            why->broken = link;
    }
}

void why_explain(const struct message *message, struct why *why)
{
    struct why_view view = {.message = message, .set = message->set};

    *why = (struct why){.message = message};
    look_often(message, &view);
    table_look(why, &why_device_table, &view);
    table_look(why, &why_cpu_table, &view);
    if (why->broken)
        format_text(why->verdict, sizeof(why->verdict), "%s", why->broken->detail);
    else
        format_text(why->verdict, sizeof(why->verdict), "nothing is broken: %llu interrupts came so far",
                    (unsigned long long)message_count_all(message));
}
