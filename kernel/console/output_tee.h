// One output that reaches several: the serial port and the screen show the same. Every CPU may write at any IRQL, and
// each write arrives in one piece: a writer that finds the tee in use leaves its bytes for the one that uses it. Under
// what is written may stand one line of status, which goes before anything else comes.
#ifndef KERNEL_CONSOLE_OUTPUT_TEE_H
#define KERNEL_CONSOLE_OUTPUT_TEE_H

#include "kernel/core/spinlock.h"
#include "kernel/lib/output.h"

enum { OUTPUT_TEE_TARGETS = 4, OUTPUT_TEE_WAITING = 4096, OUTPUT_TEE_STATUS = 79 }; // the last: columns

struct output_tee {
    struct output output;
    struct output urgent; // straight to the targets, past whoever is writing: for panic
    struct output status; // each write is a new status in place of the old one, "" for none; not shown over a writer
    struct output *targets[OUTPUT_TEE_TARGETS];
    uint32_t target_count;
    struct spinlock lock; // over what follows
    bool writing;
    size_t waiting_length;
    size_t dropped;        // bytes that found no room to wait
    uint32_t status_width; // columns to clear; the writer's
    char waiting[OUTPUT_TEE_WAITING];
};

void output_tee_start(struct output_tee *tee);

// False when OUTPUT_TEE_TARGETS are there already. Boot CPU.
bool output_tee_add(struct output_tee *tee, struct output *target);

#endif
