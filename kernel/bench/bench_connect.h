// Connecting a device's messages: vectors, records, interrupt objects, table entries, unmasking.
#ifndef KERNEL_BENCH_BENCH_CONNECT_H
#define KERNEL_BENCH_BENCH_CONNECT_H

#include "kernel/bench/bench.h"

// irq_connect() of `parameter` messages of one MSI-X device, per message. Uses the quiet device with most messages; its
// own messages are disconnected meanwhile.
enum result bench_connect(struct bench_run *run);

#endif
