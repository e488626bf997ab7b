// Waiting by sleeping.

#include "kernel/core/wait.h"
#include "kernel/core/host.h"
#include "kernel/core/irql.h"

// Nanoseconds. LONGEST_SLEEP bounds a lost wake-up to 1 ms; wait_pause() has nothing to miss.
enum { LONGEST_SLEEP = 1000000, LONGEST_PAUSE = 20000000 };

static uint64_t earlier(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

// Interrupts off before `done` is called and until host_idle(), or else an interrupt between the two is slept through.
// The clock is first read after `done` was false.
static enum result sleep_until(bool (*done)(void *context), void *context, uint64_t nanoseconds, uint64_t longest)
{
    uint64_t deadline = 0; // 0: not computed yet

    if (!irql_allows(IRQL_DISPATCH, "wait_until"))
        return RESULT_IRQL;
    for (;;) {
        bool were_on = host_interrupts_disable();
        if (done(context)) {
            host_interrupts_restore(were_on);
            return RESULT_OK;
        }
        uint64_t now = host_nanoseconds();
        if (deadline == 0)
            deadline = nanoseconds < UINT64_MAX - now ? now + nanoseconds : UINT64_MAX;
        if (now < deadline)
            host_idle(earlier(deadline, now + longest));
        host_interrupts_restore(were_on);
        if (now >= deadline)
            return RESULT_TIMEOUT;
    }
}

static bool never(void *context)
{
    return false;
}

enum result wait_until(bool (*done)(void *context), void *context, uint64_t nanoseconds)
{
    return sleep_until(done, context, nanoseconds, LONGEST_SLEEP);
}

void wait_pause(uint64_t nanoseconds)
{
    (void)!sleep_until(never, NULL, nanoseconds, LONGEST_PAUSE);
}
