// What a device really writes: one message aimed at memory, fired, looked at, and its route put back.
#ifndef KERNEL_DIAGNOSE_CAPTURE_H
#define KERNEL_DIAGNOSE_CAPTURE_H

#include "kernel/core/message.h"

enum { CAPTURE_REASON = 120 };

struct capture {
    const struct message *message;
    struct physical address; // where the device was told to write
    uint32_t expected;       // the message's data
    bool is_written;         // within a second
    uint32_t found;          // what stood there then
    uint32_t bytes;          // that the device changed, in the whole page
    bool is_restored;        // the source holds the record's words again, and the next shot arrived
    char reason[CAPTURE_REASON];
};

// Aims the message at a page of memory, fires it, waits for the write, restores the route and fires once more. What the
// device told meanwhile is not lost: when the route is back the slot's routine is called by an interrupt between
// processors, which counts as the captured shot's arrival; an MSI block shares its address, so that each message of it
// is served so. Boot CPU, PASSIVE.
//
// RESULT_OK: the device wrote the data it was given and nothing else, and the route is back. `reason` says why not:
// RESULT_UNSUPPORTED: a line, no driver that can fire it, or silenced; RESULT_BUSY: masked; RESULT_NO_MEMORY; nothing
// has changed in these. RESULT_TIMEOUT: nothing was written; RESULT_FAILED: something else was written, or the shot
// after it did not arrive; RESULT_MISMATCH: the route could not be put back, logged, and `audit` names what differs; or
// what the source or the driver answers.
MUST_USE enum result capture_run(struct message *message, struct capture *capture);

#endif
