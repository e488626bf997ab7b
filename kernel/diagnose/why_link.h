// The form of a link: reads its part of the route, describes it, returns whether it is intact.
#ifndef KERNEL_DIAGNOSE_WHY_LINK_H
#define KERNEL_DIAGNOSE_WHY_LINK_H

#include "kernel/diagnose/route_view.h"
#include "kernel/diagnose/why.h"
#include "kernel/lib/output.h"

// The whole route as one look read it.
struct why_view {
    const struct message *message;
    const struct message_set *set;
    struct function_view function;
    struct route_view route;
    struct processor_view processor;
    bool is_pending;          // at the device, at every look, and no interrupt came
    bool is_taken_in_service; // in service at every look, and no interrupt came
    bool is_request_stuck;    // requested at every look, and no interrupt came
    bool is_held_off;         // the processor priority was at or above the message's level at every look
};

enum { WHY_FOR_MSIX = 1 << MESSAGE_MSIX, WHY_FOR_MSI = 1 << MESSAGE_MSI, WHY_FOR_LINE = 1 << MESSAGE_LINE };
enum { WHY_FOR_MESSAGES = WHY_FOR_MSIX | WHY_FOR_MSI, WHY_FOR_ALL = WHY_FOR_MESSAGES | WHY_FOR_LINE };

// What must have been read before a link can be judged.
enum why_needs {
    WHY_NEEDS_NOTHING,
    WHY_NEEDS_FUNCTION,  // the function's own registers
    WHY_NEEDS_ENTRY,     // the message's entry in its source
    WHY_NEEDS_PROCESSOR, // the processor's local APIC
};

struct why_check {
    const char *name;
    uint32_t kinds;
    enum why_needs needs;
    bool (*look)(const struct why_view *view, struct output *detail);
};

struct why_table {
    const struct why_check *checks;
    uint32_t count;
};

extern const struct why_table why_device_table; // from the function to the root bus, and the entry
extern const struct why_table why_cpu_table;    // from the message on its way to the service routine

// Formats the detail and returns `is_ok`: the last line of most links.
bool why_say(struct output *detail, bool is_ok, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
