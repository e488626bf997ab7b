// The cost of the boot, per stage.
#ifndef KERNEL_BENCH_BENCH_BOOT_H
#define KERNEL_BENCH_BENCH_BOOT_H

#include "kernel/bench/bench.h"

enum { BENCH_BOOT_STAGE_LIMIT = 32 };

// Records the clock reading at kernel entry. Once, before any stage.
void bench_boot_start(uint64_t cycles);

// A stage has ended and the next begins. `name` must stay valid. Boot CPU.
void bench_boot_mark(const char *name);

// From kernel entry to the end of the last stage, waits excluded.
enum result bench_boot(struct bench_run *run);

// One stage: `parameter` counts from 0.
enum result bench_boot_stage(struct bench_run *run);
uint32_t bench_boot_stage_count(void);

// Writes "boot_local_apic" for a stage that is called "local APIC"; `text` holds BENCH_BOOT_NAME_LENGTH bytes.
enum { BENCH_BOOT_NAME_LENGTH = 40 };
const char *bench_boot_stage_name(uint32_t stage, char *text);

#endif
