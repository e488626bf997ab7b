// Intel gigabit controllers with extended interrupt causes: one cause a message.

#include "drivers/nic/igb.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/nic/nic_cause.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "kernel/core/irq.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    IGB_VENDOR = 0x8086,
    IGB_BAR_SIZE = 0x20000,
    IGB_MESSAGE_COUNT = 10,

    IGB_CTRL = 0x0000,
    IGB_STATUS = 0x0008,
    IGB_RCTL = 0x0100,
    IGB_TCTL = 0x0400,
    IGB_ICR = 0x1500,
    IGB_ICS = 0x1504,
    IGB_IMS = 0x1508,
    IGB_IMC = 0x150c,
    IGB_GPIE = 0x1514,
    IGB_EICS = 0x1520, // a bit a message, as in the next five
    IGB_EIMS = 0x1524,
    IGB_EIMC = 0x1528,
    IGB_EIAC = 0x152c, // causes that clear themselves when their message leaves
    IGB_EIAM = 0x1530, // causes that mask themselves then
    IGB_EICR = 0x1580,
    IGB_EITR = 0x1680, // one register a message

    IGB_SELFTEST_SHOTS = 3,
};

#define CTRL_MASTER_DISABLE   BIT(2)
#define CTRL_PORT_RESET       BIT(26)
#define CTRL_DEVICE_RESET     BIT(29)
#define STATUS_MASTER_ENABLED BIT(19)
#define GPIE_MSIX             BIT(4)
#define GPIE_PBA_CLEAR        BIT(31) // the pending bit of a message clears when the message leaves
#define ALL_ONES              UINT32_C(0xffffffff)
#define RESET_BOUND           WAIT_MILLISECONDS(100)

struct igb {
    struct nic_cause cause;
    bool is_msix;
};

// The families, and the bit of CTRL that resets one port without its neighbours.
static const struct {
    uint64_t reset;
    uint16_t ids[24]; // the rest is 0
} families[] = {
    {CTRL_PORT_RESET, {0x10c9, 0x10e6, 0x10e7, 0x10e8, 0x1518, 0x1526, 0x150a, 0x150d}},   // 82576
    {CTRL_PORT_RESET, {0x150e, 0x150f, 0x1510, 0x1511, 0x1516, 0x1527}},                   // 82580
    {CTRL_PORT_RESET, {0x1521, 0x1522, 0x1523, 0x1524, 0x1546, 0x1f40, 0x1f41, 0x1f45}},   // I350, I354
    {CTRL_PORT_RESET, {0x1533, 0x1536, 0x1537, 0x1538, 0x157b, 0x157c, 0x1539}},           // I210, I211
    {CTRL_DEVICE_RESET, {0x15f2, 0x15f3, 0x15f7, 0x15f8, 0x3100, 0x3101, 0x5502, 0x0d9f}}, // I225, I220: one port
    {CTRL_DEVICE_RESET, {0x125b, 0x125c, 0x125d, 0x125e, 0x3102, 0x5503}},                 // I226, I221: one port
};

static const struct nic_cause_places places = {IGB_ICR, IGB_ICS, IGB_IMS, IGB_IMC};

static uint32_t read(const struct igb *nic, uint32_t offset)
{
    return mmio_read32(nic->cause.registers + offset);
}

static void write(const struct igb *nic, uint32_t offset, uint64_t value)
{
    mmio_write32(nic->cause.registers + offset, (uint32_t)value);
}

// By MSI-X a cause has cleared itself when its message left.
static bool igb_service(const struct interrupt *self)
{
    struct igb *nic = self->context;

    return nic->is_msix || nic_cause_serve(&nic->cause);
}

// 0: no controller of these families.
static uint64_t reset_bit_of(const struct device *device)
{
    if (device->vendor_id != IGB_VENDOR)
        return 0;
    for (size_t family = 0; family < sizeof(families) / sizeof(families[0]); family++)
        for (const uint16_t *id = families[family].ids; *id; id++)
            if (*id == device->device_id)
                return families[family].reset;
    return 0;
}

static bool igb_matches(const struct device *device)
{
    return reset_bit_of(device) != 0;
}

static void mask_all(const struct igb *nic)
{
    write(nic, IGB_EIMC, ALL_ONES);
    nic_cause_quiet(&nic->cause);
    (void)read(nic, IGB_EICR);
}

// The device stops its own bus accesses before the reset, or else one in flight may hang the bus (I210 datasheet,
// 5.2.3.3). One that does not stop is reset all the same. The reset sets the masks anew.
static enum result reset(const struct igb *nic, uint64_t bit)
{
    volatile uint8_t *control = nic->cause.registers + IGB_CTRL;

