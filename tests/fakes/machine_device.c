// The function's side of the model: configuration space, MSI-X table, PBA, what it sends.

#include "tests/fakes/mmio.h"

#include "drivers/pci/pci.h"
#include "drivers/pci/pci_command.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msi_source.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_msix_source.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/runtime/heap.h"
#include "tests/fakes/machine.h"
#include <assert.h>
#include <string.h>

enum { CAPABILITY = 0x40, PBA = 0x800, BAR_BASE = 0x80000000 };

static uint32_t get(const uint8_t *bytes, uint32_t offset, uint32_t width)
{
    uint32_t value = 0;
    memcpy(&value, bytes + offset, width);
    return value;
}

static void put(uint8_t *bytes, uint32_t offset, uint32_t width, uint32_t value)
{
    memcpy(bytes + offset, &value, width);
}

static bool has_msix(const struct machine_device *device)
{
    return device->device.msix.offset;
}

static uint32_t msi_get(const struct machine_device *device, enum pci_msi_place place, uint32_t width)
{
    return get(device->config, pci_msi_register(&device->device.msi, place), width);
}

// ---- sending --------------------------------------------------------------------------------------------------------

static bool is_enabled(const struct machine_device *device)
{
    if (!(get(device->config, PCI_COMMAND, 2) & PCI_COMMAND_BUS_MASTER))
        return false;
    if (has_msix(device))
        return get(device->config, CAPABILITY + PCI_MSIX_CONTROL, 2) & PCI_MSIX_ENABLE;
    return msi_get(device, PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE;
}

bool machine_device_is_masked(const struct machine_device *device, uint32_t index)
{
    if (has_msix(device))
        return get(device->config, CAPABILITY + PCI_MSIX_CONTROL, 2) & PCI_MSIX_FUNCTION_MASK ||
               get(device->memory, index * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_CONTROL, 4) & PCI_MSIX_ENTRY_MASKED;
    return device->device.msi.maskable && msi_get(device, PCI_MSI_MASK, 4) >> index & 1;
}

struct message_words machine_device_words(const struct machine_device *device, uint32_t index)
{
    const uint8_t *entry = device->memory + index * PCI_MSIX_ENTRY_SIZE;
    uint64_t high;

    if (has_msix(device)) {
        high = get(entry, PCI_MSIX_ENTRY_HIGH, 4);
        return (struct message_words){{high << 32 | get(entry, PCI_MSIX_ENTRY_LOW, 4)},
                                      get(entry, PCI_MSIX_ENTRY_DATA, 4)};
    }
    high = msi_get(device, PCI_MSI_ADDRESS_HIGH, 4);
    return (struct message_words){{high << 32 | msi_get(device, PCI_MSI_ADDRESS_LOW, 4)},
                                  msi_get(device, PCI_MSI_DATA, 2) | index};
}

static bool holds_back(const struct machine_device *device, uint32_t index)
{
    return !machine.damage.mask && machine_device_is_masked(device, index);
}

static void pending_note(struct machine_device *device, uint32_t index, bool is_pending)
{
    bool msix = has_msix(device);
    uint8_t *bytes = msix ? device->memory : device->config;
    uint32_t offset = msix ? (uint32_t)PBA : pci_msi_register(&device->device.msi, PCI_MSI_PENDING);
    uint32_t others = get(bytes, offset, 4) & ~(1u << index);

    if (!msix && !device->device.msi.maskable)
        return;
    put(bytes, offset, 4, others | (uint32_t)is_pending << index);
    device->messages[index].place = is_pending ? SHOT_PENDING : SHOT_NONE;
}

static void send(struct machine_device *device, uint32_t index)
{
    assert(device->flight_count < MACHINE_MESSAGES);
    device->flight[device->flight_count++] = (struct machine_sent){index, machine_device_words(device, index)};
    device->messages[index].place = SHOT_SENT;
}

// After any change of a mask: what may leave now leaves.
static void pending_send(struct machine_device *device)
{
    for (uint32_t i = 0; i < MACHINE_MESSAGES; i++) {
        if (device->messages[i].place != SHOT_PENDING || !is_enabled(device) || holds_back(device, i))
            continue;
        pending_note(device, i, false);
        send(device, i);
    }
}

// What a disabled function still had pending it forgets.
static void pending_drop(struct machine_device *device)
{
    for (uint32_t i = 0; i < MACHINE_MESSAGES; i++) {
        if (device->messages[i].place != SHOT_PENDING)
            continue;
        pending_note(device, i, false);
        device->messages[i].dropped++;
    }
}

// An MSI function has as many messages as it was granted.
static bool has_message(const struct machine_device *device, uint32_t index)
{
    return has_msix(device) || index < 1u << (msi_get(device, PCI_MSI_CONTROL, 2) >> 4 & 7);
}

bool machine_device_fire(struct machine_device *device, uint32_t index)
{
    struct machine_message *message = &device->messages[index];

    if (message->place != SHOT_NONE || !is_enabled(device) || !has_message(device, index))
        return false;
    message->sent++;
    if (holds_back(device, index))
        pending_note(device, index, true);
    else
        send(device, index);
    return true;
}

bool machine_device_deliver(struct machine_device *device)
{
    if (device->flight_count == 0)
        return false;
    struct machine_sent oldest = device->flight[0];
    memmove(device->flight, device->flight + 1, --device->flight_count * sizeof(oldest));
    machine_message_arrive(&device->messages[oldest.index], oldest.words);
    return true;
}

// ---- device memory: writes are posted, reads are not
// -----------------------------------------------------------------

static bool is_refused(struct machine_device *device, uint32_t offset, uint32_t address, uint32_t data)
{
    if (device->refusals == 0 || offset != (device->refuses_address ? address : data))
        return false;
    device->refusals--;
    return true;
}

bool machine_device_absorb(struct machine_device *device)
{
    if (device->posted_count == 0)
        return false;
    struct machine_posted oldest = device->posted[0];
    memmove(device->posted, device->posted + 1, --device->posted_count * sizeof(oldest));
    if (!is_refused(device, oldest.offset % PCI_MSIX_ENTRY_SIZE, PCI_MSIX_ENTRY_LOW, PCI_MSIX_ENTRY_DATA))
        put(device->memory, oldest.offset, 4, oldest.value);
    pending_send(device);
    return true;
}

// A read pushes the writes before it to the function, and what the function has sent by then ahead of the answer.
static void push(struct machine_device *device)
{
    while (machine_device_absorb(device))
        machine_step();
    while (!machine.damage.push && machine_device_deliver(device))
        continue;
}

static struct machine_device *owner_of(const volatile void *address, uint32_t *offset)
{
    for (uint32_t i = 0; i < machine.device_count; i++) {
        uintptr_t start = (uintptr_t)machine.devices[i].memory;
        *offset = (uint32_t)((uintptr_t)address - start);
        if ((uintptr_t)address >= start && (uintptr_t)address < start + sizeof(machine.devices[i].memory))
            return &machine.devices[i];
    }
    assert(!"an access to no device");
    return NULL;
}

uint32_t mmio_read32(const volatile void *address)
{
    uint32_t offset;
    struct machine_device *device = owner_of(address, &offset);

    machine_step();
    push(device);
    return get(device->memory, offset, 4);
}

void mmio_write32(volatile void *address, uint32_t value)
{
    uint32_t offset;
    struct machine_device *device = owner_of(address, &offset);

    machine_step();
    if (device->posted_count == MACHINE_QUEUE)
        machine_device_absorb(device);
    device->posted[device->posted_count++] = (struct machine_posted){offset, value};
}

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    uint64_t number = (base.address - BAR_BASE) / sizeof(machine.devices[0].memory);

    assert(number < machine.device_count);
    *pointer = machine.devices[number].memory + base.address % sizeof(machine.devices[0].memory);
    return RESULT_OK;
}

