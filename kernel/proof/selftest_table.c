// Self-test: the message table against the hardware, by the checks of `audit`.

#include "kernel/console/console.h"
#include "kernel/diagnose/audit.h"
#include "kernel/proof/selftest.h"

// Keeps the first drift and counts the others. `audit` lists them all.
static void selftest_keep_first(struct audit *audit, const struct audit_drift *drift)
{
    struct audit_drift *first = audit->context;
    if (audit->drifts == 1)
        *first = *drift;
}

static void selftest_report_drift(struct selftest *test, const char *check, const struct audit *audit,
                                  const struct audit_drift *first)
{
    char message[16] = "";
    if (first->device)
        format_text(message, sizeof(message), "message %u: ", first->index);
    selftest_report(test, false, check, first->device, "%s%s in %s is %s instead of %s; drifts: %u", message,
                    first->field, first->where, first->found, first->expected, audit->drifts);
}

static void selftest_add(struct audit_totals *totals, const struct audit *audit)
{
    totals->checks += audit->checks;
    totals->drifts += audit->drifts;
}

static void selftest_check_set(struct selftest *test, const struct message_set *set, struct audit_totals *totals)
{
    struct audit_drift first = {0};
    struct audit audit = {.drift = selftest_keep_first, .context = &first};
    audit_set(&audit, set);
    selftest_add(totals, &audit);
    if (audit.drifts)
        selftest_report_drift(test, "table", &audit, &first);
    else
        selftest_report(test, true, "table", device_of(set), "%u messages by %s", set->message_count,
                        message_kind_name(set->source->kind));
}

static void selftest_check_processors(struct selftest *test, struct audit_totals *totals)
{
    struct audit_drift first = {0};
    struct audit audit = {.drift = selftest_keep_first, .context = &first};
    audit_processors(&audit);
    selftest_add(totals, &audit);
    if (audit.drifts)
        selftest_report_drift(test, "cpus", &audit, &first);
    else
        selftest_report(test, true, "cpus", NULL,
                        message_total() ? "%u messages: local APICs, vectors and slots as recorded"
                                        : "%u messages: only the vectors could be compared, as recorded",
                        message_total());
}

void selftest_table(struct selftest *test)
{
    struct audit_totals totals = {0};

    for (const struct message_set *set = message_set_first(); set && !console_stop_asked(); set = set->next)
        selftest_check_set(test, set, &totals);
    selftest_check_processors(test, &totals);
    if (!console_stop_asked())
        audit_keep(totals);
}
