// The self-test: message table against hardware, every driver, every message that can be fired, the log.
#ifndef KERNEL_PROOF_SELFTEST_H
#define KERNEL_PROOF_SELFTEST_H

#include "kernel/core/message.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/output.h"

// One run. The caller sets `out` and `json`; the rest starts as zeroes.
struct selftest {
    struct output *out;
    bool json;
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped; // nothing could be tried, or errors in the log, which are not judged
    uint32_t fired;   // messages looked at by selftest_fire()
    uint32_t arrived; // those of them that were fired and arrived
};

// What the last run came to, also when it was stopped.
struct selftest_record {
    bool is_complete; // false: never run, or stopped
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
    uint32_t arrived;        // messages that were fired
    char first_failure[200]; // of failed ones; "fire 0000:00:04.0 message 0: timeout"
};
const struct selftest_record *selftest_last(void);

// Every check in order, one line each, and the summary. Device messages arrive while it runs. Boot CPU, PASSIVE.
// console_stop_asked() ends it between two messages or devices, without the summary.
void selftest_run_all(struct selftest *test);

// Prints and counts one check. `device` may be NULL; the format gives one line of detail.
void selftest_report(struct selftest *test, bool passed, const char *check, const struct device *device,
                     const char *format, ...) PRINTF_LIKE(5, 6);

// Counts a check as skipped, neither passed nor failed, and prints the reason.
void selftest_skip(struct selftest *test, const char *check, const struct device *device, const char *format, ...)
    PRINTF_LIKE(4, 5);

// The parts, for selftest_run_all(). Table: the comparison of kernel/diagnose/audit.h.
void selftest_table(struct selftest *test);

// Fire: each message that its driver can provoke arrives exactly as often as declared, on the CPU in the table and on
// no other.
void selftest_fire(struct selftest *test);

// Levels: a deferred call runs once, at DISPATCH, on its target CPU, and not while that CPU is at DISPATCH or above; a
// message of a higher level preempts the routine of a lower one, others wait; no violation was counted.
void selftest_irql(struct selftest *test);

#endif