// ---- configuration space: nothing is posted
// --------------------------------------------------------------------------

// No function's registers are mapped.
uint16_t mmio_read16(const volatile void *address)
{
    assert(!"configuration space is reached by address");
    return UINT16_MAX;
}

void mmio_write16(volatile void *address, uint16_t value)
{
    assert(!"configuration space is reached by address");
}

static struct machine_device *function_at(struct pci_address address)
{
    assert(address.device < machine.device_count);
    return &machine.devices[address.device];
}

static uint32_t config_read(struct pci_address address, uint16_t offset, uint32_t width)
{
    struct machine_device *function = function_at(address);

    machine_step();
    push(function);
    return get(function->config, offset, width);
}

static void config_write(struct pci_address address, uint16_t offset, uint32_t width, uint32_t value)
{
    struct machine_device *function = function_at(address);
    const struct msi_shape *msi = &function->device.msi;
    uint16_t low = pci_msi_register(msi, PCI_MSI_ADDRESS_LOW), data = pci_msi_register(msi, PCI_MSI_DATA);

    machine_step();
    while (machine_device_absorb(function))
        machine_step();
    if (has_msix(function) || !is_refused(function, offset, low, data))
        put(function->config, offset, width, value);
    if (!is_enabled(function))
        pending_drop(function);
    pending_send(function);
}

