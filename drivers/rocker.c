// QEMU's rocker switch, used as a message exerciser: 4 to 128 MSI-X messages, each fired by one register write.

#include "drivers/rocker.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "kernel/core/irq.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    ROCKER_VENDOR = 0x1b36,
    ROCKER_DEVICE = 0x0006,
    ROCKER_BAR_SIZE = 0x2000,
    ROCKER_TEST_IRQ = 0x0020, // a message number written here fires that message
    ROCKER_CONTROL = 0x0300,
    ROCKER_CONTROL_RESET = 1,
    ROCKER_SELFTEST_SHOTS = 3,
};

struct rocker {
    volatile uint8_t *registers;
};

// The test register has no cause to clear.
static bool rocker_service(const struct interrupt *self)
{
    return true;
}

static bool rocker_matches(const struct device *device)
{
    return device->vendor_id == ROCKER_VENDOR && device->device_id == ROCKER_DEVICE;
}

static enum result rocker_reset(struct device *device, struct rocker *rocker)
{
    volatile void *registers;

    enum result result = pci_bar_map(device, 0, ROCKER_BAR_SIZE, &registers);
    if (result != RESULT_OK)
        return result;
    rocker->registers = registers;
    mmio_write32(rocker->registers + ROCKER_CONTROL, ROCKER_CONTROL_RESET);
    return RESULT_OK;
}

static enum result rocker_connect(struct device *device, struct rocker *rocker)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = rocker_service,
        .context = rocker,
        .minimum = 1,
        .priority = IRQ_PRIORITY_LOW,
        .maximum = device->msix.table_size ? device->msix.table_size : 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

static enum result rocker_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct rocker *rocker = heap_allocate(sizeof(*rocker));

    if (!rocker)
        return RESULT_NO_MEMORY;
    enum result result = rocker_reset(device, rocker);
    if (result == RESULT_OK)
        result = rocker_connect(device, rocker);
    if (result != RESULT_OK) {
        heap_free(rocker);
        return result;
    }
    device->driver_state = rocker;
    log_info("rocker %s: %u messages, each fired by its test register", pci_address_format(device->address, text),
             device->irq.messages->message_count);
    return RESULT_OK;
}

static bool rocker_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index < device->irq.messages->message_count;
}

static bool rocker_doorbell(const struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    const struct rocker *rocker = device->driver_state;
    uint32_t deliveries;

    if (!rocker_can_fire(device, index, &deliveries))
        return false;
    *doorbell = (struct driver_doorbell){(void *)(rocker->registers + ROCKER_TEST_IRQ), index};
    return true;
}

static enum result rocker_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct driver_doorbell doorbell;

    if (!rocker_doorbell(device, index, &doorbell)) {
        log_warning("rocker %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    mmio_write32(doorbell.address, doorbell.value);
    return RESULT_OK;
}

static enum result rocker_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, ROCKER_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "rocker %s: %u messages, %u shots each, every shot arrived once\n",
                      pci_address_format(device->address, text), fired, ROCKER_SELFTEST_SHOTS);
    return result;
}

const struct driver rocker_driver = {
    .name = "rocker",
    .matches = rocker_matches,
    .start = rocker_start,
    .fire = rocker_fire,
    .doorbell = rocker_doorbell,
    .rests = true,
    .can_fire = rocker_can_fire,
    .selftest = rocker_selftest,
};
