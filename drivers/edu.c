// QEMU's educational device (specs/edu): one MSI or its line, raised by a register or by the end of a factorial.

#include "drivers/edu.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    EDU_VENDOR = 0x1234,
    EDU_DEVICE = 0x11e8,
    EDU_BAR_SIZE = 0x100000,

    EDU_IDENTIFICATION = 0x00,
    EDU_LIVENESS = 0x04, // reads back the complement of what was written
    EDU_FACTORIAL = 0x08,
    EDU_STATUS = 0x20,
    EDU_INTERRUPT_STATUS = 0x24,
    EDU_INTERRUPT_RAISE = 0x60,
    EDU_INTERRUPT_ACKNOWLEDGE = 0x64,

    EDU_IDENTITY = 0x010000ed,        // version 1.0
    EDU_STATUS_INTERRUPT = 0x80,      // raise an interrupt when the factorial is ready
    EDU_CAUSE_FACTORIAL = 0x00000001, // fixed by the device
    EDU_CAUSE_SHOT = 0x00000002,      // ours, for the raise register

    EDU_LIVENESS_PATTERN = 0x5a17c3e9,
    EDU_FACTORIAL_OF = 10,
    EDU_FACTORIAL_RESULT = 3628800,
    EDU_SELFTEST_SHOTS = 3,
};
#define EDU_ALL_ONES UINT32_C(0xffffffff)

struct edu {
    volatile uint8_t *registers;
    uint32_t factorials; // finished, as told by interrupts; written by the routine
};

struct factorial_wait {
    const struct edu *edu;
    uint32_t before;
};

static bool edu_service(const struct interrupt *self)
{
    struct edu *edu = self->context;
    uint32_t cause = mmio_read32(edu->registers + EDU_INTERRUPT_STATUS);

    mmio_write32(edu->registers + EDU_INTERRUPT_ACKNOWLEDGE, cause);
    if (cause & EDU_CAUSE_FACTORIAL)
        __atomic_fetch_add(&edu->factorials, 1, __ATOMIC_RELEASE);
    return cause != 0;
}

static bool edu_matches(const struct device *device)
{
    return device->vendor_id == EDU_VENDOR && device->device_id == EDU_DEVICE;
}

static enum result edu_map(struct device *device, volatile uint8_t **registers)
{
    volatile void *pointer;

    enum result result = pci_bar_map(device, 0, EDU_BAR_SIZE, &pointer);
    if (result == RESULT_OK)
        *registers = pointer;
    return result;
}

static enum result edu_quiet(struct device *device, struct edu *edu)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = edu_map(device, &edu->registers);

    if (result != RESULT_OK)
        return result;

    uint32_t identity = mmio_read32(edu->registers + EDU_IDENTIFICATION);
    if (identity != EDU_IDENTITY) {
        log_error("edu %s: identification 0x%08x, expected 0x%08x", pci_address_format(device->address, text), identity,
                  EDU_IDENTITY);
        return identity == EDU_ALL_ONES ? RESULT_GONE : RESULT_MISMATCH;
    }
    mmio_write32(edu->registers + EDU_STATUS, 0);
    mmio_write32(edu->registers + EDU_INTERRUPT_ACKNOWLEDGE, EDU_ALL_ONES);
    return RESULT_OK;
}

static enum result edu_connect(struct device *device, struct edu *edu)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = edu_service,
        .context = edu,
        .priority = IRQ_PRIORITY_HIGH,
        .minimum = 1,
        .maximum = 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

static enum result edu_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct edu *edu = heap_allocate(sizeof(*edu));

    if (!edu)
        return RESULT_NO_MEMORY;
    enum result result = edu_quiet(device, edu);
    if (result == RESULT_OK)
        result = edu_connect(device, edu);
    if (result != RESULT_OK) {
        heap_free(edu);
        return result;
    }
    device->driver_state = edu;
    log_info("edu %s: 1 message, fired by its raise register", pci_address_format(device->address, text));
    return RESULT_OK;
}

static bool edu_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index == 0;
}

static bool edu_doorbell(const struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    const struct edu *edu = device->driver_state;
    uint32_t deliveries;

    if (!edu_can_fire(device, index, &deliveries))
        return false;
    *doorbell = (struct driver_doorbell){(void *)(edu->registers + EDU_INTERRUPT_RAISE), EDU_CAUSE_SHOT};
    return true;
}

