// What an irq number stands for, as traces show it.
#ifndef KERNEL_TRACE_TRACE_NAME_H
#define KERNEL_TRACE_TRACE_NAME_H

#include "kernel/core/message.h"
#include "kernel/trace/trace_ring.h"

enum { TRACE_NAME_TEXT = 64 };

// The connected message of that number; NULL when there is none, or none any more. PASSIVE, or panic.
const struct message *trace_message(uint32_t number);

// One word, in `text`, which it answers: "nvme-0000:00:02.0-3", "pci-..." without driver, "irq-300" for a message that
// is gone; for the kernel's own vectors what stands in the slot of the CPU now, blanks as underscores.
const char *trace_name(uint32_t number, uint32_t cpu, char text[TRACE_NAME_TEXT]);

// What an interrupt that nobody owned probably was: an enum unknown_class, or TRACE_UNCLASSIFIED where nothing was kept
// of it. PASSIVE.
uint32_t trace_class(uint32_t cpu, uint32_t vector);
const char *trace_class_name(uint32_t class);

// "connect", "retarget", "drain", "disconnect"; NULL for what is no route.
const char *trace_action_name(enum trace_kind kind);

// The name of a message that is connected.
const char *trace_name_of(const struct message *message, char text[TRACE_NAME_TEXT]);

#endif
