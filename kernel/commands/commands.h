// Every command there is. kernel/commands/commands.c lists them in the order `help` prints.
#ifndef KERNEL_COMMANDS_COMMANDS_H
#define KERNEL_COMMANDS_COMMANDS_H

#include "kernel/console/console.h"

// Lines of `options` for words that mean the same in many commands.
#define OPTION_BDF "BDF\tthe device: SSSS:BB:DD.F, the segment may be left out\n"
#define OPTION_N   "N\tits message, counted from 0\n"
#define OPTION_CPU "CPU\tthe processor, counted from 0\n"

extern const struct command command_acpi;
extern const struct command command_active;
extern const struct command command_audit;
extern const struct command command_balance;
extern const struct command command_bench;
extern const struct command command_capture;
extern const struct command command_config;
extern const struct command command_cpu;
extern const struct command command_cpuid;
extern const struct command command_cpus;
extern const struct command command_diff;
extern const struct command command_dossier;
extern const struct command command_drill;
extern const struct command command_exit;
extern const struct command command_fire;
extern const struct command command_firmware;
extern const struct command command_help;
extern const struct command command_inactive;
extern const struct command command_interrupts;
extern const struct command command_ioapic;
extern const struct command command_irql;
extern const struct command command_lapic;
extern const struct command command_latency;
extern const struct command command_log;
extern const struct command command_mask;
extern const struct command command_mem;
extern const struct command command_memory;
extern const struct command command_messages;
extern const struct command command_msix;
extern const struct command command_msr;
extern const struct command command_pci;
extern const struct command command_policy;
extern const struct command command_poweroff;
extern const struct command command_probe;
extern const struct command command_prove;
extern const struct command command_read;
extern const struct command command_reboot;
extern const struct command command_remap;
extern const struct command command_repeat;
extern const struct command command_route;
extern const struct command command_selftest;
extern const struct command command_sleep;
extern const struct command command_snapshot;
extern const struct command command_storm;
extern const struct command command_trace;
extern const struct command command_unknown;
extern const struct command command_unmask;
extern const struct command command_vectors;
extern const struct command command_version;
extern const struct command command_why;

#endif
