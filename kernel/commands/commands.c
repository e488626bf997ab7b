// The list of commands, in the order `help` prints: a group a line of thought, a command a line.

#include "kernel/commands/commands.h"

// clang-format off
const struct command *const command_list[] = {
    &command_help,
    &command_version,
    &command_log,

    &command_cpus,
    &command_pci,
    &command_messages,
    &command_interrupts,
    &command_vectors,
    &command_firmware,
    &command_memory,
    &command_acpi,
    &command_remap,
    &command_unknown,

    &command_config,
    &command_msix,
    &command_lapic,
    &command_ioapic,
    &command_msr,
    &command_cpuid,
    &command_mem,

    &command_policy,
    &command_route,
    &command_mask,
    &command_unmask,
    &command_inactive,
    &command_active,
    &command_cpu,
    &command_balance,
    &command_irql,

    &command_audit,
    &command_why,
    &command_capture,
    &command_probe,

    &command_fire,
    &command_read,
    &command_prove,
    &command_storm,
    &command_latency,
    &command_dossier,
    &command_drill,
    &command_trace,
    &command_selftest,
    &command_bench,

    &command_snapshot,
    &command_diff,
    &command_repeat,
    &command_sleep,

    &command_poweroff,
    &command_reboot,
    &command_exit,
    NULL,
};
// clang-format on
