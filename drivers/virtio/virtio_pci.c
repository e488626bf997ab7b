// Virtio over PCI, the modern transport: Virtio 1.2, 3.1 initialisation and 4.1.

#include "drivers/virtio/virtio_pci.h"
#include "arch/mmio.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio_capability.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

// Common configuration, 4.1.4.3. Accesses have the width of the field.
enum {
    COMMON_DEVICE_FEATURE_SELECT = 0x00,
    COMMON_DEVICE_FEATURE = 0x04,
    COMMON_DRIVER_FEATURE_SELECT = 0x08,
    COMMON_DRIVER_FEATURE = 0x0c,
    COMMON_CONFIG_MESSAGE = 0x10,
    COMMON_QUEUE_COUNT = 0x12,
    COMMON_STATUS = 0x14,
    COMMON_QUEUE_SELECT = 0x16,
    COMMON_QUEUE_SIZE = 0x18,
    COMMON_QUEUE_MESSAGE = 0x1a,
    COMMON_QUEUE_ENABLE = 0x1c,
    COMMON_QUEUE_NOTIFY_OFFSET = 0x1e,
    COMMON_QUEUE_DESCRIPTORS = 0x20,
    COMMON_QUEUE_AVAILABLE = 0x28,
    COMMON_QUEUE_USED = 0x30,
};

enum {
    STATUS_ACKNOWLEDGE = 0x01,
    STATUS_DRIVER = 0x02,
    STATUS_DRIVER_OK = 0x04,
    STATUS_FEATURES_OK = 0x08,
    STATUS_GONE = 0xff,
    NO_MESSAGE = 0xffff,
};

#define FEATURE_EVENT_INDEX     BIT(29)
#define FEATURE_VERSION_1       BIT(32)
#define FEATURE_ACCESS_PLATFORM BIT(33) // must be taken where it is offered
#define FEATURES_WANTED         (FEATURE_EVENT_INDEX | FEATURE_VERSION_1 | FEATURE_ACCESS_PLATFORM)

#define STEP       WAIT_MICROSECONDS(100)
#define STEP_COUNT 10000 // one second

static void log_failure(const struct virtio_pci *transport, const char *what, enum result result)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_error("virtio %s: %s: %s", pci_address_format(transport->device->address, text), what, result_name(result));
}

static void read_capability(const struct device *device, uint16_t offset, uint8_t *bytes)
{
    for (uint32_t i = 0; i < VIRTIO_CAPABILITY_SIZE; i += 4) {
        uint32_t dword = pci_read32(device, (uint16_t)(offset + i));
        for (uint32_t byte = 0; byte < 4; byte++)
            bytes[i + byte] = (uint8_t)(dword >> (8 * byte));
    }
}

static enum result map_memory(struct virtio_pci *transport, const struct virtio_region *region,
                              volatile uint8_t **place)
{
    volatile void *bar;
    enum result result = pci_bar_map(transport->device, region->bar, region->length, &bar);

    if (result == RESULT_OK)
        *place = (volatile uint8_t *)bar + region->offset;
    return result;
}

static enum result map_ports(struct virtio_pci *transport, const struct virtio_region *region)
{
    uint16_t first;
    enum result result = pci_port_reach(transport->device, region->bar, &first);

    if (result == RESULT_OK)
        transport->notify_port = (uint16_t)(first + region->offset);
    return result;
}

static enum result map_notify(struct virtio_pci *transport, const struct virtio_region *region)
{
    bool is_ports = transport->device->bars[region->bar].kind == BAR_IO;
    enum result result = is_ports ? map_ports(transport, region) : map_memory(transport, region, &transport->notify);

    if (result != RESULT_OK)
        return result;
    transport->notify_length = region->length;
    transport->notify_multiplier = region->notify_multiplier;
    return RESULT_OK;
}

