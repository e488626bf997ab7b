// When to silence, when to release.

#include "kernel/proof/storm_guard.h"
#include "kernel/core/wait.h"

#define WINDOW   WAIT_MILLISECONDS(10)
#define SHORTEST WAIT_MILLISECONDS(1)
#define LONGEST  WAIT_MILLISECONDS(1000)
#define SECOND   WAIT_MILLISECONDS(1000)

static void window_begin(struct storm_guard *guard, uint64_t now, uint64_t count)
{
    guard->since = now;
    guard->before = count;
}

static enum storm_action silence(struct storm_guard *guard, uint64_t now)
{
    guard->state = STORM_SILENCED;
    guard->last = guard->next;
    guard->until = now + guard->next;
    guard->silent += guard->next;
    guard->silences++;
    guard->next = guard->next * 2 < guard->longest ? guard->next * 2 : guard->longest;
    return STORM_SILENCE;
}

// A window below the limit also ends the storm: the next storm starts with a short silence again.
static enum storm_action window_look(struct storm_guard *guard, uint64_t now, uint64_t count)
{
    if (count - guard->before > guard->limit)
        return silence(guard, now);
    if (now - guard->since < guard->window)
        return STORM_LEAVE;
    guard->state = STORM_QUIET;
    guard->next = guard->shortest;
    window_begin(guard, now, count);
    return STORM_LEAVE;
}

void storm_guard_start(struct storm_guard *guard, uint64_t per_second, uint64_t now, uint64_t count)
{
    *guard = (struct storm_guard){
        .limit = per_second / (SECOND / WINDOW),
        .window = WINDOW,
        .shortest = SHORTEST,
        .longest = LONGEST,
        .next = SHORTEST,
    };
    window_begin(guard, now, count);
}

enum storm_action storm_guard_look(struct storm_guard *guard, uint64_t now, uint64_t count)
{
    if (guard->state != STORM_SILENCED)
        return window_look(guard, now, count);
    if (now < guard->until)
        return STORM_LEAVE;
    guard->state = STORM_TRIAL;
    window_begin(guard, now, count);
    return STORM_RELEASE;
}
