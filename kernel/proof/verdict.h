// The verdict on this machine: what was tried since the boot, and the worst that came of it.
#ifndef KERNEL_PROOF_VERDICT_H
#define KERNEL_PROOF_VERDICT_H

#include "kernel/lib/types.h"

enum verdict_word { VERDICT_NOT_TESTED, VERDICT_PASS, VERDICT_FAIL };

struct verdict {
    enum verdict_word word;
    char worst[256];  // the one worst thing; "": none, or the self-test was not run
    const char *next; // the command to type now
};

// Never better than what was tried: VERDICT_PASS needs a self-test that ran to its end, failed nowhere and saw a
// message arrive that it had fired, and an audit without a difference. Errors in the log are pointed out, not judged.
// PASSIVE, boot CPU, as all of these.
void verdict_reach(struct verdict *verdict);

// "PASS", "FAIL", "NOT TESTED".
const char *verdict_name(enum verdict_word word);

// Shows it as a block in letters of double size on console_screen(), with the machine's name, processors, messages and
// what was tried. Does nothing where there is no screen.
void verdict_show(void);

#endif
