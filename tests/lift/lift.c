// The smallest host of the routing core: four pretended processors, and a device that sends whenever the core touches
// anything. Built from build/core alone.

#include "signalbox/core.h"
#include "signalbox/host.h"
#include "signalbox/irq_move.h"
#include <stdio.h>
#include <stdlib.h>

enum { CPUS = 4, MESSAGES = 4, MOVES = 10000, TICK = 100 };

static const struct signalbox_interrupt *objects[CPUS][VECTOR_COUNT]; // the slots
static uint64_t counts[CPUS][VECTOR_COUNT];
static struct signalbox_message_words table[MESSAGES]; // the device's
static bool is_masked[MESSAGES];
static uint32_t self;                 // the processor that runs
static uint32_t level;                // of what it serves; nothing here raises itself
static bool is_on = true, is_sending; // interrupts; the device
static uint64_t now, sent, handled, strays;

// The dispatcher: load the object, count, call, and only then end the interrupt.
static void deliver(uint32_t cpu, uint32_t vector)
{
    const struct signalbox_interrupt *object = objects[cpu][vector];
    uint32_t interrupted = self, interrupted_level = level;

    counts[cpu][vector]++;
    self = cpu;
    level = signalbox_irql_of_vector(vector);
    strays += !object || !object->routine(object);
    level = interrupted_level;
    self = interrupted;
}

static void traffic(void)
{
    if (is_sending && !is_masked[sent % MESSAGES] && ++sent)
        deliver(table[(sent - 1) % MESSAGES].address.address >> 12 & 0xff, table[(sent - 1) % MESSAGES].data);
}

uint32_t signalbox_host_cpu_current(void)
{
    return self;
}

enum signalbox_irql signalbox_host_irql_current(void)
{
    return level;
}

enum signalbox_irql signalbox_host_irql_read(void)
{
    return IRQL_PASSIVE;
}

void signalbox_host_irql_write(enum signalbox_irql wanted) {}

bool signalbox_host_interrupts_disable(void)
{
    return __atomic_exchange_n(&is_on, false, __ATOMIC_RELAXED);
}

void signalbox_host_interrupts_restore(bool was_on)
{
    is_on = was_on;
}

const struct signalbox_interrupt *signalbox_host_slot_exchange(uint32_t cpu, uint32_t vector,
                                                               const struct signalbox_interrupt *object)
{
    traffic();
    return __atomic_exchange_n(&objects[cpu][vector], object, __ATOMIC_SEQ_CST);
}

const struct signalbox_interrupt *signalbox_host_slot_read(uint32_t cpu, uint32_t vector)
{
    return objects[cpu][vector];
}

uint64_t signalbox_host_slot_count(uint32_t cpu, uint32_t vector)
{
    return counts[cpu][vector];
}

enum signalbox_result signalbox_host_message_compose(uint32_t cpu, uint32_t vector,
                                                     struct signalbox_message_words *words)
{
    *words = (struct signalbox_message_words){{0xfee00000 | cpu << 12}, vector};
    return RESULT_OK;
}

void signalbox_host_ipi_send(uint32_t cpu, uint32_t vector)
{
    traffic();
    deliver(cpu, vector);
}

enum signalbox_result signalbox_host_processor_stop(uint32_t cpu)
{
    return RESULT_OK;
}

enum signalbox_result signalbox_host_processor_start(uint32_t cpu)
{
    return RESULT_OK;
}

uint64_t signalbox_host_nanoseconds(void)
{
    return now += TICK;
}

void signalbox_host_idle(uint64_t deadline)
{
    now = deadline;
}

void signalbox_host_relax(void)
{
    traffic();
}

void signalbox_host_log(enum signalbox_host_log_level severity, const char *line)
{
    fprintf(stderr, "%s\n", line);
}

void *signalbox_host_allocate(size_t size)
{
    return calloc(1, size);
}

void signalbox_host_free(void *memory)
{
    free(memory);
}

static enum signalbox_result source_open(struct signalbox_message_source *source, uint32_t wanted, uint32_t *granted)
{
    *granted = wanted;
    return RESULT_OK;
}

static enum signalbox_result source_write(struct signalbox_message_source *source, uint32_t index,
                                          struct signalbox_message_words words)
{
    is_masked[index] = true;
    traffic();
    table[index] = words;
    return RESULT_OK;
}

static enum signalbox_result source_mask(struct signalbox_message_source *source, uint32_t index, bool masked)
{
    is_masked[index] = masked;
    return RESULT_OK;
}

static enum signalbox_result source_start(struct signalbox_message_source *source, bool bus_master)
{
    is_sending = true;
    return RESULT_OK;
}

static void source_close(struct signalbox_message_source *source)
{
    is_sending = false;
}

static bool routine(const struct signalbox_interrupt *object)
{
    handled++;
    return true;
}

int main(void)
{
    static const struct signalbox_message_source_operations operations = {
        .open = source_open, .write = source_write, .mask = source_mask, .start = source_start, .close = source_close};
    static const struct signalbox_core_cpu cpus[CPUS] = {{{0}}, {{1}}, {{2}}, {{3}}};
    struct signalbox_core_setup setup = {.cpus = cpus, .cpu_count = CPUS, .vectors = {0x20, 0x21, 0xe0}};
    struct signalbox_irq_device device = {.name = "table"};
    struct signalbox_message_source source = {&operations, &device, MESSAGE_MSIX, MESSAGES, .can_mask = true};
    struct signalbox_irq_request request = {&device, routine, .minimum = MESSAGES, .maximum = MESSAGES};
    struct signalbox_irq_grant grant;
    char refusal[IRQ_REFUSAL_LENGTH];

    device.sources[MESSAGE_MSIX] = &source;
    enum signalbox_result result = signalbox_core_start(&setup);
    for (uint32_t cpu = 0; cpu < CPUS && result == RESULT_OK; cpu++)
        result = signalbox_core_cpu_join(cpu);
    result = result ? result : signalbox_irq_connect(&request, &grant);
    for (uint32_t i = 0; i < MOVES && result == RESULT_OK; i++)
        result = signalbox_irq_route_cpu(signalbox_message_find(&device, i % MESSAGES), i / 3 % CPUS);
    result = result ? result : signalbox_irq_cpu_offline(2, refusal);
    result = result ? result : signalbox_irq_disconnect(grant.messages);
    printf("%s: %d moves, %llu sent, %llu handled, %llu stray\n", signalbox_result_name(result), MOVES,
           (unsigned long long)sent, (unsigned long long)handled, (unsigned long long)strays);
    return result == RESULT_OK && sent > MOVES && sent == handled && !strays ? 0 : 1;
}
