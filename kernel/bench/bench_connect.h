// Connecting a device's messages: vectors found, records filled in, objects published, the table programmed, let go.
#ifndef KERNEL_BENCH_BENCH_CONNECT_H
#define KERNEL_BENCH_BENCH_CONNECT_H

#include "kernel/bench/bench.h"

// irq_connect() of `parameter` messages of one MSI-X device, per message. The device is the resting one with most
// messages; what it had connected is disconnected meanwhile.
enum result bench_connect(struct bench_run *run);

#endif
