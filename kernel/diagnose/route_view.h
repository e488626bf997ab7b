// One message's route as the hardware has it at this moment: `audit` compares it with the record, `why` explains it.
// Reads only.
#ifndef KERNEL_DIAGNOSE_ROUTE_VIEW_H
#define KERNEL_DIAGNOSE_ROUTE_VIEW_H

#include "kernel/core/message.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/interrupt_state.h"
#include "kernel/inventory/device.h"

// A function, and whether its memory can be reached through the bridges above it.
struct function_view {
    const struct device *device;
    struct device_reading reading;
    bool memory_passes; // each bridge above is present, in D0, and decodes memory
};

// A message's entry in its source, and the CPU and vector it is routed to.
struct route_view {
    const struct message *message;
    bool is_reachable; // the source is programmed and readable; if false the next three are not filled in
    enum result words_result, status_result, detail_result;
    struct message_words words;
    bool masked, pending;
    struct message_detail detail;
    enum vector_state vector;      // of the CPU and vector that the record names
    bool gate_is_ours;             // of that vector
    const struct interrupt *slot;  // of that vector; NULL: empty
    const struct interrupt *owner; // the expected slot content
};

// A processor's own interrupt hardware. The state is valid only with RESULT_OK.
struct processor_view {
    uint32_t cpu;
    enum result result;
    struct interrupt_state state;
};

// All boot CPU, PASSIVE.
void function_view_take(const struct device *device, struct function_view *view);
void route_view_take(const struct message *message, const struct function_view *function, struct route_view *view);
void entry_view_take(const struct message_set *set, uint32_t entry, const struct function_view *function,
                     struct route_view *view); // an entry without a message: no place
void processor_view_take(uint32_t cpu, struct processor_view *view);

#endif
