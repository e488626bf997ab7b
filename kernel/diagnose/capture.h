// What a device really writes: aims one message at a page of memory, fires it, reads the page, restores the route.
#ifndef KERNEL_DIAGNOSE_CAPTURE_H
#define KERNEL_DIAGNOSE_CAPTURE_H

#include "kernel/core/message.h"

enum { CAPTURE_REASON = 120 };

struct capture {
    const struct message *message;
    struct physical address; // where the device was told to write
    uint32_t expected;       // the message's data
    bool is_written;         // the write arrived within a second
    uint32_t found;          // the value found there
    uint32_t bytes;          // bytes changed in the whole page
    bool is_restored;        // the source holds the record's address and data again, and the next shot arrived
    char reason[CAPTURE_REASON];
};

// Aims the message at a page of memory, fires it, waits for the write, restores the route and fires once more. Messages
// the device sends meanwhile go to the page: after the restore an IPI calls the slot's routine, which counts as the
// captured shot's arrival. The messages of an MSI block share one address, so the routine of each is called. Boot CPU,
// PASSIVE.
//
// RESULT_OK: the device wrote its data and nothing else, and the route is restored. Otherwise `reason` says why.
// Nothing has changed with RESULT_UNSUPPORTED (a line, no driver that can fire it, or silenced), RESULT_BUSY (masked)
// and RESULT_NO_MEMORY. RESULT_TIMEOUT: nothing was written. RESULT_FAILED: something else was written, or the shot
// after the restore did not arrive. RESULT_MISMATCH, logged: the route could not be restored; `audit` names the
// difference. Else the result of the source or the driver.
MUST_USE enum result capture_run(struct message *message, struct capture *capture);

#endif