uint16_t pci_config_read16(struct pci_address address, uint16_t offset)
{
    return (uint16_t)config_read(address, offset, 2);
}

uint32_t pci_config_read32(struct pci_address address, uint16_t offset)
{
    return config_read(address, offset, 4);
}

void pci_config_write16(struct pci_address address, uint16_t offset, uint16_t value)
{
    config_write(address, offset, 2, value);
}

void pci_config_write32(struct pci_address address, uint16_t offset, uint32_t value)
{
    config_write(address, offset, 4, value);
}

void pci_memory_decode(struct device *device, bool on)
{
    pci_command_change(device, on ? PCI_COMMAND_MEMORY : 0, on ? 0 : PCI_COMMAND_MEMORY);
}

enum result pci_bar_reach(struct device *device, uint32_t bar)
{
    return RESULT_OK;
}

void pci_messages_enable(struct device *device, bool bus_master)
{
    pci_command_change(device, PCI_COMMAND_INTX_DISABLE | (bus_master ? PCI_COMMAND_BUS_MASTER : 0), 0);
}

// ---- making devices
// ---------------------------------------------------------------------------------------------------

static struct machine_device *device_begin(uint32_t entries)
{
    uint32_t number = machine.device_count++;
    struct machine_device *device = &machine.devices[number];

    assert(number < MACHINE_DEVICES && entries <= MACHINE_MESSAGES);
    memset(device, 0, sizeof(*device));
    device->device.address.device = (uint8_t)number;
    device->device.bars[0] =
        (struct bar){BAR_MEM32, {BAR_BASE + number * sizeof(device->memory)}, sizeof(device->memory), false};
    device->capacity = device->entries = entries;
    for (uint32_t i = 0; i < MACHINE_MESSAGES; i++)
        device->messages[i] = (struct machine_message){.owner = device, .index = i};
    return device;
}

struct machine_device *machine_add_msix(uint32_t capacity)
{
    struct machine_device *device = device_begin(capacity);

    device->device.msix = pci_msix_decode(CAPABILITY, (uint16_t)(capacity - 1), 0, PBA);
    put(device->config, CAPABILITY + PCI_MSIX_CONTROL, 2, capacity - 1);
    device->device.irq.sources[MESSAGE_MSIX] = pci_msix_source_create(&device->device);
    return device;
}

struct machine_device *machine_add_msi(uint32_t capacity, bool maskable)
{
    struct machine_device *device = device_begin(capacity);
    uint32_t control = (uint32_t)maskable << 8 | 1u << 7 | (uint32_t)__builtin_ctz(capacity) << 1;

    device->device.msi = pci_msi_decode(CAPABILITY, (uint16_t)control);
    put(device->config, CAPABILITY + PCI_MSI_CONTROL, 2, control);
    device->device.irq.sources[MESSAGE_MSI] = pci_msi_source_create(&device->device);
    return device;
}

void machine_end(void)
{
    for (uint32_t i = 0; i < machine.device_count; i++)
        for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++)
            heap_free(machine.devices[i].device.irq.sources[kind]);
    machine.device_count = 0;
}
