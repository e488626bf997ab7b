// The measuring module: insmod runs the measurements that its parameters name, and what they find is in the kernel log.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include "shot.h"
#include <linux/module.h>

enum { COUNTS = 8 };

static bool interrupts, affinity, idle;
static unsigned int connect[COUNTS];
static int connects;

module_param(interrupts, bool, 0444);
MODULE_PARM_DESC(interrupts, "time interrupts of edu and rocker, and deferred work");
module_param(affinity, bool, 0444);
MODULE_PARM_DESC(affinity, "time moves of a message");
module_param_array(connect, uint, &connects, 0444);
MODULE_PARM_DESC(connect, "time the connection of so many messages");
module_param(idle, bool, 0444);
MODULE_PARM_DESC(idle, "watch the idle processor");
module_param(idle_ticks, ulong, 0444);
MODULE_PARM_DESC(idle_ticks, "ticks the processor has spun in idle");

static int __init bench_init(void)
{
    int result = shot_calibrate();

    if (!result && interrupts)
        result = interrupt_measure();
    if (!result && interrupts)
        result = deferred_measure();
    for (int i = 0; !result && i < connects; i++)
        result = connect_measure(connect[i]);
    if (!result && affinity)
        result = affinity_measure();
    if (!result && idle)
        result = idle_watch_start();
    return result;
}

module_init(bench_init);
MODULE_DESCRIPTION("Times interrupts in instructions, for comparison with Signalbox");
MODULE_LICENSE("Dual MIT/GPL");