// The first usable region of a kind is used: the device lists its preferred one first (4.1.4.1).
static enum result map_region(struct virtio_pci *transport, const struct virtio_region *region)
{
    if (region->kind == VIRTIO_REGION_COMMON && !transport->common)
        return map_memory(transport, region, &transport->common);
    if (region->kind == VIRTIO_REGION_ISR && !transport->isr)
        return map_memory(transport, region, &transport->isr);
    if (region->kind == VIRTIO_REGION_NOTIFY && transport->notify_length == 0)
        return map_notify(transport, region);
    return RESULT_OK;
}

static void find_regions(struct virtio_pci *transport)
{
    const struct capability_list *list = &transport->device->capabilities;
    uint8_t bytes[VIRTIO_CAPABILITY_SIZE];
    struct virtio_region region;

    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i].id != VIRTIO_CAPABILITY_ID)
            continue;
        read_capability(transport->device, list->items[i].offset, bytes);
        enum result result = virtio_capability_decode(bytes, transport->device->bars, &region);
        if (region.kind == 0 || region.kind >= VIRTIO_REGION_KIND_COUNT || result == RESULT_UNSUPPORTED)
            continue;
        if (result == RESULT_OK)
            result = map_region(transport, &region);
        if (result != RESULT_OK)
            log_failure(transport, "capability", result);
    }
}

enum result virtio_pci_open(struct virtio_pci *transport, struct device *device)
{
    *transport = (struct virtio_pci){.device = device};
    find_regions(transport);
    if (!transport->common || transport->notify_length == 0 || !transport->isr) {
        log_failure(transport, "no modern registers", RESULT_UNSUPPORTED);
        return RESULT_UNSUPPORTED;
    }
    return virtio_pci_reset(transport);
}

static void add_status(const struct virtio_pci *transport, uint8_t bits)
{
    mmio_write8(transport->common + COMMON_STATUS, mmio_read8(transport->common + COMMON_STATUS) | bits);
}

static uint64_t read_features(const struct virtio_pci *transport)
{
    uint64_t features = 0;

    for (uint32_t word = 0; word < 2; word++) {
        mmio_write32(transport->common + COMMON_DEVICE_FEATURE_SELECT, word);
        features |= (uint64_t)mmio_read32(transport->common + COMMON_DEVICE_FEATURE) << (32 * word);
    }
    return features;
}

static void write_features(const struct virtio_pci *transport, uint64_t features)
{
    for (uint32_t word = 0; word < 2; word++) {
        mmio_write32(transport->common + COMMON_DRIVER_FEATURE_SELECT, word);
        mmio_write32(transport->common + COMMON_DRIVER_FEATURE, (uint32_t)(features >> (32 * word)));
    }
}

enum result virtio_pci_negotiate(const struct virtio_pci *transport)
{
    add_status(transport, STATUS_ACKNOWLEDGE);
    add_status(transport, STATUS_DRIVER);
    uint64_t offered = read_features(transport);
    write_features(transport, offered & FEATURES_WANTED);
    add_status(transport, STATUS_FEATURES_OK);
    if ((offered & FEATURE_VERSION_1) && (mmio_read8(transport->common + COMMON_STATUS) & STATUS_FEATURES_OK))
        return RESULT_OK;
    log_failure(transport, "features", RESULT_UNSUPPORTED);
    return RESULT_UNSUPPORTED;
}

// Reads back as NO_MESSAGE when the device cannot allocate the vector (4.1.5.1.2).
static enum result set_message(const struct virtio_pci *transport, uint32_t offset, uint32_t message)
{
    mmio_write16(transport->common + offset, (uint16_t)message);
    if (mmio_read16(transport->common + offset) == message && message != NO_MESSAGE)
        return RESULT_OK;
    log_failure(transport, "message", RESULT_MISMATCH);
    return RESULT_MISMATCH;
}

enum result virtio_pci_set_config_message(const struct virtio_pci *transport, uint32_t message)
{
    return set_message(transport, COMMON_CONFIG_MESSAGE, message);
}

static void write64(const struct virtio_pci *transport, uint32_t offset, uint64_t value)
{
    mmio_write32(transport->common + offset, (uint32_t)value);
    mmio_write32(transport->common + offset + 4, (uint32_t)(value >> 32));
}

