// The played machine.

#include "tests/fakes/bench_machine.h"
#include "kernel/core/dpc.h"
#include "kernel/core/drain.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/runtime/page.h"
#include <assert.h>
#include <string.h>

enum { MEMORY_PAGES = 64 };

struct bench_machine bench_machine;

static uint32_t bell_number; // where the doorbells stand
static uint8_t memory[MEMORY_PAGES * 4096] __attribute__((aligned(4096)));

static bool routine(const struct interrupt *self)
{
    return true;
}

static enum result fire(struct device *device, uint32_t index)
{
    const struct message *message = message_find(&device->irq, index);

    fake_host_arrive(message->cpu, message->info.vector);
    return RESULT_OK;
}

static bool can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return true;
}

static bool doorbell(const struct device *device, uint32_t index, struct driver_doorbell *found)
{
    *found = (struct driver_doorbell){&bell_number, index};
    return true;
}

// A read sleeps until its interrupt comes.
static enum result read_block(struct device *device, uint64_t block, void *buffer)
{
    bool were_on = host_interrupts_disable();

    host_idle(fake_host.nanoseconds + SLEEP);
    host_interrupts_restore(were_on);
    return RESULT_OK;
}

static const struct driver bell_driver = {.name = "bell", .fire = fire, .can_fire = can_fire, .doorbell = doorbell};
static const struct driver rows_driver = {
    .name = "rows", .fire = fire, .can_fire = can_fire, .doorbell = doorbell, .rests = true, .read_block = read_block};
const struct driver bench_machine_deaf_driver = {.name = "deaf", .fire = fire, .can_fire = can_fire};

// The clock stands between readings; what lies between two is what was counted.
static enum result play(struct bench_trial *trial)
{
    uint64_t nops = trial->kind == BENCH_NOPS_100 ? 100 : trial->kind == BENCH_NOPS_10000 ? 10000 : 0;

    if (bench_machine.is_silent && nops == 0 && trial->kind != BENCH_NOTHING)
        return RESULT_TIMEOUT;
    if (trial->kind == BENCH_NOPS_10000 && ++bench_machine.round_count == bench_machine.odd_round)
        nops++;
    trial->start = 1000;
    trial->end = trial->start + (READING + nops) * bench_machine.ticks;
    if (trial->kind != BENCH_STUB && trial->kind != BENCH_BARE)
        return RESULT_OK;
    assert(trial->doorbell == &bell_number);
    (void)fake_host_deliver(fake_host.cpu, trial->vector);
    trial->entered = trial->start + (READING + ENTRY + bench_machine.extra) * bench_machine.ticks;
    trial->left = trial->entered + BODY * bench_machine.ticks;
    trial->end = trial->left + (READING + EXIT) * bench_machine.ticks;
    if (bench_machine.stalls && ++bench_machine.trial_count % bench_machine.stalls == 0)
        trial->entered = trial->start - bench_machine.back;
    return RESULT_OK;
}

static void connect(struct device *device, enum irq_priority priority, uint32_t count, const uint32_t *cpus)
{
    struct irq_request request = {.device = &device->irq,
                                  .routine = routine,
                                  .context = device,
                                  .priority = priority,
                                  .minimum = count,
                                  .maximum = count,
                                  .message_cpus = cpus};
    struct irq_grant grant;

    enum result result = irq_connect(&request, &grant);
    assert(result == RESULT_OK);
}

void bench_machine_connect_rows(void)
{
    static const uint32_t both[] = {0, 1, 0, 1};

    connect(&bench_machine.rows, IRQ_PRIORITY_LOW, ROWS, both);
}

static void processors_start(void)
{
    enum result result = cpu_table_create(BENCH_MACHINE_CPUS);

    assert(result == RESULT_OK);
    result = dpc_initialise(BENCH_MACHINE_CPUS);
    assert(result == RESULT_OK);
    for (uint32_t i = 0; i < BENCH_MACHINE_CPUS; i++) {
        cpu_state_set(i, CPU_ONLINE);
        dpc_prepare(i);
        drain_prepare(i);
    }
}

void bench_machine_start(void)
{
    static const struct irq_options options;
    static const uint32_t one[] = {1};
    struct bench_machine *m = &bench_machine;

    fake_host_reset();
    fake_host.on_ipi = fake_host_arrive;
    page_add_region((struct physical){(uint64_t)(uintptr_t)memory}, sizeof(memory));
    processors_start();
    enum result result = irq_initialise(&options);
    assert(result == RESULT_OK);
    m->bell.address = (struct pci_address){0, 0, 1, 0};
    m->rows.address = (struct pci_address){0, 0, 2, 0};
    m->rows.msix.table_size = ROWS_MORE;
    fake_source_start(&m->bell_source, &m->bell, MESSAGE_MSI, 1);
    fake_source_start(&m->rows_source, &m->rows, MESSAGE_MSIX, ROWS_MORE);
    bench_machine_reset();
    device_add(&m->bell);
    device_add(&m->rows);
    connect(&m->bell, IRQ_PRIORITY_HIGH, 1, one);
    bench_machine_connect_rows();
}

void bench_machine_reset(void)
{
    struct bench_machine *m = &bench_machine;

    m->bell.driver = &bell_driver;
    m->rows.driver = &rows_driver;
    m->ticks = 1;
    m->odd_round = m->round_count = 0;
    m->extra = 0;
    m->is_silent = false;
    m->stalls = m->trial_count = m->back = 0;
    m->rows_source.calls[0] = m->bell_source.calls[0] = '\0';
    fake_host.on_bench = play;
    fake_host.on_idle = NULL;
    fake_host.on_ipi = fake_host_arrive;
}

static const struct bench_figure *figure_named(const char *name)
{
    const struct bench_figure *figure = bench_figures;

    while (strcmp(figure->name, name) != 0)
        figure++;
    return figure;
}

struct bench_outcome bench_machine_measure(const char *name)
{
    struct bench_clock clock;
    struct bench_outcome outcome;

    bench_clock_calibrate(&clock);
    (void)!bench_measure(&clock, figure_named(name), &outcome);
    return outcome;
}

void bench_machine_assert_as_before(void)
{
    const struct bench_machine *m = &bench_machine;
    static const uint32_t cpus[] = {0, 1, 0, 1};

    assert(m->bell.irq.messages->message_count == 1);
    assert(m->bell.irq.messages->messages[0].cpu == 1);
    assert(m->rows.irq.messages->message_count == ROWS);
    message_for_each (m->rows.irq.messages, message) {
        assert(message->cpu == cpus[message->index]);
        assert(message->info.target_processor_set.mask == BITS(BENCH_MACHINE_CPUS - 1, 0));
        assert(message->old_count == 0);
        assert(!message->masked);
        assert(!m->rows_source.masked[message->index]);
        assert(message->objects[0].service == routine);
        assert(message->objects[0].context == &m->rows);
        assert(fake_host.slots[message->cpu][message->info.vector] == message->info.interrupt_object);
    }
    const struct message *message = m->bell.irq.messages->messages;
    assert(fake_host.slots[1][message->info.vector] == message->info.interrupt_object);
    uint32_t taken = 0;
    for (uint32_t i = 0; i < BENCH_MACHINE_CPUS; i++)
        taken += VECTOR_DEVICE_COUNT - vector_matrix_counts(irq_vectors(), i).free;
    assert(taken == ROWS + 1);
}
