// Why a message does not arrive: its way from the device to the service routine, link by link, and the first broken
// one.
#ifndef KERNEL_DIAGNOSE_WHY_H
#define KERNEL_DIAGNOSE_WHY_H

#include "kernel/core/message.h"

enum { WHY_DETAIL = 120, WHY_LINK_COUNT = 24 };

struct why_link {
    const char *name;        // "bus_master"
    bool is_read;            // false: what it is about could not be looked at, for a reason that a link before it gives
    bool is_ok;              // of one that was read
    char detail[WHY_DETAIL]; // of a broken link a whole sentence, its full stop left out
};

struct why {
    const struct message *message;
    uint32_t count;
    struct why_link links[WHY_LINK_COUNT]; // in the order of the way; only those that its kind of message has
    const struct why_link *broken;         // the first that was read and is broken, NULL when none is
    char verdict[WHY_DETAIL];              // the broken link's detail, or that nothing is broken
};

// Looks at everything anew, changes nothing. What lies behind a broken link may be out of reach: it is neither broken
// nor ok then, but not read. A request or a priority counts as stuck when three looks in a millisecond see it and no
// interrupt came meanwhile. Boot CPU, PASSIVE.
void why_explain(const struct message *message, struct why *why);

#endif
