// The machine, and what is expected of a message that has arrived.

#include "tests/fakes/moved_device.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct moved_device moved;

static struct message_source_operations stubborn; // the fake's, but for a write that fails on demand
static const struct message_source_operations *willing;

static bool routine(const struct interrupt *self)
{
    return true;
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

void moved_ipis_arrive(bool on)
{
    fake_host.on_ipi = on ? deliver_ipi : NULL;
}

static enum result stubborn_write(struct message_source *self, uint32_t index, struct message_words words)
{
    enum result result = willing->write(self, index, words);

    if (moved.refusals == 0)
        return result;
    moved.refusals--;
    return RESULT_MISMATCH;
}

static void machine_begin(enum message_kind kind)
{
    struct irq_options options = {0};

    fake_host_reset();
    moved_ipis_arrive(true);
    memset(&moved, 0, sizeof(moved));
    moved.device.irq.node = 1;
    fake_source_start(&moved.source, &moved.device, kind, MOVED_MESSAGES);
    willing = moved.source.source.operations;
    stubborn = *willing;
    stubborn.write = stubborn_write;
    moved.source.source.operations = &stubborn;
    if (cpu_total() == 0)
        assert_int_equal(cpu_table_create(MOVED_CPUS), RESULT_OK);
    for (uint32_t i = 0; i < MOVED_CPUS; i++) {
        cpu_state_set(i, CPU_ONLINE);
        cpu_get(i)->node = i / 2;
    }
    assert_int_equal(irq_initialise(&options), RESULT_OK);
}

void moved_connect(uint32_t messages)
{
    struct irq_request request = {.device = &moved.device.irq, .routine = routine, .minimum = 1, .maximum = messages};
    struct irq_grant grant = {0};

    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    moved.set = grant.messages;
    moved.source.calls[0] = 0;
}

int moved_setup(void **state)
{
    machine_begin(MESSAGE_MSIX);
    moved_connect(MOVED_MESSAGES);
    return 0;
}

int moved_setup_msi(void **state)
{
    machine_begin(MESSAGE_MSI);
    moved_connect(MOVED_MESSAGES);
    return 0;
}

int moved_teardown(void **state)
{
    fake_heap_fail_after(UINT32_MAX);
    moved_ipis_arrive(true);
    if (moved.device.irq.messages)
        assert_int_equal(irq_disconnect(moved.device.irq.messages), RESULT_OK);
    vector_matrix_destroy(irq_vectors());
    assert_int_equal(fake_heap_live(), 1); // the table of processors
    return 0;
}

struct vector_counts moved_counts(uint32_t cpu)
{
    return vector_matrix_counts(irq_vectors(), cpu);
}

struct group_affinity moved_cpus(uint64_t mask)
{
    return (struct group_affinity){0, mask};
}

void moved_fill(uint32_t cpu, uint32_t left)
{
    uint32_t vector;

    while (moved_counts(cpu).free > left)
        assert_int_equal(vector_matrix_reserve(irq_vectors(), cpu, IRQL_DEVICE_LOWEST, IRQL_DEVICE_HIGHEST, 1, &vector),
                         RESULT_OK);
}

void moved_put(struct message *message, uint32_t cpu)
{
    assert_int_equal(irq_route_cpu(message, cpu), RESULT_OK);
    moved.source.calls[0] = 0;
}

void moved_expect(const struct message *message, uint32_t cpu)
{
    const struct message_info_entry *info = &message->info;

    assert_int_equal(message->cpu, cpu);
    assert_int_equal(info->message_address.address, 0xfee00000u + cpu * 0x1000u);
    assert_ptr_equal(fake_host.slots[cpu][info->vector], info->interrupt_object);
    assert_ptr_equal(info->interrupt_object->message, message);
    assert_int_equal(info->interrupt_object->irql, info->vector >> 4);
    assert_int_equal(message->old_count, 0);
    if (message->index == 0 || moved.set->source->kind == MESSAGE_MSIX) {
        assert_int_equal(moved.source.words[message->index].address.address, info->message_address.address);
        assert_int_equal(moved.source.words[message->index].data, info->message_data);
    }
    for (uint32_t i = 0; i < MOVED_CPUS; i++)
        assert_int_equal(moved_counts(i).draining, 0);
}
