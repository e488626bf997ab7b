// Raising and lowering the level of a CPU, and reporting violations.

#include "kernel/core/irql.h"
#include "kernel/core/core_log.h"
#include "kernel/core/host.h"

// State of one CPU, written by that CPU only. An interrupt's raises are undone before it returns.
struct record {
    uint32_t depth;  // raises that are still to be undone
    enum irql level; // CR8 as last written here
    uint64_t violations;
    const char *raised_by[IRQL_COUNT]; // function that raised to this level last
};

static struct record early;
static struct record *records;
static uint32_t record_count;

static struct record *record_of(uint32_t cpu)
{
    return cpu < record_count ? &records[cpu] : &early;
}

// Name of the function or interrupt that set the current level. An interrupt in service has a level above the CR8 of
// the interrupted code.
static const char *holder(const struct record *record, enum irql current)
{
    if (host_irql_read() < current)
        return "an interrupt in service";
    return current != IRQL_PASSIVE && record->raised_by[current] ? record->raised_by[current] : "nobody";
}

static void report(struct record *record, const char *caller, const char *deed, enum irql level)
{
    enum irql current = host_irql_current();

    if (__atomic_fetch_add(&record->violations, 1, __ATOMIC_RELAXED) < IRQL_REPORT_COUNT)
        core_error("irql: cpu %u: %s %s %u, current level %u by %s", host_cpu_current(), caller, deed, level, current,
                   holder(record, current));
}

enum irql irql_current(void)
{
    return host_irql_current();
}

// depth before CR8, so that an interrupt in between, which raises and lowers, finds and restores a consistent record.
enum irql irql_raise_known_by(const char *caller, enum irql level)
{
    struct record *record = record_of(host_cpu_current());
    enum irql previous = host_irql_read();

    record->depth++;
    record->raised_by[level] = caller;
    record->level = level;
    host_irql_write(level);
    return previous;
}

enum irql irql_raise_by(const char *caller, enum irql level)
{
    enum irql current = host_irql_current();

    if (level < current || level >= IRQL_COUNT) {
        report(record_of(host_cpu_current()), caller,
               level < current ? "raises to a lower level," : "raises to no level there is,", level);
        level = current;
    }
    return irql_raise_known_by(caller, level);
}

// True if the caller raised to this level. After a raise the current level is CR8; if an interrupt in service is above
// CR8, the interrupted code raised.
static bool is_own(const struct record *record, const char *caller, enum irql held)
{
    return record->raised_by[held] == caller || held >= host_irql_current();
}

void irql_lower_by(const char *caller, enum irql previous)
{
    struct record *record = record_of(host_cpu_current());
    enum irql held = host_irql_read();

    if (record->depth == 0 || !is_own(record, caller, held)) {
        report(record, caller, "lowers without a raise, to", previous);
        return;
    }
    if (previous > held) {
        report(record, caller, "lowers to a higher level,", previous);
        return;
    }
    record->depth--;
    record->level = previous;
    host_irql_write(previous);
}

bool irql_allows(enum irql highest, const char *function)
{
    if (host_irql_current() <= highest)
        return true;
    report(record_of(host_cpu_current()), function, "called above its level", highest);
    return false;
}

uint64_t irql_violations(uint32_t cpu)
{
    return __atomic_load_n(&record_of(cpu)->violations, __ATOMIC_RELAXED);
}

enum irql irql_raised(uint32_t cpu)
{
    return __atomic_load_n(&record_of(cpu)->level, __ATOMIC_RELAXED);
}

enum result irql_initialise(uint32_t cpus)
{
    struct record *made = host_allocate(cpus * sizeof(*made));

    if (!made)
        return RESULT_NO_MEMORY;
    made[0] = early;
    records = made;
    record_count = cpus;
    return RESULT_OK;
}
