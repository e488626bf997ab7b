// The self-test: what is checked in which order, how a check is shown, and the drivers' own tests.

#include "kernel/proof/selftest.h"
#include "kernel/console/console.h"
#include "kernel/core/core_selftest.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/log.h"

enum { SELFTEST_DETAIL = 160, SELFTEST_FINDINGS = 1024 };

static void selftest_report_json(struct output *out, bool passed, const char *check, const char *device,
                                 const char *detail)
{
    struct json json;
    json_line_begin(&json, out, "selftest");
    json_string(&json, "check", check);
    json_string(&json, "bdf", device);
    json_bool(&json, "ok", passed);
    json_string(&json, "detail", detail);
    json_line_end(&json);
}

void selftest_report(struct selftest *test, bool passed, const char *check, const struct device *device,
                     const char *format, ...)
{
    char detail[SELFTEST_DETAIL];
    va_list arguments;
    va_start(arguments, format);
    format_text_list(detail, sizeof(detail), format, arguments);
    va_end(arguments);

    char address[DEVICE_ADDRESS_TEXT] = "";
    if (device)
        pci_address_format(device->address, address);
    if (test->json)
        selftest_report_json(test->out, passed, check, device ? address : NULL, detail);
    else
        output_format(test->out, "%-4s %-6s %-12s %s\n", passed ? "ok" : "FAIL", check, address, detail);
    test->passed += passed;
    test->failed += !passed;
}

static size_t selftest_first_line(const char *findings)
{
    size_t length = 0;
    while (findings[length] && findings[length] != '\n')
        length++;
    return length;
}

// A driver's findings are its own lines: shown under the check to a person, the first of them as detail in JSON.
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
    output_buffer_start(&buffer, findings, sizeof(findings));
    enum result result = device->driver->selftest(device, &buffer.output);
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
        if (device->driver && device->driver->selftest && !console_stop_asked())
            selftest_driver(test, device);
}

// What the routing core takes for granted of the machine below it.
static void selftest_core(struct selftest *test)
{
    struct core_selftest core;
    enum result result = core_selftest(&core);

    if (core.broken)
        selftest_report(test, false, "core", NULL, "cpu %u: does not hold: %s", core.cpu, core.broken);
    else if (result != RESULT_OK)
        selftest_report(test, false, "core", NULL, "cpu %u: %s", core.cpu, result_name(result));
    else
        selftest_report(test, true, "core", NULL, "%u promises of the machine hold, %u need a second processor",
                        core.kept, core.not_tried);
}

static void selftest_log(struct selftest *test)
{
    uint32_t errors = log_total(LOG_ERROR);
    selftest_report(test, errors == 0, "log", NULL, "%u errors, %u warnings logged", errors, log_total(LOG_WARNING));
}

static void selftest_summary(struct selftest *test)
{
    if (!test->json) {
        output_format(test->out, "selftest: %u passed, %u failed\n", test->passed, test->failed);
        return;
    }
    struct json json;
    json_line_begin(&json, test->out, "selftest_summary");
    json_number(&json, "passed", test->passed);
    json_number(&json, "failed", test->failed);
    json_line_end(&json);
}

void selftest_run_all(struct selftest *test)
{
    // The log last: what went wrong in the checks before was logged, too.
    static void (*const parts[])(struct selftest *) = {
        selftest_core, selftest_table, selftest_drivers, selftest_fire, selftest_irql, selftest_log, selftest_summary,
    };
    for (uint32_t i = 0; i < ARRAY_COUNT(parts) && !console_stop_asked(); i++)
        parts[i](test);
}