// Selects the queue and settles its size: the largest power of two that both sides can do.
static enum result select_queue(const struct virtio_pci *transport, uint32_t index, uint32_t *size)
{
    uint32_t offered = 0;

    if (index < mmio_read16(transport->common + COMMON_QUEUE_COUNT)) {
        mmio_write16(transport->common + COMMON_QUEUE_SELECT, (uint16_t)index);
        offered = mmio_read16(transport->common + COMMON_QUEUE_SIZE);
    }
    if (offered == 0) {
        log_failure(transport, "queue", RESULT_NOT_FOUND);
        return RESULT_NOT_FOUND;
    }
    for (*size = VIRTQUEUE_SIZE; *size > offered; *size /= 2)
        ;
    mmio_write16(transport->common + COMMON_QUEUE_SIZE, (uint16_t)*size);
    return RESULT_OK;
}

static enum result find_doorbell(const struct virtio_pci *transport, uint32_t index, struct virtio_doorbell *doorbell)
{
    uint64_t offset =
        (uint64_t)mmio_read16(transport->common + COMMON_QUEUE_NOTIFY_OFFSET) * transport->notify_multiplier;

    if (offset + sizeof(uint16_t) > transport->notify_length) {
        log_failure(transport, "doorbell", RESULT_OUT_OF_BOUNDS);
        return RESULT_OUT_OF_BOUNDS;
    }
    *doorbell = (struct virtio_doorbell){.queue = index};
    if (transport->notify)
        doorbell->address = transport->notify + offset;
    else
        doorbell->port = (uint16_t)(transport->notify_port + offset);
    return RESULT_OK;
}

enum result virtio_pci_start_queue(const struct virtio_pci *transport, uint32_t index, struct physical memory,
                                   const uint32_t *message, struct virtqueue *queue, struct virtio_doorbell *doorbell)
{
    uint32_t size;
    enum result result = select_queue(transport, index, &size);

    if (result == RESULT_OK)
        result = find_doorbell(transport, index, doorbell);
    if (result == RESULT_OK && message)
        result = set_message(transport, COMMON_QUEUE_MESSAGE, *message);
    if (result != RESULT_OK)
        return result;
    virtqueue_start(queue, page_pointer(memory), size);
    write64(transport, COMMON_QUEUE_DESCRIPTORS, memory.address);
    write64(transport, COMMON_QUEUE_AVAILABLE, memory.address + VIRTQUEUE_AVAILABLE_OFFSET);
    write64(transport, COMMON_QUEUE_USED, memory.address + VIRTQUEUE_USED_OFFSET);
    mmio_write16(transport->common + COMMON_QUEUE_ENABLE, 1);
    return RESULT_OK;
}

void virtio_pci_set_ready(const struct virtio_pci *transport)
{
    add_status(transport, STATUS_DRIVER_OK);
}

void virtio_pci_kick(const struct virtio_doorbell *doorbell)
{
    if (doorbell->address)
        mmio_write16(doorbell->address, (uint16_t)doorbell->queue);
    else
        io_write16(doorbell->port, (uint16_t)doorbell->queue);
}

uint8_t virtio_pci_read_cause(const struct virtio_pci *transport)
{
    return mmio_read8(transport->isr);
}

// The reset is complete when the status reads 0 (4.1.4.3.2).
enum result virtio_pci_reset(const struct virtio_pci *transport)
{
    enum result result = RESULT_TIMEOUT;

    mmio_write8(transport->common + COMMON_STATUS, 0);
    for (uint32_t step = 0; step < STEP_COUNT && result == RESULT_TIMEOUT; step++) {
        uint8_t status = mmio_read8(transport->common + COMMON_STATUS);
        if (status == 0)
            result = RESULT_OK;
        else if (status == STATUS_GONE)
            result = RESULT_GONE;
        else
            wait_pause(STEP);
    }
    if (result != RESULT_OK)
        log_failure(transport, "reset", result);
    return result;
}
