// Intel gigabit controllers with one message.

#include "drivers/nic/e1000.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/nic/nic_cause.h"
#include "drivers/pci/pci.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    E1000_VENDOR = 0x8086,
    E1000_BAR_SIZE = 0x20000,
    E1000_ICR = 0x00c0,
    E1000_ITR = 0x00c4, // throttling: 0 is none
    E1000_ICS = 0x00c8,
    E1000_IMS = 0x00d0,
    E1000_IMC = 0x00d8,
    E1000_RCTL = 0x0100,
    E1000_TCTL = 0x0400,
    E1000_SELFTEST_SHOTS = 3,
};

#define QUIET_TIME WAIT_MILLISECONDS(10) // a transfer that has begun is over by then

static const uint16_t ids[] = {
    0x100f, 0x150c,                                                 // 82545EM, 82583V
    0x10bf, 0x10cb, 0x10cc, 0x10cd, 0x10ce, 0x10de, 0x10df, 0x10f5, // 82567
    0x10ea, 0x10eb, 0x10ef, 0x10f0, 0x1502, 0x1503,                 // 82577, 82578, 82579
    0x153a, 0x153b, 0x1559, 0x155a, 0x15a0, 0x15a1, 0x15a2, 0x15a3, // I217, I218
    0x156f, 0x1570, 0x15b7, 0x15b8, 0x15b9, 0x15bb, 0x15bc, 0x15bd, // I219
    0x15be, 0x15d6, 0x15d7, 0x15d8, 0x15df, 0x15e0, 0x15e1, 0x15e2, 0x15e3, 0x15f4, 0x15f5, 0x15f9,
    0x15fa, 0x15fb, 0x15fc, 0x0d4c, 0x0d4d, 0x0d4e, 0x0d4f, 0x0d53, 0x0d55, 0x0dc5, 0x0dc6, 0x0dc7,
    0x0dc8, 0x1a1c, 0x1a1d, 0x1a1e, 0x1a1f, 0x550a, 0x550b, 0x550c, 0x550d, 0x550e, 0x550f, 0x5510,
    0x5511, 0x57a0, 0x57a1, 0x57b3, 0x57b4, 0x57b5, 0x57b6, 0x57b7, 0x57b8, 0x57b9, 0x57ba,
};

static const struct nic_cause_places places = {E1000_ICR, E1000_ICS, E1000_IMS, E1000_IMC};

static bool e1000_service(const struct interrupt *self)
{
    return nic_cause_serve(self->context);
}

static bool e1000_matches(const struct device *device)
{
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        if (device->vendor_id == E1000_VENDOR && device->device_id == ids[i])
            return true;
    return false;
}

static enum result map(struct device *device, struct nic_cause *nic)
{
    volatile void *registers;
    enum result result = pci_bar_map(device, 0, E1000_BAR_SIZE, &registers);

    if (result == RESULT_OK)
        *nic = (struct nic_cause){.registers = registers, .at = &places};
    return result;
}

// Receiver and transmitter off before bus master comes on with the message, or else what firmware left running would
// go on.
static enum result quiet(struct device *device, struct nic_cause *nic)
{
    enum result result = map(device, nic);

    if (result != RESULT_OK)
        return result;
    nic_cause_quiet(nic);
    mmio_write32(nic->registers + E1000_RCTL, 0);
    mmio_write32(nic->registers + E1000_TCTL, 0);
    mmio_write32(nic->registers + E1000_ITR, 0);
    wait_pause(QUIET_TIME);
    nic_cause_quiet(nic);
    return RESULT_OK;
}

static enum result connect(struct device *device, struct nic_cause *nic)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = e1000_service,
        .context = nic,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

static enum result e1000_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct nic_cause *nic = heap_allocate(sizeof(*nic));

    if (!nic)
        return RESULT_NO_MEMORY;
    enum result result = quiet(device, nic);
    if (result == RESULT_OK)
        result = connect(device, nic);
    if (result != RESULT_OK) {
        heap_free(nic);
        return result;
    }
    device->driver_state = nic;
    log_info("e1000 %s: 1 message, fired by its cause", pci_address_format(device->address, text));
    return RESULT_OK;
}

static bool e1000_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index == 0;
}

static enum result e1000_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t deliveries;

    if (!e1000_can_fire(device, index, &deliveries)) {
        log_warning("e1000 %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    return nic_cause_shoot(device->driver_state);
}

static enum result e1000_assert_line(struct device *device, bool on)
{
    struct nic_cause nic;
    enum result result = map(device, &nic);

    return result == RESULT_OK ? nic_cause_assert(&nic, on) : result;
}

static enum result e1000_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = exercise_message(device, 0, E1000_SELFTEST_SHOTS, out);

    if (result == RESULT_OK)
        output_format(out, "e1000 %s: %u shots, every one arrived once\n", pci_address_format(device->address, text),
                      E1000_SELFTEST_SHOTS);
    return result;
}

const struct driver e1000_driver = {
    .name = "e1000",
    .matches = e1000_matches,
    .start = e1000_start,
    .fire = e1000_fire,
    .rests = true,
    .can_fire = e1000_can_fire,
    .assert_line = e1000_assert_line,
    .selftest = e1000_selftest,
};
