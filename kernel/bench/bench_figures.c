// Every figure, with its budget.

#include "kernel/bench/bench.h"
#include "kernel/bench/bench_boot.h"
#include "kernel/bench/bench_call.h"
#include "kernel/bench/bench_connect.h"
#include "kernel/bench/bench_disk.h"
#include "kernel/bench/bench_message.h"
#include "kernel/bench/bench_move.h"

const struct bench_figure bench_figures[] = {
    {"message_entry", 16, 0, bench_message_entry},
    {"message_exit", 0, 0, bench_message_exit},
    {"message_round_trip", 32, 0, bench_message_round_trip},
    {"message_floor", 0, 0, bench_message_floor},
    {"message_round_trip_traced", 56, 0, bench_message_traced},
    {"nested", 32, 0, bench_message_nested},
    {"msix_round_trip", 32, 0, bench_message_msix},
    {"self_ipi", 0, 0, bench_call_self_ipi},
    {"deferred_call", 0, 0, bench_call_deferred},
    {"connect_1", 1000, 1, bench_connect},
    {"connect_8", 1000, 8, bench_connect},
    {"connect_64", 1000, 64, bench_connect},
    {"connect_512", 1000, 512, bench_connect},
    {"connect_2048", 1000, 2048, bench_connect},
    {"retarget", 1200, 0, bench_move_retarget},
    {"offline", 0, 0, bench_move_offline},
    {"nvme_read_4k", 600, 0, bench_disk_read},
    {"nvme_read_4k_ready", 0, 1, bench_disk_read},
    {"nvme_read_4k_depth_32", 0, 32, bench_disk_depth},
    {"boot", 20000000, 0, bench_boot},
    {NULL, 0, 0, NULL},
};
