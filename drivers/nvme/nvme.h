// NVM Express controllers: one I/O queue pair per online CPU, each with its own message; read only.
#ifndef DRIVERS_NVME_NVME_H
#define DRIVERS_NVME_NVME_H

#include "kernel/inventory/driver.h"

// Message 0 is the admin queue's, message k that of I/O queue k and lives on the k-th online CPU. Queues beyond the
// granted messages share message 0. Every command, Identify included, completes by interrupt.
//
// fire: message 0 by Get Features, message k by a 4 KiB read; neither is waited for. RESULT_BUSY when the queue is full
// of shots that are not served yet. read_block: a page-aligned buffer from page_allocate() or heap_allocate() is filled
// by the controller itself; any other is copied into. RESULT_OUT_OF_BOUNDS, RESULT_NOT_FOUND (no readable namespace 1),
// RESULT_FAILED (the controller's status, logged), RESULT_TIMEOUT, RESULT_GONE.
extern const struct driver nvme_driver;

#endif
