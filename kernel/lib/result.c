// The names of results.

#include "kernel/lib/result.h"

static const char *const names[RESULT_COUNT] = {
    [RESULT_OK] = "ok",
    [RESULT_INVALID] = "invalid",
    [RESULT_NOT_FOUND] = "not_found",
    [RESULT_TRUNCATED] = "truncated",
    [RESULT_OUT_OF_BOUNDS] = "out_of_bounds",
    [RESULT_BAD_CHECKSUM] = "bad_checksum",
    [RESULT_LOOP] = "loop",
    [RESULT_NO_MEMORY] = "no_memory",
    [RESULT_NO_VECTORS] = "no_vectors",
    [RESULT_UNSUPPORTED] = "unsupported",
    [RESULT_BUSY] = "busy",
    [RESULT_MISMATCH] = "mismatch",
    [RESULT_GONE] = "gone",
    [RESULT_TIMEOUT] = "timeout",
    [RESULT_IRQL] = "irql",
    [RESULT_STOPPED] = "stopped",
    [RESULT_FAILED] = "failed",
};

const char *result_name(enum result result)
{
    return (uint32_t)result < RESULT_COUNT ? names[result] : "unknown";
}
