// How a call ended. An error is logged where it is born, with what and where, and only there; callers pass it on.
#ifndef KERNEL_LIB_RESULT_H
#define KERNEL_LIB_RESULT_H

#include "kernel/lib/types.h"

enum result {
    RESULT_OK,
    RESULT_INVALID,       // an argument or a field makes no sense
    RESULT_NOT_FOUND,     // nothing of that name or number
    RESULT_TRUNCATED,     // a structure is shorter than it must be
    RESULT_OUT_OF_BOUNDS, // a structure points outside what holds it
    RESULT_BAD_CHECKSUM,  // bytes do not add up
    RESULT_LOOP,          // a chain came back to itself
    RESULT_NO_MEMORY,     // no page or object left
    RESULT_NO_VECTORS,    // no free vector where one was allowed
    RESULT_UNSUPPORTED,   // this hardware, or this kernel, has no such thing
    RESULT_BUSY,          // already in use
    RESULT_MISMATCH,      // hardware did not keep what was written
    RESULT_GONE,          // the device answers all ones
    RESULT_TIMEOUT,       // a bounded wait ran out
    RESULT_IRQL,          // called above the level it allows
    RESULT_STOPPED,       // Ctrl-C was typed
    RESULT_FAILED,        // the device or command reported a failure of its own
    RESULT_COUNT
};

// The name a person reads: "ok", "no_vectors", ... Any value is allowed; an unknown one reads "unknown".
const char *result_name(enum result result);

#endif
