// A device for the test of one driver.

#include "tests/fakes/driven_device.h"
#include "drivers/pci/pci.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include <assert.h>

struct driven_device driven;

static void arrive(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

void driven_device_start(uint16_t vendor, uint16_t device, enum message_kind kind, uint32_t messages)
{
    static const struct irq_options options;

    fake_host_reset();
    fake_host.on_ipi = arrive;
    fake_host.step = 1000;
    // The table of CPUs cannot be emptied.
    enum result result = cpu_total() ? RESULT_OK : cpu_table_create(1);
    assert(result == RESULT_OK);
    cpu_state_set(0, CPU_ONLINE);
    driven = (struct driven_device){.bar_size = UINT64_C(1) << 20};
    driven.device.vendor_id = vendor;
    driven.device.device_id = device;
    if (kind == MESSAGE_MSIX)
        driven.device.msix.table_size = messages;
    fake_source_start(&driven.source, &driven.device, kind, messages);
    result = irq_initialise(&options);
    assert(result == RESULT_OK);
    event_clear();
}

void driven_device_end(void)
{
    if (driven.device.irq.messages)
        (void)!irq_disconnect(driven.device.irq.messages);
    vector_matrix_destroy(irq_vectors());
}

void driven_device_deliver(uint32_t index)
{
    const struct message *message = message_find(&driven.device.irq, index);

    fake_host_deliver(message->cpu, message->info.vector);
}

enum result pci_bar_map(struct device *device, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    if (minimum > driven.bar_size)
        return RESULT_INVALID;
    *pointer = (volatile void *)DRIVEN_BASE;
    return RESULT_OK;
}

void pci_bus_master(struct device *device, bool on)
{
    event_add(EVENT_CALL, 0, on);
}
