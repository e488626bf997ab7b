// All drills; kernel/drill/drill.c lists them in order.
#ifndef KERNEL_DRILL_DRILLS_H
#define KERNEL_DRILL_DRILLS_H

#include "kernel/drill/drill.h"

// drill_entry.c: the message's entry at the device.
extern const struct drill drill_corrupt_entry;
extern const struct drill drill_wrong_apic_id;
extern const struct drill drill_entry_mask;
extern const struct drill drill_forged_message;
extern const struct drill drill_stray_vector;

// drill_function.c: the function and the bridge above it.
extern const struct drill drill_function_mask;
extern const struct drill drill_msix_disabled;
extern const struct drill drill_bus_master;
extern const struct drill drill_bridge;
extern const struct drill drill_memory_decode;

// drill_processor.c: the CPU the message is routed to.
extern const struct drill drill_empty_slot;
extern const struct drill drill_task_priority;

// drill_load.c: a storm, and no free vectors.
extern const struct drill drill_storm;
extern const struct drill drill_exhausted_vectors;

#endif
