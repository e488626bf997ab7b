// The kernel's command line: space-separated words, double quotes keep spaces (kernel/console/CONTRACT.md).
#ifndef KERNEL_CONSOLE_COMMAND_LINE_H
#define KERNEL_CONSOLE_COMMAND_LINE_H

#include "kernel/core/policy.h"
#include "kernel/lib/result.h"

enum { COMMAND_LINE_LENGTH = 1024 };

struct console_choice {
    enum { CONSOLE_AUTOMATIC, CONSOLE_TTYS, CONSOLE_MMIO, CONSOLE_PCI, CONSOLE_NONE } kind;
    uint32_t port;    // ttySn
    uint64_t address; // mmio
    char pci[16];     // BDF as typed
    uint32_t baud;    // 115200 by default
};

struct command_line {
    struct console_choice console;
    char run[COMMAND_LINE_LENGTH]; // "" when absent
    bool stop_on_error;
    uint32_t log_level;     // enum log_level; LOG_INFO by default, LOG_WARNING with quiet
    uint32_t maximum_cpus;  // 0: all; nosmp: 1
    enum irq_policy policy; // IRQ_POLICY_SPREAD_MESSAGES by default
    bool x2apic;            // x2apic or nox2apic: the later word counts
    bool no_x2apic;
    bool no_remap;
    bool no_msix;
    bool no_msi;
    char keyboard[8]; // the layout's name; "" when absent
    // Unknown words and words with an invalid value, space separated, each once, some with a reason in brackets; ends
    // in "..." when there were more.
    char unknown[256];
    const char *reason; // of the word being parsed
};

// Never fails: words it cannot use go to `unknown`. `text` need not be terminated beyond `length`.
void command_line_parse(const char *text, size_t length, struct command_line *line);

#endif
