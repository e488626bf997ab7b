// The machine that is spoilt.

#include "tests/fakes/audited_machine.h"
#include "kernel/core/irq.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

struct audit audited_run;
char audited_text[4096];
struct audited_device outer_bridge, inner_bridge, deep, silent, lines[2];

static struct audited_device *const all[] = {&outer_bridge, &inner_bridge, &deep, &silent, &lines[0], &lines[1]};
static struct {
    struct fake_source source;
    struct message messages[8];
} saved[ARRAY_COUNT(all)];
static struct message saved_routed[ROUTED_MESSAGES];
static struct message_words saved_words[FAKE_SOURCE_ENTRIES];
static struct fake_host saved_port;

static bool audited_routine(const struct interrupt *self)
{
    return true;
}

static const struct driver audited_driver = {.name = "audited"};

static void audited_read(const struct device *device, struct device_reading *reading)
{
    *reading = CONTAINER_OF(device, struct audited_device, device)->reading;
}

static void add(struct audited_device *audited, struct pci_address address, uint8_t secondary)
{
    audited->device = (struct device){
        .address = address,
        .header_type = secondary ? 1 : 0,
        .class_code = secondary ? 0x060400 : 0x020000,
        .secondary_bus = secondary,
        .read = audited_read,
    };
    device_add(&audited->device);
}

static void connect(struct audited_device *audited, uint32_t maximum, bool is_silent)
{
    struct irq_request request = {
        .device = &audited->device.irq,
        .routine = audited_routine,
        .context = audited,
        .minimum = 1,
        .maximum = maximum,
        .silent = is_silent,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    assert(result == RESULT_OK);
    audited->device.driver = is_silent ? NULL : &audited_driver;
}

static void lines_start(void)
{
    for (uint32_t i = 0; i < 2; i++) {
        add(&lines[i], (struct pci_address){.device = (uint8_t)(6 + i)}, 0);
        fake_source_start(&lines[i].source, &lines[i].device, MESSAGE_LINE, 1);
        fake_line_start(&lines[i].source, &lines[i].member, 20, INTERRUPT_LEVEL_SENSITIVE);
        lines[i].source.source.polarity = INTERRUPT_ACTIVE_LOW;
        lines[i].source.details[0] =
            (struct message_detail){INTERRUPT_LEVEL_SENSITIVE, INTERRUPT_ACTIVE_LOW, false, 0, 0};
        connect(&lines[i], 1, false);
    }
}

void audited_machine_start(void)
{
    routed_device_start();
    add(&outer_bridge, (struct pci_address){.device = 0x1c}, 1);
    add(&inner_bridge, (struct pci_address){.bus = 1}, 2);
    add(&deep, (struct pci_address){.bus = 2}, 0);
    add(&silent, (struct pci_address){.device = 5}, 0);
    fake_source_start(&inner_bridge.source, &inner_bridge.device, MESSAGE_MSIX, 1);
    fake_source_start(&deep.source, &deep.device, MESSAGE_MSIX, DEEP_CAPACITY);
    deep.source.grant_limit = DEEP_MESSAGES;
    fake_source_start(&silent.source, &silent.device, MESSAGE_MSI, 1);
    inner_bridge.device.msix.offset = deep.device.msix.offset = 0x40;
    silent.device.msi = (struct msi_shape){.offset = 0x50, .maximum = 1};
    connect(&inner_bridge, 1, true);
    connect(&deep, DEEP_ENTRIES, false);
    connect(&silent, 1, true);
    lines_start();
    routed_device_reset();
    for (uint32_t i = 0; i < ARRAY_COUNT(all); i++) {
        saved[i].source = all[i]->source;
        for (uint32_t m = 0; all[i]->device.irq.messages && m < all[i]->device.irq.messages->message_count; m++)
            saved[i].messages[m] = all[i]->device.irq.messages->messages[m];
    }
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        saved_routed[i] = *routed_message(i);
    memcpy(saved_words, routed.source.words, sizeof(saved_words));
    saved_port = fake_host;
}

static struct device_reading reading_of(const struct audited_device *audited)
{
    bool is_bridge = audited->device.header_type == 1;

    return (struct device_reading){
        .is_present = true,
        .memory_decode = true,
        .windows = {{0, UINT64_C(1) << 32}},
        .bus_master = is_bridge || (audited->device.irq.messages && !audited->device.irq.messages->is_silent),
        .msix_enabled = audited->device.msix.offset,
        .msi_enabled = audited->device.msi.offset,
        .msi_granted = audited->device.msi.offset ? 1 : 0,
        .table_size = audited->device.msix.offset ? audited->source.source.capacity : 0,
    };
}

int audited_machine_reset(void **state)
{
    routed_device_reset();
    for (uint32_t i = 0; i < ARRAY_COUNT(all); i++) {
        all[i]->source = saved[i].source;
        all[i]->reading = reading_of(all[i]);
        for (uint32_t m = 0; all[i]->device.irq.messages && m < all[i]->device.irq.messages->message_count; m++)
            all[i]->device.irq.messages->messages[m] = saved[i].messages[m];
        if (all[i]->device.irq.messages)
            all[i]->device.irq.messages->is_inactive = false;
    }
    for (uint32_t i = 0; i < ROUTED_MESSAGES; i++)
        *routed_message(i) = saved_routed[i];
    memcpy(routed.source.words, saved_words, sizeof(saved_words));
    fake_host = saved_port;
    for (uint32_t i = 0; i < ROUTED_CPUS; i++)
        cpu_state_set(i, CPU_ONLINE);
    return 0;
}

struct message *audited_message(struct audited_device *device, uint32_t index)
{
    return message_find(&device->device.irq, index);
}

const struct interrupt **audited_slot(const struct message *message)
{
    return &fake_host.slots[message->cpu][message->info.vector];
}

static void keep(struct audit *audit, const struct audit_drift *drift)
{
    char address[DEVICE_ADDRESS_TEXT] = "-";
    size_t length = strlen(audited_text);

    if (drift->device)
        pci_address_format(drift->device->address, address);
    snprintf(audited_text + length, sizeof(audited_text) - length, "%s %u: %s %s %s -> %s\n", address, drift->index,
             drift->where, drift->field, drift->expected, drift->found);
}

struct audit audited_begin(void)
{
    audited_text[0] = '\0';
    return (struct audit){.drift = keep};
}

const char *audited_drifts(void)
{
    audited_run = audited_begin();
    audit_all(&audited_run);
    return audited_text;
}
