// The self-test: order of the checks, their output, and the drivers' own tests.

#include "kernel/proof/selftest.h"
#include "kernel/console/console.h"
#include "kernel/core/core_selftest.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/log.h"

enum { SELFTEST_DETAIL = 160, SELFTEST_FINDINGS = 1024 };

enum selftest_verdict { SELFTEST_FAILED, SELFTEST_PASSED, SELFTEST_SKIPPED };

static struct selftest_record record;

// A skipped check has a type of its own, without an `ok`, which could only mislead.
static void selftest_print_json(struct output *out, enum selftest_verdict verdict, const char *check,
                                const char *device, const char *detail)
{
    struct json json;
    json_line_begin(&json, out, verdict == SELFTEST_SKIPPED ? "selftest_skipped" : "selftest");
    json_string(&json, "check", check);
    json_string(&json, "bdf", device);
    if (verdict != SELFTEST_SKIPPED)
        json_bool(&json, "ok", verdict == SELFTEST_PASSED);
    json_string(&json, "detail", detail);
    json_line_end(&json);
}

static void selftest_print(struct selftest *test, enum selftest_verdict verdict, const char *check,
                           const struct device *device, const char *format, va_list arguments)
{
    static const char *const words[] = {"FAIL", "ok", "skip"};
    char detail[SELFTEST_DETAIL], address[DEVICE_ADDRESS_TEXT] = "";

    format_text_list(detail, sizeof(detail), format, arguments);
    if (device)
        pci_address_format(device->address, address);
    if (test->json)
        selftest_print_json(test->out, verdict, check, device ? address : NULL, detail);
    else
        output_format(test->out, "%-4s %-6s %-12s %s\n", words[verdict], check, address, detail);
    if (verdict == SELFTEST_FAILED && test->failed == 0)
        format_text(record.first_failure, sizeof(record.first_failure), "%s %s%s%s", check, address, device ? " " : "",
                    detail);
    test->passed += verdict == SELFTEST_PASSED;
    test->failed += verdict == SELFTEST_FAILED;
    test->skipped += verdict == SELFTEST_SKIPPED;
}

void selftest_report(struct selftest *test, bool passed, const char *check, const struct device *device,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    selftest_print(test, passed ? SELFTEST_PASSED : SELFTEST_FAILED, check, device, format, arguments);
    va_end(arguments);
}

void selftest_skip(struct selftest *test, const char *check, const struct device *device, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    selftest_print(test, SELFTEST_SKIPPED, check, device, format, arguments);
    va_end(arguments);
}

static size_t selftest_first_line(const char *findings)
{
    size_t length = 0;
    while (findings[length] && findings[length] != '\n')
        length++;
    return length;
}

// A driver's findings are lines of its own: printed under the check; in JSON the first one is the detail.
static void selftest_print_findings(struct output *out, const char *findings)
{
    while (*findings) {
        size_t length = selftest_first_line(findings);
        output_format(out, "     %.*s\n", (int)length, findings);
        findings += length + (findings[length] == '\n');
    }
}

static void selftest_driver(struct selftest *test, struct device *device)
{
    static char findings[SELFTEST_FINDINGS];
    struct output_buffer buffer;
    if (!device->driver->selftest) {
        selftest_skip(test, "driver", device, "%s: has no test", device->driver->name);
        return;
    }
    output_buffer_start(&buffer, findings, sizeof(findings));
    enum result result = device->driver->selftest(device, &buffer.output);
    if (result == RESULT_UNSUPPORTED) {
        selftest_skip(test, "driver", device, "%s: nothing tried: %.*s", device->driver->name,
                      (int)selftest_first_line(findings), findings);
        return;
    }
    if (test->json) {
        selftest_report(test, result == RESULT_OK, "driver", device, "%s: %s: %.*s", device->driver->name,
                        result_name(result), (int)selftest_first_line(findings), findings);
        return;
    }
    selftest_report(test, result == RESULT_OK, "driver", device, "%s: %s", device->driver->name, result_name(result));
    selftest_print_findings(test->out, findings);
}

static void selftest_drivers(struct selftest *test)
{
    device_for_each (device)
        if (device->driver && !console_stop_asked())
            selftest_driver(test, device);
}

// The core's assumptions about the machine.
static void selftest_core(struct selftest *test)
{
    struct core_selftest core;
    enum result result = core_selftest(&core);

    if (core.broken)
        selftest_report(test, false, "core", NULL, "cpu %u: does not hold: %s", core.cpu, core.broken);
    else if (result == RESULT_UNSUPPORTED)
        selftest_skip(test, "core", NULL, "every kind of interrupt is switched off");
    else if (result != RESULT_OK)
        selftest_report(test, false, "core", NULL, "cpu %u: %s", core.cpu, result_name(result));
    else
        selftest_report(test, true, "core", NULL, "%u promises of the machine hold", core.kept);
    if (core.not_tried)
        selftest_skip(test, "core", NULL, "%u promises need a second processor", core.not_tried);
}

// An error may have been logged for any cause, a refused command among them: it is pointed out, not judged.
static void selftest_log(struct selftest *test)
{
    static const char format[] = "%u errors, %u warnings logged%s";
    uint32_t errors = log_total(LOG_ERROR), warnings = log_total(LOG_WARNING);

    if (errors)
        selftest_skip(test, "log", NULL, format, errors, warnings, ": not judged, see `log`");
    else
        selftest_report(test, true, "log", NULL, format, errors, warnings, "");
}

static void selftest_summary(struct selftest *test)
{
    if (!test->json) {
        output_format(test->out, "selftest: %u passed, %u failed, %u skipped\n", test->passed, test->failed,
                      test->skipped);
        return;
    }
    struct json json;
    json_line_begin(&json, test->out, "selftest_summary");
    json_number(&json, "passed", test->passed);
    json_number(&json, "failed", test->failed);
    json_number(&json, "skipped", test->skipped);
    json_line_end(&json);
}

void selftest_run_all(struct selftest *test)
{
    // The log last: it holds the errors of the earlier checks.
    static void (*const parts[])(struct selftest *) = {
        selftest_core, selftest_table, selftest_drivers, selftest_fire, selftest_irql, selftest_log, selftest_summary,
    };
    record = (struct selftest_record){0};
    for (uint32_t i = 0; i < ARRAY_COUNT(parts) && !console_stop_asked(); i++)
        parts[i](test);
    record.is_complete = !console_stop_asked();
    record.passed = test->passed;
    record.failed = test->failed;
    record.skipped = test->skipped;
    record.arrived = test->arrived;
}

const struct selftest_record *selftest_last(void)
{
    return &record;
}
