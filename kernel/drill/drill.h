// Drills: something is broken on purpose, the tool that should notice is asked, and all is put back.
#ifndef KERNEL_DRILL_DRILL_H
#define KERNEL_DRILL_DRILL_H

#include "kernel/core/message.h"

enum { DRILL_DETAIL = 160 };

// One run of one drill.
struct drill_run {
    struct message *target; // fired by a store, unmasked, by MSI-X: what the drill breaks
    struct message *other;  // of the same device, NULL where there is none
    bool is_detected;
    bool is_repaired; // as the drill sees it; the audit afterwards has the last word
    char detail[DRILL_DETAIL];
    uint64_t state[2]; // what injure() leaves for detect() and repair()
    void *memory;
};

// injure() breaks, detect() asks the detector and says in `detail` what it named, repair() puts back.
// RESULT_UNSUPPORTED of injure(): this machine cannot be broken that way, the reason is in `detail`, and nothing has
// changed. Any other failure: repair() is still called. All boot CPU, PASSIVE.
struct drill {
    const char *name;
    const char *detector; // the command or mechanism that must notice
    const char *summary;  // what is broken, a few words
    enum result (*injure)(struct drill_run *run);
    void (*detect)(struct drill_run *run);
    void (*repair)(struct drill_run *run);
};

enum drill_verdict { DRILL_PASSED, DRILL_FAILED, DRILL_SKIPPED };

// All of them, ended by a NULL.
extern const struct drill *const drill_list[];
const struct drill *drill_find(const char *name);

// Carries one out on the first message that will do, and audits the machine afterwards: a drift that is left fails it.
enum drill_verdict drill_carry_out(const struct drill *drill, struct drill_run *run);

const char *drill_verdict_name(enum drill_verdict verdict); // "pass", "fail", "skip"

// For the drills: what happened, in words; and one look by the audit at the target, which detects when it names this
// field.
void drill_say(struct drill_run *run, const char *format, ...) PRINTF_LIKE(2, 3);
void drill_audit(struct drill_run *run, const char *field);

// Does the target answer to a shot now?
bool drill_answers(const struct drill_run *run);

// A device vector of this CPU that nobody has.
MUST_USE enum result drill_free_vector(uint32_t cpu, uint32_t *vector);

#endif
