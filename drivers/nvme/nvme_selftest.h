// The controller end to end: blocks through every queue, one interrupt for each, contents compared.
#ifndef DRIVERS_NVME_NVME_SELFTEST_H
#define DRIVERS_NVME_NVME_SELFTEST_H

#include "drivers/nvme/nvme_controller.h"
#include "kernel/lib/output.h"

// What the generated test image holds at 64-bit little-endian word `index` (0 to 511) of a 4 KiB block. Pure.
uint64_t nvme_selftest_word(uint64_t block, uint32_t index);

// Reads several blocks through each I/O queue. When block 0 carries the generated image's mark, every word is compared;
// any other disk is only read. PASSIVE.
MUST_USE enum result nvme_selftest_run(struct nvme_controller *controller, struct output *out);

#endif
