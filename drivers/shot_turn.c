// One shot after the other.

#include "drivers/shot_turn.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"

#define PATIENCE WAIT_MILLISECONDS(500) // shorter than callers go on asking

static bool is_served(const struct shot_turn *turn)
{
    return (int32_t)(__atomic_load_n(&turn->served, __ATOMIC_ACQUIRE) - turn->awaited) >= 0;
}

enum result shot_turn_begin(struct shot_turn *turn)
{
    uint64_t now = host_nanoseconds();

    if (!is_served(turn) && now < turn->expiry)
        return RESULT_BUSY;
    turn->awaited = __atomic_load_n(&turn->served, __ATOMIC_ACQUIRE) + 1;
    turn->expiry = now + PATIENCE;
    return RESULT_OK;
}

void shot_turn_end(struct shot_turn *turn)
{
    __atomic_fetch_add(&turn->served, 1, __ATOMIC_RELEASE);
}
