// irql: what each CPU has raised itself to, who broke the order of levels, deferred calls; and preemption by level.

#include "kernel/commands/commands.h"
#include "kernel/core/cpu.h"
#include "kernel/core/dpc.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/proof/preempt_check.h"

struct irql_total {
    uint64_t violations;
    uint64_t deferred;
};

static void irql_print_cpu(struct command_call *call, uint32_t cpu)
{
    if (!call->json) {
        output_format(call->out, "%4u %5u %10llu %14llu %7u\n", cpu, irql_raised(cpu),
                      (unsigned long long)irql_violations(cpu), (unsigned long long)dpc_count(cpu), dpc_waiting(cpu));
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "irql");
    json_number(&json, "cpu", cpu);
    json_number(&json, "level", irql_raised(cpu));
    json_number(&json, "violations", irql_violations(cpu));
    json_number(&json, "deferred_calls", dpc_count(cpu));
    json_number(&json, "waiting", dpc_waiting(cpu));
    json_line_end(&json);
}

static void irql_print_total(struct command_call *call, const struct irql_total *total)
{
    if (!call->json) {
        output_format(call->out, "%4s %5s %10llu %14llu\n", "all", "", (unsigned long long)total->violations,
                      (unsigned long long)total->deferred);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "irql_summary");
    json_number(&json, "violations", total->violations);
    json_number(&json, "deferred_calls", total->deferred);
    json_line_end(&json);
}

static void irql_print_cpus(struct command_call *call)
{
    struct irql_total total = {0};
    if (!call->json)
        output_format(call->out, "%4s %5s %10s %14s %7s\n", "CPU", "LEVEL", "VIOLATIONS", "DEFERRED CALLS", "WAITING");
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        irql_print_cpu(call, cpu);
        total.violations += irql_violations(cpu);
        total.deferred += dpc_count(cpu);
    }
    irql_print_total(call, &total);
}

static void irql_json_run(struct json *json, const char *key, const struct preempt_run *run)
{
    char address[DEVICE_ADDRESS_TEXT];
    json_object_begin(json, key);
    json_string(json, "bdf", pci_address_format(device_of(run->message->set)->address, address));
    json_number(json, "index", run->message->index);
    json_number(json, "irql", run->irql);
    json_number(json, "started", run->started);
    json_number(json, "ended", run->ended);
    json_object_end(json);
}

static void irql_print_trial(struct command_call *call, const struct preempt_trial *trial)
{
    if (!call->json) {
        const struct device *outer = device_of(trial->outer.message->set),
                            *inner = device_of(trial->inner.message->set);
        output_format(call->out, "%-4s %-18s cpu %-3u %s %u at %u: 0-%llu, %s %u at %u: %llu-%llu\n",
                      trial->passed ? "ok" : "FAIL", preempt_kind_name(trial->kind), trial->cpu, outer->driver->name,
                      trial->outer.message->index, trial->outer.irql, (unsigned long long)trial->outer.ended,
                      inner->driver->name, trial->inner.message->index, trial->inner.irql,
                      (unsigned long long)trial->inner.started, (unsigned long long)trial->inner.ended);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "preempt");
    json_string(&json, "trial", preempt_kind_name(trial->kind));
    json_number(&json, "cpu", trial->cpu);
    irql_json_run(&json, "outer", &trial->outer);
    json_number(&json, "fired", trial->fired);
    irql_json_run(&json, "inner", &trial->inner);
    json_bool(&json, "ok", trial->passed);
    json_line_end(&json);
}

static void irql_print_verdict(struct command_call *call, uint32_t trials, uint32_t passed)
{
    if (!call->json) {
        output_format(call->out, "%u trials, %u passed; cycles since the outer routine started\n", trials, passed);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "preempt_summary");
    json_number(&json, "trials", trials);
    json_number(&json, "passed", passed);
    json_line_end(&json);
}

static enum result irql_preempt(struct command_call *call)
{
    struct preempt_check check;
    uint32_t passed = 0;
    enum result result = preempt_check_run(&check);
    for (uint32_t i = 0; i < check.count; i++) {
        irql_print_trial(call, &check.trials[i]);
        passed += check.trials[i].passed;
    }
    if (result == RESULT_STOPPED)
        return command_fail(call, result, "stopped");
    if (result == RESULT_UNSUPPORTED)
        return command_fail(call, result, "no device here fires a message by a store");
    if (result != RESULT_OK)
        return command_fail(call, result, "messages could not share a CPU: %s", result_name(result));
    irql_print_verdict(call, check.count, passed);
    if (passed == check.count)
        return RESULT_OK;
    return command_fail(call, RESULT_FAILED, "%u of %u trials failed", check.count - passed, check.count);
}

static enum result irql_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 1);
    if (result != RESULT_OK)
        return result;
    if (call->word_count == 1) {
        irql_print_cpus(call);
        return RESULT_OK;
    }
    if (strcmp(call->words[1], "preempt") != 0)
        return command_fail(call, RESULT_INVALID, "usage: irql [preempt]");
    return irql_preempt(call);
}

const struct command command_irql = {
    .name = "irql",
    .usage = "irql [preempt]",
    .summary = "Levels, deferred calls, and who preempts whom",
    .run = irql_run,
    .options = "preempt\ttries on every pair: a higher level interrupts, a lower waits\n",
    .examples = "irql\n"
                "irql preempt\n",
};
