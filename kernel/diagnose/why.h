// Why a message does not arrive: checks its route from the device to the service routine link by link, and names the
// first broken one.
#ifndef KERNEL_DIAGNOSE_WHY_H
#define KERNEL_DIAGNOSE_WHY_H

#include "kernel/core/message.h"

enum { WHY_DETAIL = 120, WHY_LINK_COUNT = 24 };

struct why_link {
    const char *name;        // "bus_master"
    bool is_read;            // false: its registers could not be read, for the reason an earlier link gives
    bool is_ok;              // valid if is_read
    char detail[WHY_DETAIL]; // of a broken link a whole sentence without its full stop
};

struct why {
    const struct message *message;
    uint32_t count;
    struct why_link links[WHY_LINK_COUNT]; // in order of the route; only the links this kind of message has
    const struct why_link *broken;         // the first link that was read and is broken, NULL if none
    char verdict[WHY_DETAIL];              // the broken link's detail, or that no link is broken
};

// Reads everything anew, changes nothing. Links behind a broken one may be unreachable: those have is_read false. A
// request or a priority counts as stuck when three looks within a millisecond show it and no interrupt came meanwhile.
// Boot CPU, PASSIVE.
void why_explain(const struct message *message, struct why *why);

#endif