// The stub counts before the routine acknowledges, so the next shot may come in between. On the line it would add to a
// cause still set, and the routine would clear both at once. A masked line cannot be served.
static bool edu_is_busy(const struct device *device, const struct edu *edu)
{
    const struct message_set *set = device->irq.messages;

    return set->source->kind == MESSAGE_LINE && !set->messages->masked &&
           mmio_read32(edu->registers + EDU_INTERRUPT_STATUS);
}

static enum result edu_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct edu *edu = device->driver_state;
    struct driver_doorbell doorbell;

    if (!edu_doorbell(device, index, &doorbell)) {
        log_warning("edu %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    if (edu_is_busy(device, edu))
        return RESULT_BUSY;
    mmio_write32(doorbell.address, doorbell.value);
    return RESULT_OK;
}

// The line stays asserted while a cause is set.
static enum result edu_assert_line(struct device *device, bool on)
{
    volatile uint8_t *registers;
    enum result result = edu_map(device, &registers);

    if (result != RESULT_OK)
        return result;
    if (on)
        mmio_write32(registers + EDU_INTERRUPT_RAISE, EDU_CAUSE_SHOT);
    else
        mmio_write32(registers + EDU_INTERRUPT_ACKNOWLEDGE, EDU_ALL_ONES);
    bool is_asserted = mmio_read32(registers + EDU_INTERRUPT_STATUS) != 0;
    return is_asserted == on ? RESULT_OK : RESULT_FAILED;
}

static bool factorial_finished(void *context)
{
    const struct factorial_wait *wait = context;

    return __atomic_load_n(&wait->edu->factorials, __ATOMIC_ACQUIRE) != wait->before;
}

static enum result edu_factorial(struct edu *edu, uint32_t number, uint32_t *factorial)
{
    struct factorial_wait wait = {edu, __atomic_load_n(&edu->factorials, __ATOMIC_ACQUIRE)};

    mmio_write32(edu->registers + EDU_STATUS, EDU_STATUS_INTERRUPT);
    mmio_write32(edu->registers + EDU_FACTORIAL, number);
    enum result result = wait_until(factorial_finished, &wait, WAIT_MILLISECONDS(1000));
    mmio_write32(edu->registers + EDU_STATUS, 0);
    *factorial = mmio_read32(edu->registers + EDU_FACTORIAL);
    return result;
}

static enum result edu_check_liveness(struct device *device, const struct edu *edu, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];

    mmio_write32(edu->registers + EDU_LIVENESS, EDU_LIVENESS_PATTERN);
    uint32_t found = mmio_read32(edu->registers + EDU_LIVENESS);
    if (found == (uint32_t)~EDU_LIVENESS_PATTERN)
        return RESULT_OK;
    output_format(out, "edu %s: liveness 0x%08x expected, 0x%08x found\n", pci_address_format(device->address, text),
                  (uint32_t)~EDU_LIVENESS_PATTERN, found);
    return found == EDU_ALL_ONES ? RESULT_GONE : RESULT_FAILED;
}

static enum result edu_check_factorial(struct device *device, struct edu *edu, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t factorial;
    enum result result = edu_factorial(edu, EDU_FACTORIAL_OF, &factorial);

    pci_address_format(device->address, text);
    if (result == RESULT_OK && factorial == EDU_FACTORIAL_RESULT) {
        output_format(out, "edu %s: factorial of %u is %u, told by interrupt\n", text, EDU_FACTORIAL_OF, factorial);
        return RESULT_OK;
    }
    output_format(out, "edu %s: factorial of %u: %u by interrupt expected, %u found (%s)\n", text, EDU_FACTORIAL_OF,
                  EDU_FACTORIAL_RESULT, factorial, result_name(result));
    return RESULT_FAILED;
}

static enum result edu_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct edu *edu = device->driver_state;
    enum result result = edu_check_liveness(device, edu, out);

    if (result == RESULT_OK)
        result = edu_check_factorial(device, edu, out);
    if (result == RESULT_OK)
        result = exercise_message(device, 0, EDU_SELFTEST_SHOTS, out);
    if (result == RESULT_OK)
        output_format(out, "edu %s: %u raises, every one arrived once\n", pci_address_format(device->address, text),
                      EDU_SELFTEST_SHOTS);
    return result;
}

const struct driver edu_driver = {
    .name = "edu",
    .matches = edu_matches,
    .start = edu_start,
    .fire = edu_fire,
    .doorbell = edu_doorbell,
    .rests = true,
    .can_fire = edu_can_fire,
    .assert_line = edu_assert_line,
    .selftest = edu_selftest,
};
