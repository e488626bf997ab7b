// The host's vectors, checked.

#include "kernel/core/core_vectors.h"
#include "kernel/core/core_log.h"

struct core_vectors core_vectors = {
    .dispatch = IRQL_DISPATCH * VECTOR_ROW,
    .drain = IRQL_DISPATCH * VECTOR_ROW + 1,
    .wake = IRQL_IPI * VECTOR_ROW,
};

static enum result refuse(const char *what, uint32_t vector, const char *reason)
{
    core_error("core_start: %s vector 0x%x: %s", what, vector, reason);
    return RESULT_INVALID;
}

enum result core_vectors_set(struct core_vectors vectors)
{
    if (irql_of_vector(vectors.dispatch) != IRQL_DISPATCH)
        return refuse("dispatch", vectors.dispatch, "not of the dispatch row");
    if (irql_of_vector(vectors.drain) != IRQL_DISPATCH)
        return refuse("drain", vectors.drain, "not of the dispatch row, so it would overtake devices' interrupts");
    if (vectors.drain == vectors.dispatch)
        return refuse("drain", vectors.drain, "the dispatch vector as well");
    if (vectors.wake < VECTOR_DEVICE_END || vectors.wake >= VECTOR_COUNT)
        return refuse("wake", vectors.wake, "not above the devices' rows");
    core_vectors = vectors;
    return RESULT_OK;
}
