// Waiting by sleeping.

#include "kernel/wait.h"
#include "kernel/irql.h"
#include "kernel/port.h"

// Nanoseconds: should a wake-up be lost, this much later it is noticed. One who only lets time pass hears the clock.
enum { LONGEST_SLEEP = 1000000, LONGEST_PAUSE = 20000000 };

static uint64_t earlier(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

// Interrupts go off before the look at `done` and stay off into the sleep: one that comes in between ends it at once.
static enum result sleep_until(bool (*done)(void *context), void *context, uint64_t nanoseconds, uint64_t longest)
{
    if (!irql_allows(IRQL_DISPATCH, "wait_until"))
        return RESULT_IRQL;
    uint64_t start = port_nanoseconds();
    uint64_t deadline = nanoseconds < UINT64_MAX - start ? start + nanoseconds : UINT64_MAX;

    for (;;) {
        bool were_on = port_interrupts_disable();
        bool is_done = done(context);
        uint64_t now = port_nanoseconds();
        if (!is_done && now < deadline)
            port_idle(earlier(deadline, now + longest));
        port_interrupts_restore(were_on);
        if (is_done)
            return RESULT_OK;
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
