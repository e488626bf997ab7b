// One function per promise, true if it held. The routine stores what it finds; the caller reads it.

#include "kernel/core/core_selftest.h"
#include "kernel/core/core_vectors.h"
#include "kernel/core/cpu.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/wait.h"

#define ARRIVAL_BOUND WAIT_MILLISECONDS(5000) // for emulators with more CPUs than the host has
#define SLOW_TIME     WAIT_MILLISECONDS(5)

enum {
    MOVE_SHOTS = 64,
    ELSEWHERE = 6, // promises that need another CPU: four of delivery, waiting, moving
};

// What the routine does and finds. The CPU that runs it writes; the caller reads after `runs` has changed.
static struct {
    struct message *message;
    bool is_slow, repeats; // set by the caller: run long; send the routine's own message once more while it runs
    bool is_inside, was_nested, was_counted, was_at_home;
    uint64_t count_before;
    uint32_t entries, runs;
} probe;

static enum result source_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    *granted = wanted;
    return RESULT_OK;
}

static enum result source_write(struct message_source *source, uint32_t index, struct message_words words)
{
    return RESULT_OK;
}

static enum result source_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    *words = message_words_of(probe.message);
    return RESULT_OK;
}

static enum result source_mask(struct message_source *source, uint32_t index, bool masked)
{
    return RESULT_OK;
}

static enum result source_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    *masked = probe.message->masked;
    *pending = false;
    return RESULT_OK;
}

static enum result source_detail(struct message_source *source, uint32_t index, struct message_detail *detail)
{
    *detail = (struct message_detail){INTERRUPT_LATCHED, INTERRUPT_ACTIVE_HIGH, false, 0, 0};
    return RESULT_OK;
}

static enum result source_start(struct message_source *source, bool bus_master)
{
    return RESULT_OK;
}

static void source_close(struct message_source *source) {}

static const struct message_source_operations operations = {
    .open = source_open,
    .write = source_write,
    .read = source_read,
    .mask = source_mask,
    .status = source_status,
    .detail = source_detail,
    .start = source_start,
    .close = source_close,
};

static void fire(void)
{
    host_ipi_send(probe.message->cpu, probe.message->info.vector);
}

static void spin(uint64_t nanoseconds)
{
    uint64_t end = host_nanoseconds() + nanoseconds;

    while (host_nanoseconds() < end)
        host_relax();
}

static bool routine(const struct interrupt *self)
{
    uint32_t cpu = host_cpu_current(), vector = probe.message->info.vector;

    probe.was_nested |= probe.is_inside;
    probe.is_inside = true;
    probe.was_counted = host_slot_count(cpu, vector) == probe.count_before + 1;
    probe.was_at_home =
        self == probe.message->published && cpu == probe.message->cpu && host_irql_current() == irql_of_vector(vector);
    if (probe.entries++ == 0 && probe.repeats) {
        host_ipi_send(cpu, vector);
        spin(SLOW_TIME);
    }
    if (probe.is_slow)
        spin(SLOW_TIME);
    probe.is_inside = false;
    __atomic_add_fetch(&probe.runs, 1, __ATOMIC_RELEASE);
    return true;
}

static bool has_run(void *context)
{
    const uint32_t *wanted = context;

    return __atomic_load_n(&probe.runs, __ATOMIC_ACQUIRE) >= *wanted;
}

static bool comes(uint32_t runs)
{
    return wait_until(has_run, &runs, ARRIVAL_BOUND) == RESULT_OK;
}

static enum result probe_connect(struct irq_device *device, uint32_t cpu)
{
    struct irq_request request = {
        .device = device,
        .routine = routine,
        .minimum = 1,
        .maximum = 1,
        .policy = IRQ_POLICY_SPECIFIED_PROCESSORS,
        .message_cpus = &cpu,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    if (result != RESULT_OK)
        return result;
    probe.message = grant.messages->messages;
    probe.is_slow = probe.repeats = probe.is_inside = probe.was_nested = false;
    probe.entries = probe.runs = 0;
    probe.count_before = host_slot_count(cpu, probe.message->info.vector);
    return RESULT_OK;
}

static void judge(struct core_selftest *test, bool held, const char *promise)
{
    test->kept += held;
    if (!held && !test->broken)
        test->broken = promise;
}

static enum result delivery_try(struct core_selftest *test, struct irq_device *device, uint32_t cpu)
{
    enum result result = probe_connect(device, cpu);

