// One output to several targets: the serial port and the screen show the same. Any CPU may write at any IRQL, and each
// write stays in one piece: while another writer uses the tee, the bytes wait and that writer outputs them. A status
// line may follow the text; it is removed before further text.
#ifndef KERNEL_CONSOLE_OUTPUT_TEE_H
#define KERNEL_CONSOLE_OUTPUT_TEE_H

#include "kernel/core/spinlock.h"
#include "kernel/lib/output.h"

enum { OUTPUT_TEE_TARGETS = 4, OUTPUT_TEE_WAITING = 4096, OUTPUT_TEE_STATUS = 79 }; // OUTPUT_TEE_STATUS: columns

struct output_tee {
    struct output output;
    struct output urgent; // directly to the targets, without waiting for a writer: for panic
    struct output status; // each write replaces the status, "" removes it; not shown while a writer is active
    struct output aside;  // to `aside_target` alone, in one piece; waits until the tee is free. PASSIVE
    struct output *targets[OUTPUT_TEE_TARGETS];
    struct output *aside_target; // NULL: what is written aside is dropped
    uint32_t target_count;
    struct spinlock lock; // protects the members below
    bool writing;
    size_t waiting_length;
    size_t dropped;        // bytes lost because the waiting buffer was full
    uint32_t status_width; // columns to clear; accessed by the writer only
    char waiting[OUTPUT_TEE_WAITING];
};

void output_tee_start(struct output_tee *tee);

// False when OUTPUT_TEE_TARGETS are attached. Boot CPU.
bool output_tee_add(struct output_tee *tee, struct output *target);

#endif
