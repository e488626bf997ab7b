// One output that reaches several: the serial port and the screen show the same. Every CPU may write at any IRQL, and
// each write arrives in one piece: a writer that finds the tee in use leaves its bytes for the one that uses it.
#ifndef KERNEL_OUTPUT_TEE_H
#define KERNEL_OUTPUT_TEE_H

#include "kernel/output.h"
#include "kernel/spinlock.h"

enum { OUTPUT_TEE_TARGETS = 4, OUTPUT_TEE_WAITING = 4096 };

struct output_tee {
    struct output output;
    struct output urgent; // straight to the targets, past whoever is writing: for panic
    struct output *targets[OUTPUT_TEE_TARGETS];
    uint32_t target_count;
    struct spinlock lock; // over what follows
    bool writing;
    size_t waiting_length;
    size_t dropped; // bytes that found no room to wait
    char waiting[OUTPUT_TEE_WAITING];
};

void output_tee_start(struct output_tee *tee);

// False when OUTPUT_TEE_TARGETS are there already. Boot CPU.
bool output_tee_add(struct output_tee *tee, struct output *target);

#endif