    mask_all(nic);
    write(nic, IGB_RCTL, 0);
    write(nic, IGB_TCTL, 0);
    write(nic, IGB_CTRL, read(nic, IGB_CTRL) | CTRL_MASTER_DISABLE);
    if (register_wait(nic->cause.registers + IGB_STATUS, STATUS_MASTER_ENABLED, 0, RESET_BOUND) == RESULT_GONE)
        return RESULT_GONE;
    write(nic, IGB_CTRL, (read(nic, IGB_CTRL) & ~CTRL_MASTER_DISABLE) | bit);
    wait_pause(WAIT_MILLISECONDS(10)); // no register may be read at first; afterwards the device reads its memory
    enum result result = register_wait(control, (uint32_t)bit, 0, RESET_BOUND);
    mask_all(nic);
    return result;
}

static enum result map(struct device *device, struct igb *nic)
{
    volatile void *registers;
    enum result result = pci_bar_map(device, 0, IGB_BAR_SIZE, &registers);

    if (result == RESULT_OK)
        nic->cause = (struct nic_cause){.registers = registers, .at = &places};
    return result;
}

static enum result quiet(struct device *device, struct igb *nic)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = map(device, nic);

    if (result != RESULT_OK)
        return result;
    result = reset(nic, reset_bit_of(device));
    if (result != RESULT_OK)
        log_error("igb %s: reset: %s", pci_address_format(device->address, text), result_name(result));
    return result;
}

static enum result connect(struct device *device, struct igb *nic)
{
    uint32_t messages = device->msix.table_size;
    struct irq_request request = {
        .device = &device->irq,
        .routine = igb_service,
        .context = nic,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = messages && messages < IGB_MESSAGE_COUNT ? messages : IGB_MESSAGE_COUNT,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    if (result == RESULT_OK)
        nic->is_msix = grant.messages->source->kind == MESSAGE_MSIX;
    return result;
}

// Throttling is switched off. The causes are unmasked last. Nothing but EICS sets one: no queue is assigned to any.
static void enable(const struct igb *nic, uint32_t message_count)
{
    uint64_t causes = BIT(message_count) - 1;

    if (!nic->is_msix)
        return;
    write(nic, IGB_GPIE, GPIE_MSIX | GPIE_PBA_CLEAR);
    for (uint32_t i = 0; i < message_count; i++)
        write(nic, IGB_EITR + 4 * i, 0);
    write(nic, IGB_EIAC, causes);
    write(nic, IGB_EIAM, 0);
    write(nic, IGB_EIMS, causes);
}

static void stop(struct device *device, struct igb *nic)
{
    if (nic->cause.registers)
        mask_all(nic);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    pci_bus_master(device, false);
    heap_free(nic);
}

static enum result igb_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct igb *nic = heap_allocate(sizeof(*nic));

    if (!nic)
        return RESULT_NO_MEMORY;
    enum result result = quiet(device, nic);
    if (result == RESULT_OK)
        result = connect(device, nic);
    if (result != RESULT_OK) {
        stop(device, nic);
        return result;
    }
    device->driver_state = nic;
    enable(nic, device->irq.messages->message_count);
    log_info("igb %s: %u messages, each fired by its cause", pci_address_format(device->address, text),
             device->irq.messages->message_count);
    return RESULT_OK;
}

static bool igb_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index < device->irq.messages->message_count;
}

static bool igb_doorbell(const struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    const struct igb *nic = device->driver_state;
    uint32_t deliveries;

    if (!igb_can_fire(device, index, &deliveries) || !nic->is_msix)
        return false;
    *doorbell = (struct driver_doorbell){(void *)(nic->cause.registers + IGB_EICS), (uint32_t)BIT(index)};
    return true;
}

static enum result igb_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct igb *nic = device->driver_state;
    struct driver_doorbell doorbell;
    uint32_t deliveries;

    if (!igb_can_fire(device, index, &deliveries)) {
        log_warning("igb %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    if (!igb_doorbell(device, index, &doorbell))
        return nic_cause_shoot(&nic->cause);
    mmio_write32(doorbell.address, doorbell.value);
    return RESULT_OK;
}

static enum result igb_assert_line(struct device *device, bool on)
{
    struct igb nic = {0};
    enum result result = map(device, &nic);

    return result == RESULT_OK ? nic_cause_assert(&nic.cause, on) : result;
}

static enum result igb_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, IGB_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "igb %s: %u messages, %u shots each, every shot arrived once\n",
                      pci_address_format(device->address, text), fired, IGB_SELFTEST_SHOTS);
    return result;
}

const struct driver igb_driver = {
    .name = "igb",
    .matches = igb_matches,
    .start = igb_start,
    .fire = igb_fire,
    .doorbell = igb_doorbell,
    .rests = true,
    .can_fire = igb_can_fire,
    .assert_line = igb_assert_line,
    .selftest = igb_selftest,
};
