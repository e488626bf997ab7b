// Names of irq numbers in traces.
#ifndef KERNEL_TRACE_TRACE_NAME_H
#define KERNEL_TRACE_TRACE_NAME_H

#include "kernel/core/message.h"
#include "kernel/trace/trace_ring.h"

enum { TRACE_NAME_TEXT = 64 };

// The connected message of that number; NULL when there is none now. PASSIVE, or panic.
const struct message *trace_message(uint32_t number);

// Writes one word to `text` and returns it: "nvme-0000:00:02.0-3", "pci-..." without driver, "irq-300" for a message
// that is no longer connected; for a kernel vector the name in the CPU's slot, blanks as underscores.
const char *trace_name(uint32_t number, uint32_t cpu, char text[TRACE_NAME_TEXT]);

// The probable cause of an unowned interrupt: an enum unknown_class, or TRACE_UNCLASSIFIED where no record of it was
// kept. PASSIVE.
uint32_t trace_class(uint32_t cpu, uint32_t vector);
const char *trace_class_name(uint32_t class);

// "connect", "retarget", "drain", "disconnect"; NULL for a kind that is not a route.
const char *trace_action_name(enum trace_kind kind);

// The name of a message that is connected.
const char *trace_name_of(const struct message *message, char text[TRACE_NAME_TEXT]);

#endif
