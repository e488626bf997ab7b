// The clock at the end of every stage of the boot.

#include "kernel/bench/bench_boot.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/clock.h"

struct mark {
    const char *name;
    uint64_t cycles;
    uint64_t waited;
};

static struct mark marks[BENCH_BOOT_STAGE_LIMIT + 1]; // [0]: kernel entry
static uint32_t count;

void bench_boot_start(uint64_t cycles)
{
    marks[0] = (struct mark){.cycles = cycles};
    count = 0;
}

void bench_boot_mark(const char *name)
{
    if (count < BENCH_BOOT_STAGE_LIMIT)
        marks[++count] = (struct mark){name, clock_cycles(), clock_waited()};
}

static uint64_t work_between(const struct bench_run *run, const struct mark *from, const struct mark *to)
{
    return bench_beyond(run, to->cycles - from->cycles, to->waited - from->waited);
}

enum result bench_boot(struct bench_run *run)
{
    if (count == 0)
        return bench_refuse(run, "the boot was not recorded");
    run->detail = marks[count].waited / (run->clock->ticks ? run->clock->ticks : 1);
    run->detail_name = "waited";
    (void)bench_add(run, work_between(run, &marks[0], &marks[count]));
    return RESULT_OK;
}

enum result bench_boot_stage(struct bench_run *run)
{
    if (run->parameter >= count)
        return bench_refuse(run, "the boot has no such stage");
    (void)bench_add(run, work_between(run, &marks[run->parameter], &marks[run->parameter + 1]));
    return RESULT_OK;
}

uint32_t bench_boot_stage_count(void)
{
    return count;
}

static char letter_of(char from)
{
    if (from >= 'A' && from <= 'Z')
        return (char)(from - 'A' + 'a');
    return (from >= 'a' && from <= 'z') || (from >= '0' && from <= '9') ? from : '_';
}

const char *bench_boot_stage_name(uint32_t stage, char *text)
{
    format_text(text, BENCH_BOOT_NAME_LENGTH, "boot_%s", stage < count ? marks[stage + 1].name : "");
    for (char *at = text; *at; at++)
        *at = letter_of(*at);
    return text;
}
