#!/bin/sh
# What the measured Linux does after its kernel is up; `steps` comes from the kernel's command line.
# shellcheck shell=sh

box() { /bin/busybox "$@"; }

# Everything the module found is in the kernel log, which does not go to the console meanwhile.
report() { box dmesg | box sed -n 's/^\[[^]]*\] \({.*\|bench: .*\)/\1/p'; }

bench_one() {
    box insmod /bench.ko interrupts=1 connect=1,8,64 idle=1
    report
    for module in $(box cat /modules.order); do box insmod "/$module" || echo "bench: no $module"; done
    tries=0
    while [ ! -e /dev/nvme0n1 ] && [ "$tries" -lt 100 ]; do box sleep 0.1; tries=$((tries + 1)); done
    /read /dev/nvme0n1 /sys/module/bench/parameters/idle_ticks
}

bench_many() {
    box insmod /bench.ko affinity=1 connect=512,2048
    report
}

box mount -t proc proc /proc
box mount -t sysfs sysfs /sys
box mount -t devtmpfs devtmpfs /dev
# shellcheck disable=SC2154  # from the kernel's command line
"$steps"
echo "steps done"
box poweroff -f
