// A machine of four CPUs with one device that is routed and fires.

#include "tests/fakes/routed_device.h"
#include "kernel/core/dpc.h"
#include "kernel/core/irq.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/page.h"
#include "tests/fakes/host.h"
#include <assert.h>
#include <string.h>

struct routed_device routed;

static struct message_source_operations operations;

static bool routed_routine(const struct interrupt *self)
{
    return true;
}

static void routed_deliver(uint32_t index, uint32_t times)
{
    struct message *message = routed_message(index);
    uint32_t other = (message->cpu + 1) % ROUTED_CPUS;
    while (times--)
        fake_host_deliver(routed.shot == ROUTED_ELSEWHERE ? other : message->cpu, message->info.vector);
    if (routed.shot == ROUTED_STRAY)
        fake_host_deliver(other, message->info.vector);
}

// Aimed at memory, the device writes there: its data and, for a stray shot, the word behind as well.
static bool routed_write_memory(uint32_t index)
{
    struct message_words words = routed.source.words[index];
    uint32_t *memory = page_pointer(words.address);
    if (words.address.address >> 20 == 0xfee)
        return false;
    if (routed.shot == ROUTED_LOST)
        return true;
    memory[0] = words.data;
    if (routed.shot == ROUTED_STRAY)
        memory[1] = words.data;
    return true;
}

static enum result routed_fire(struct device *device, uint32_t index)
{
    if (routed.shot == ROUTED_REFUSED)
        return RESULT_GONE;
    if (routed.refused++ < routed.busy)
        return RESULT_BUSY;
    routed.refused = 0;
    if (routed.source.masked[index])
        routed.pending[index] = true;
    else if (!routed_write_memory(index) && routed.shot != ROUTED_LOST)
        routed_deliver(index, routed.deliveries * (routed.shot == ROUTED_TWICE ? 2 : 1));
    return RESULT_OK;
}

static bool routed_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = routed.deliveries;
    return index != ROUTED_DEAF_MESSAGE;
}

static enum result routed_selftest(struct device *device, struct output *out)
{
    output_format(out, "link is up\nregisters make sense\n");
    return routed.selftest_result;
}

static enum result routed_read_block(struct device *device, uint64_t block, void *buffer)
{
    memset(buffer, 0, DRIVER_BLOCK_SIZE);
    if (block == 1)
        memcpy(buffer, "A block that begins with text", 29);
    return routed.read_result;
}

static const struct driver driver = {
    .name = "e1000e",
    .fire = routed_fire,
    .can_fire = routed_can_fire,
    .selftest = routed_selftest,
    .read_block = routed_read_block,
};

static enum result routed_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    *masked = routed.source.masked[index];
    *pending = routed.pending[index];
    return RESULT_OK;
}

static void routed_read(const struct device *device, struct device_reading *reading)
{
    *reading = routed.reading;
}

static struct capability capabilities[] = {{0x01, 0xc8}};
static struct capability extended_capabilities[] = {{0x0001, 0x100}};

static void routed_describe(struct device *device)
{
    *device = (struct device){
        .address = {0, 0, 4, 0},
        .vendor_id = 0x8086,
        .device_id = 0x10d3,
        .subsystem_vendor = 0x8086,
        .class_code = 0x020000,
        .command = 0x0107,
        .interrupt_pin = 1,
        .bars[0] = {BAR_MEM32, {0x81040000}, 0x20000, false},
        .capabilities = {capabilities, 1, NULL},
        .extended_capabilities = {extended_capabilities, 1, NULL},
        .msi = {.offset = 0xd0, .maximum = 1, .is_64bit = true},
        .msix = {.offset = 0xa0, .table_size = 5, .table_bar = 3, .pba_bar = 3, .pba_offset = 0x2000, .enabled = true},
        .driver = &driver,
        .read = routed_read,
    };
}

static void routed_connect(void)
{
    static const struct irq_options options;
    struct irq_request request = {.device = &routed.device.irq,
                                  .routine = routed_routine,
                                  .minimum = 1,
                                  .maximum = ROUTED_MESSAGES};
    struct irq_grant grant;
    enum result result = irq_initialise(&options);
    assert(result == RESULT_OK);
    result = irq_connect(&request, &grant);
    assert(result == RESULT_OK && grant.messages->message_count == ROUTED_MESSAGES);
}

void routed_device_start(void)
{
    enum result result = cpu_table_create(ROUTED_CPUS);
    assert(result == RESULT_OK);
    for (uint32_t i = 0; i < ROUTED_CPUS; i++) {
        cpu_state_set(i, CPU_ONLINE);
        cpu_get(i)->apic_id.value = i;
        cpu_get(i)->apic_mode = "xapic";
    }
    fake_host_reset();
    fake_host.on_ipi = fake_host_arrive;
    result = dpc_initialise(ROUTED_CPUS);
    assert(result == RESULT_OK);
    for (uint32_t i = 0; i < ROUTED_CPUS; i++) {
        dpc_prepare(i);
        cpu_call_prepare(i);
    }
    routed_describe(&routed.device);
    fake_source_start(&routed.source, &routed.device, MESSAGE_MSIX, ROUTED_MESSAGES);
    operations = *routed.source.source.operations;
    operations.status = routed_status;
    routed.source.source.operations = &operations;
    device_add(&routed.device);
    routed_connect();
}

void routed_device_reset(void)
{
    memset(routed.pending, 0, sizeof(routed.pending));
    routed.reading = (struct device_reading){.is_present = true,
                                             .memory_decode = true,
                                             .bus_master = true,
                                             .msix_enabled = true,
                                             .msi_granted = 1,
                                             .table_size = ROUTED_MESSAGES};
    routed.shot = ROUTED_ARRIVES;
    routed.busy = routed.refused = 0;
    routed.deliveries = 1;
    routed.selftest_result = RESULT_OK;
    routed.read_result = RESULT_OK;
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++) {
        routed.source.masked[i] = false;
        routed_message(i)->masked = false;
    }
}

struct message *routed_message(uint32_t index)
{
    return message_find(&routed.device.irq, index);
}
