// Fires, counts, silences, releases.

#include "kernel/proof/storm.h"
#include "kernel/console/console.h"
#include "kernel/console/progress.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_program.h"
#include "kernel/core/wait.h"
#include "kernel/proof/shot.h"

#define PAUSE       WAIT_MILLISECONDS(1)
#define CALM_BOUND  WAIT_MILLISECONDS(5000) // the longest silence, a window, and a margin
#define CLOCK_SLACK 64                      // shots between two readings of the clock

// A message without a mask bit is silenced with its whole set.
static enum result silence(struct message *message)
{
    enum result result = irq_mask(message, true);

    return result == RESULT_UNSUPPORTED ? irq_deactivate(message->set) : result;
}

static enum result release(struct message *message)
{
    return message->set->is_inactive ? irq_activate(message->set) : irq_mask(message, false);
}

static void look(struct storm *storm)
{
    enum result result = RESULT_OK;

    switch (storm_guard_look(&storm->guard, host_nanoseconds(), message_count_all(storm->message))) {
    case STORM_SILENCE:
        result = silence(storm->message);
        break;
    case STORM_RELEASE:
        result = release(storm->message);
        break;
    case STORM_LEAVE:
        break;
    }
    if (storm->fault == RESULT_OK)
        storm->fault = result;
}

// A store to a silenced device arrives at most once, at the same cost: keep firing. A device whose queue is full of
// shots, because it is silenced or slower than this loop, is no fault: it is asked again.
static void burst_fire(struct storm *storm)
{
    for (uint32_t i = 0; i < CLOCK_SLACK && storm->fault == RESULT_OK; i++) {
        enum result result = shot_fire_blindly(storm->message);
        storm->shots += result == RESULT_OK;
        if (result == RESULT_BUSY)
            host_relax();
        else
            storm->fault = result;
    }
}

static void rage(struct storm *storm)
{
    uint64_t start = host_nanoseconds(), passed = 0;

    while (passed < storm->duration && storm->fault == RESULT_OK && !storm->is_stopped) {
        burst_fire(storm);
        progress_show(passed / WAIT_MILLISECONDS(1), storm->duration / WAIT_MILLISECONDS(1));
        look(storm);
        storm->is_stopped = console_stop_asked();
        passed = host_nanoseconds() - start;
    }
}

static void calm(struct storm *storm)
{
    uint64_t start = host_nanoseconds();

    while (storm->guard.state != STORM_QUIET && host_nanoseconds() - start < CALM_BOUND) {
        wait_pause(PAUSE);
        look(storm);
    }
    storm->recovery = host_nanoseconds() - start;
    storm->is_calm = storm->guard.state == STORM_QUIET;
    if (storm->guard.state == STORM_SILENCED && release(storm->message) != RESULT_OK && storm->fault == RESULT_OK)
        storm->fault = RESULT_FAILED;
}

enum result storm_run(struct storm *storm)
{
    struct message *message = storm->message;
    uint64_t before = message_count_all(message);

    if (!shot_is_possible(message, &storm->deliveries))
        return RESULT_UNSUPPORTED;
    if (message->masked)
        return RESULT_BUSY;
    storm_guard_start(&storm->guard, storm->limit, host_nanoseconds(), before);
    rage(storm);
    calm(storm);
    storm->arrived = message_count_all(message) - before;
    storm->is_answered = shot_fire(message, storm->deliveries) == RESULT_OK;
    return RESULT_OK;
}

bool storm_passed(const struct storm *storm)
{
    return storm->fault == RESULT_OK && storm->is_calm && storm->is_answered && storm->arrived &&
           storm->arrived <= storm->shots * storm->deliveries;
}
