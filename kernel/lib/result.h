// Results of calls. An error is logged once, where it is detected, with object and value; callers pass it on.
#ifndef KERNEL_LIB_RESULT_H
#define KERNEL_LIB_RESULT_H

#include "kernel/lib/types.h"

enum result {
    RESULT_OK,
    RESULT_INVALID,       // an argument or a field has an invalid value
    RESULT_NOT_FOUND,     // nothing of that name or number
    RESULT_TRUNCATED,     // a structure is shorter than it must be
    RESULT_OUT_OF_BOUNDS, // a structure points outside its container
    RESULT_BAD_CHECKSUM,  // checksum or CRC differs
    RESULT_LOOP,          // a list contains a cycle
    RESULT_NO_MEMORY,     // no page or object left
    RESULT_NO_VECTORS,    // no free vector where one was allowed
    RESULT_UNSUPPORTED,   // not supported by this hardware or this kernel
    RESULT_BUSY,          // already in use
    RESULT_MISMATCH,      // hardware did not keep what was written
    RESULT_GONE,          // the device reads as all ones
    RESULT_TIMEOUT,       // a bounded wait ran out
    RESULT_IRQL,          // called above the level it allows
    RESULT_STOPPED,       // Ctrl-C was typed
    RESULT_FAILED,        // the device or command reported a failure of its own
    RESULT_COUNT
};

// "ok", "no_vectors", ...; "unknown" for any other value.
const char *result_name(enum result result);

#endif
