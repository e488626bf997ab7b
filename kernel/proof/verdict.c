// The verdict on this machine.

#include "kernel/proof/verdict.h"
#include "kernel/console/console.h"
#include "kernel/core/cpu.h"
#include "kernel/core/message.h"
#include "kernel/diagnose/audit.h"
#include "kernel/inventory/machine_name.h"
#include "kernel/lib/memory.h"
#include "kernel/proof/selftest.h"
#include "kernel/runtime/log.h"

enum { VERDICT_LINE = 320, VERDICT_COLUMNS_LEAST = 20 };

// Sequences of drivers/screen/text_screen.h.
#define INK_PLAIN   "\033[0m"
#define INK_BAD     "\033[31m"
#define INK_GOOD    "\033[32m"
#define INK_WARNING "\033[33m"
#define INVERSE     "\033[7m"

// The worst first.
void verdict_reach(struct verdict *verdict)
{
    const struct selftest_record *selftest = selftest_last();
    struct audit_totals audit = audit_last();
    uint32_t errors = log_total(LOG_ERROR);

    *verdict = (struct verdict){VERDICT_FAIL, "", "audit"};
    if (selftest->failed) {
        format_text(verdict->worst, sizeof(verdict->worst), "self-test: %u of %u checks failed: %s", selftest->failed,
                    selftest->passed + selftest->failed, selftest->first_failure);
    } else if (audit.drifts) {
        format_text(verdict->worst, sizeof(verdict->worst), "audit: hardware and table differ in %u places",
                    audit.drifts);
    } else if (!selftest->is_complete) {
        *verdict = (struct verdict){VERDICT_NOT_TESTED, "", "selftest"};
    } else if (!selftest->arrived) {
        *verdict = (struct verdict){VERDICT_NOT_TESTED, "no device here has a message that could be fired", "pci"};
    } else if (!audit.checks) {
        *verdict = (struct verdict){VERDICT_NOT_TESTED, "nothing was audited", "audit"};
    } else {
        *verdict = (struct verdict){VERDICT_PASS, "", errors ? "log" : "prove"};
        if (errors)
            format_text(verdict->worst, sizeof(verdict->worst), "%u errors in the log, not judged", errors);
    }
}

const char *verdict_name(enum verdict_word word)
{
    static const char *const names[] = {"NOT TESTED", "PASS", "FAIL"};
    return names[word];
}

// At most `columns` characters, ended at a blank where there is one.
static size_t piece_length(const char *text, size_t columns)
{
    size_t length = strlen(text);
    if (length <= columns)
        return length;
    for (length = columns; length && text[length] != ' '; length--)
        ;
    return length ? length : columns;
}

// A line of double size is sent twice, its upper and its lower half; a longer one is folded.
PRINTF_LIKE(2, 3) static void big_line(const char *look, const char *format, ...)
{
    char text[VERDICT_LINE];
    struct output *screen = console_screen();
    size_t columns = console_screen_columns() / 2 - 1;
    va_list arguments;

    va_start(arguments, format);
    format_text_list(text, sizeof(text), format, arguments);
    va_end(arguments);
    const char *at = text;
    do {
        int length = (int)piece_length(at, columns);
        output_format(screen, "%s\033#3 %.*s\033[0m\n%s\033#4 %.*s\033[0m\n", look, length, at, look, length, at);
        at += length;
        while (*at == ' ')
            at++;
    } while (*at);
}

static void tried_print(void)
{
    const struct selftest_record *selftest = selftest_last();
    struct audit_totals audit = audit_last();

    if (!selftest->is_complete)
        big_line(INK_WARNING, "self-test: not run%s", selftest->passed + selftest->failed ? " to its end" : "");
    else
        big_line(INK_PLAIN, "self-test: %u passed, %u failed, %u skipped", selftest->passed, selftest->failed,
                 selftest->skipped);
    if (!audit.checks)
        big_line(INK_WARNING, "audit: not run");
    else
        big_line(INK_PLAIN, "audit: %u checks, %u differ", audit.checks, audit.drifts);
}

void verdict_show(void)
{
    static const char *const looks[] = {INK_WARNING INVERSE, INK_GOOD INVERSE, INK_BAD INVERSE};
    uint32_t columns = console_screen_columns() / 2;
    struct verdict verdict;

    if (!console_screen() || columns < VERDICT_COLUMNS_LEAST)
        return;
    verdict_reach(&verdict);
    output_format(console_screen(), "\n");
    big_line(looks[verdict.word], "%-*s", (int)columns - 1, verdict_name(verdict.word));
    big_line(INK_PLAIN, "%s", machine_name[0] ? machine_name : "machine without a name");
    big_line(INK_PLAIN, "%u of %u CPUs, %u messages routed", cpu_online_total(), cpu_total(), message_total());
    tried_print();
    if (verdict.worst[0])
        big_line(verdict.word == VERDICT_FAIL ? INK_BAD : INK_WARNING, "%s", verdict.worst);
    big_line(INK_PLAIN, "type: %s", verdict.next);
    output_format(console_screen(), "\n");
}
