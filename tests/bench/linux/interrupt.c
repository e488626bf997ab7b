// One interrupt taken in kernel mode by a request_irq() handler.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include "shot.h"

enum { INTERRUPT_SHOTS = 500 };

static int interrupt_measure_target(struct target *target, struct shot *shot, const char *const names[3])
{
    struct shot_samples samples;
    int result = shot_samples_allocate(&samples);

    if (result)
        return result;
    shot_many(target, shot, &samples, INTERRUPT_SHOTS);
    samples_report(samples.entry, names[0], "instructions", 1);
    samples_report(samples.exit, names[1], "instructions", 1);
    samples_report(samples.both, names[2], "instructions", 1);
    shot_samples_free(&samples);
    return 0;
}

int interrupt_measure(void)
{
    static const char *const msi[] = {"message_entry", "message_exit", "message_round_trip"};
    static const char *const msix[] = {"msix_entry", "msix_exit", "msix_round_trip"};
    struct target target;
    struct shot shot;
    int result = target_open_edu(&target, shot_handler, &shot);

    if (!result) {
        result = interrupt_measure_target(&target, &shot, msi);
        target_close(&target, &shot);
    }
    if (!result)
        result = target_open_rocker(&target, shot_handler, &shot);
    if (!result) {
        result = interrupt_measure_target(&target, &shot, msix);
        target_close(&target, &shot);
    }
    return result;
}
