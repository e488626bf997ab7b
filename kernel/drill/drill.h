// Drills: break something on purpose, ask the tool that should notice, restore.
#ifndef KERNEL_DRILL_DRILL_H
#define KERNEL_DRILL_DRILL_H

#include "kernel/inventory/device.h"

enum { DRILL_DETAIL = 160 };

// One run of one drill.
struct drill_run {
    struct message *target; // the message the drill breaks: MSI-X or MSI, unmasked, can be fired
    struct message *other;  // another of the same device that can be fired; NULL if there is none, and with MSI
    bool is_detected;
    bool is_repaired; // as the drill reports; the audit afterwards decides
    char detail[DRILL_DETAIL];
    uint64_t state[2]; // passed from injure() to detect() and repair()
    void *memory;
};

// injure() breaks, detect() asks the detector and writes its finding to `detail`, repair() restores. RESULT_UNSUPPORTED
// of injure(): this machine cannot be broken that way, the reason is in `detail`, nothing has changed. After any other
// failure repair() is still called. All boot CPU, PASSIVE.
struct drill {
    const char *name;
    const char *detector; // the command or mechanism that must detect it
    const char *summary;  // what is broken, a few words
    enum result (*injure)(struct drill_run *run);
    void (*detect)(struct drill_run *run);
    void (*repair)(struct drill_run *run);
};

enum drill_verdict { DRILL_PASSED, DRILL_FAILED, DRILL_SKIPPED };

// All drills; the last entry is NULL.
extern const struct drill *const drill_list[];
const struct drill *drill_find(const char *name);

// The message that most drills can break, of this device or, for NULL, of all: by MSI-X before MSI, one of several of
// its device before a lone one, one that a single store fires before others. NULL: there is none, and `reason`, of
// DRILL_DETAIL bytes, says why.
struct message *drill_choose(const struct device *device, char *reason);

// Runs a drill on drill_choose()'s message and audits the machine afterwards: a remaining drift fails it.
enum drill_verdict drill_carry_out(const struct drill *drill, const struct device *device, struct drill_run *run);

const char *drill_verdict_name(enum drill_verdict verdict); // "pass", "fail", "skip"

// For the drills: writes the detail; audits the target once, which counts as detected when the audit names this field.
void drill_say(struct drill_run *run, const char *format, ...) PRINTF_LIKE(2, 3);
void drill_audit(struct drill_run *run, const char *field);

// Does a shot of the target arrive now?
bool drill_answers(const struct drill_run *run);

// A free device vector of the target's CPU, at which an MSI block of its device could begin.
MUST_USE enum result drill_free_vector(const struct drill_run *run, uint32_t *vector);

#endif