    if (result != RESULT_OK)
        return result;
    probe.repeats = true;
    fire();
    judge(test, comes(2), "an interrupt that is sent arrives, also one sent while its routine runs");
    judge(test, !probe.was_nested, "a routine is not interrupted by its own message: end of interrupt comes after it");
    judge(test, probe.was_at_home, "a routine runs on its CPU, at its level, with the object that was published");
    result = irq_disconnect(device->messages);
    if (result == RESULT_OK)
        result = probe_connect(device, cpu);
    if (result != RESULT_OK)
        return result;
    fire();
    judge(test, comes(1) && probe.was_counted, "a slot's interrupt is counted once, and before the routine is called");
    return irq_disconnect(device->messages);
}

static bool has_entered(void *context)
{
    return __atomic_load_n(&probe.is_inside, __ATOMIC_ACQUIRE) || has_run(&(uint32_t){1});
}

static enum result waiting_try(struct core_selftest *test, struct irq_device *device, uint32_t other)
{
    enum result result = probe_connect(device, other);

    if (result != RESULT_OK)
        return result;
    probe.is_slow = true;
    fire();
    (void)!wait_until(has_entered, NULL, ARRIVAL_BOUND);
    result = irq_disconnect(device->messages);
    judge(test, has_run(&(uint32_t){1}), "disconnecting waits until a routine that runs on another CPU has returned");
    return result;
}

static enum result moving_try(struct core_selftest *test, struct irq_device *device, uint32_t other)
{
    uint32_t self = host_cpu_current();
    bool is_lost = false;
    enum result result = probe_connect(device, self);

    for (uint32_t i = 0; i < MOVE_SHOTS && result == RESULT_OK && !is_lost; i++) {
        fire();
        result = irq_route_cpu(probe.message, i % 2 ? self : other);
        is_lost = !comes(i + 1);
    }
    if (result == RESULT_OK)
        judge(test, !is_lost && message_count_all(probe.message) == MOVE_SHOTS,
              "a move loses nothing, and the counts of all places add up");
    enum result ended = irq_disconnect(device->messages);
    return result == RESULT_OK ? ended : result;
}

// Interrupts are off at the send, so the interrupt is pending when host_idle() begins.
static void wake_try(struct core_selftest *test)
{
    bool were_on = host_interrupts_disable();
    uint64_t deadline = host_nanoseconds() + ARRIVAL_BOUND;

    host_ipi_send(host_cpu_current(), core_vectors.wake);
    host_idle(deadline);
    judge(test, host_nanoseconds() < deadline, "an interrupt that is pending ends a sleep at once");
    host_interrupts_restore(were_on);
}

static uint32_t other_cpu(void)
{
    for (uint32_t i = 0; i < cpu_total(); i++)
        if (i != host_cpu_current() && cpu_get(i)->state == CPU_ONLINE)
            return i;
    return cpu_total();
}

// The device's interrupts are of the first kind that is not switched off; it can mask, whatever the kind.
static bool kind_choose(struct irq_device *device, struct message_source *source)
{
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        device->sources[kind] = NULL;
        if (!irq_kind_is_used((enum message_kind)kind))
            continue;
        source->kind = (enum message_kind)kind;
        device->sources[kind] = source;
        return true;
    }
    return false;
}

enum result core_selftest(struct core_selftest *test)
{
    static struct irq_device device = {.name = "core self-test"};
    static struct message_source source = {.operations = &operations,
                                           .device = &device,
                                           .capacity = 1,
                                           .can_mask = true};
    uint32_t other = other_cpu();

    *test = (struct core_selftest){.cpu = host_cpu_current()};
    if (!kind_choose(&device, &source))
        return RESULT_UNSUPPORTED;
    enum result result = delivery_try(test, &device, test->cpu);
    wake_try(test);
    if (other == cpu_total()) {
        test->not_tried = ELSEWHERE;
        return result == RESULT_OK && test->broken ? RESULT_FAILED : result;
    }
    if (result == RESULT_OK && !test->broken) {
        test->cpu = other;
        result = delivery_try(test, &device, other);
    }
    if (result == RESULT_OK && !test->broken)
        result = waiting_try(test, &device, other);
    if (result == RESULT_OK && !test->broken)
        result = moving_try(test, &device, other);
    return result == RESULT_OK && test->broken ? RESULT_FAILED : result;
}
