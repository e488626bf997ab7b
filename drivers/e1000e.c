// Intel 82574L gigabit controller (82574 Family Datasheet, rev. 3.4), for the sake of its five messages: no packet
// moves.

#include "drivers/e1000e.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/log.h"
#include "kernel/port.h"
#include "kernel/shot.h"
#include "kernel/wait.h"

enum {
    E1000E_VENDOR = 0x8086,
    E1000E_DEVICE = 0x10d3,
    E1000E_BAR_SIZE = 0x20000,
    E1000E_MESSAGE_COUNT = 5,

    E1000E_CTRL = 0x00,
    E1000E_STATUS = 0x08,
    E1000E_CTRL_EXT = 0x18,
    E1000E_ICR = 0xc0, // cleared by reading
    E1000E_ICS = 0xc8,
    E1000E_IMS = 0xd0,
    E1000E_IMC = 0xd8,
    E1000E_EIAC = 0xdc, // causes that clear themselves when their message leaves
    E1000E_IVAR = 0xe4,
    E1000E_EITR = 0xe8, // one register a message

    E1000E_SELFTEST_SHOTS = 3,
    E1000E_ATTEMPTS = 8,
};

#define CTRL_MASTER_DISABLE   BIT(2)
#define CTRL_RESET            BIT(26)
#define STATUS_MASTER_ENABLED BIT(19)
#define CTRL_EXT_PBA_CLEAR    BIT(31) // the pending bit of a message clears when the message leaves
#define CAUSE_LINK_CHANGE     BIT(2)
#define CAUSE_MESSAGE(n)      BIT(20 + (n))
#define CAUSES_MESSAGES       BITS(24, 20)
#define IVAR_VALID            BIT(3)

#define ALL_ONES          UINT32_C(0xffffffff)
#define STEP              WAIT_MICROSECONDS(50)
#define STEP_COUNT        2000 // 100 ms
#define ARRIVAL_BOUND     WAIT_MILLISECONDS(100)
#define REPEAT_BOUND      WAIT_MILLISECONDS(50)
#define THROTTLE_INTERVAL WAIT_MICROSECONDS(100) // and some more
#define SETTLE_BOUND      WAIT_MILLISECONDS(20)

struct e1000e {
    volatile uint8_t *registers;
    bool is_msix;
    bool is_repeating;                      // its throttle timer sends every message once more
    uint64_t settled[E1000E_MESSAGE_COUNT]; // the count at which a message's last shot has arrived
};

static uint32_t read(const struct e1000e *nic, uint32_t offset)
{
    return mmio_read32(nic->registers + offset);
}

static void write(const struct e1000e *nic, uint32_t offset, uint64_t value)
{
    mmio_write32(nic->registers + offset, (uint32_t)value);
}

// A cause of the message bits cleared and masked itself when its message left. Without MSI-X it is cleared by reading.
static bool e1000e_service(const struct interrupt *self)
{
    const struct e1000e *nic = self->context;

    return nic->is_msix || read(nic, E1000E_ICR) != 0;
}

static bool e1000e_matches(const struct device *device)
{
    return device->vendor_id == E1000E_VENDOR && device->device_id == E1000E_DEVICE;
}

// Waits until the bits of a register read as `wanted`.
static enum result await_bits(const struct e1000e *nic, uint32_t offset, uint64_t bits, uint64_t wanted)
{
    for (uint32_t step = 0; step < STEP_COUNT; step++) {
        uint32_t value = read(nic, offset);
        if (value == ALL_ONES)
            return RESULT_GONE;
        if ((value & bits) == wanted)
            return RESULT_OK;
        wait_pause(STEP);
    }
    return RESULT_TIMEOUT;
}

// The device stops its own bus accesses before the reset, or else one in flight may hang the bus (datasheet, 4.6.3).
// One that does not stop is reset all the same.
static enum result reset(const struct e1000e *nic)
{
    write(nic, E1000E_IMC, ALL_ONES);
    write(nic, E1000E_CTRL, read(nic, E1000E_CTRL) | CTRL_MASTER_DISABLE);
    if (await_bits(nic, E1000E_STATUS, STATUS_MASTER_ENABLED, 0) == RESULT_GONE)
        return RESULT_GONE;
    write(nic, E1000E_CTRL, (read(nic, E1000E_CTRL) & ~CTRL_MASTER_DISABLE) | CTRL_RESET);
    wait_pause(WAIT_MILLISECONDS(1));
    enum result result = await_bits(nic, E1000E_CTRL, CTRL_RESET, 0);
    write(nic, E1000E_IMC, ALL_ONES);
    (void)read(nic, E1000E_ICR);
    return result;
}

static enum result e1000e_quiet(struct device *device, struct e1000e *nic)
{
    char text[DEVICE_ADDRESS_TEXT];
    volatile void *registers;

    pci_memory_decode(device, true);
    enum result result = pci_bar_map(device, 0, E1000E_BAR_SIZE, &registers);
    if (result != RESULT_OK)
        return result;
    nic->registers = registers;
    result = reset(nic);
    if (result != RESULT_OK)
        log_error("e1000e %s: reset: %s", pci_address_format(device->address, text), result_name(result));
    return result;
}

static enum result e1000e_connect(struct device *device, struct e1000e *nic)
{
    struct irq_request request = {
        .device = device,
        .routine = e1000e_service,
        .context = nic,
        .minimum = 1,
        .maximum = E1000E_MESSAGE_COUNT,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    if (result == RESULT_OK)
        nic->is_msix = grant.messages->source->kind == MESSAGE_MSIX;
    return result;
}

// Four bits a cause: message number and a valid bit. 0x000cba98 when every cause has a message of its own.
static uint32_t ivar_encode(uint32_t message_count)
{
    uint32_t ivar = 0;

    for (uint32_t cause = 0; cause < E1000E_MESSAGE_COUNT; cause++)
        ivar |= (uint32_t)(IVAR_VALID | (cause < message_count ? cause : 0)) << (4 * cause);
    return ivar;
}

// Throttling is switched off. No cause is unmasked yet: each shot unmasks its own.
static void e1000e_enable(const struct e1000e *nic, uint32_t message_count)
{
    if (!nic->is_msix)
        return;
    write(nic, E1000E_CTRL_EXT, read(nic, E1000E_CTRL_EXT) | CTRL_EXT_PBA_CLEAR);
    write(nic, E1000E_IVAR, ivar_encode(message_count));
    for (uint32_t i = 0; i < E1000E_MESSAGE_COUNT; i++)
        write(nic, E1000E_EITR + 4 * i, 0);
    write(nic, E1000E_EIAC, CAUSES_MESSAGES);
}

// The cause is unmasked, then set. The read makes both reach the device before the caller goes on.
static void set_cause(const struct e1000e *nic, uint32_t index)
{
    uint64_t cause = nic->is_msix ? CAUSE_MESSAGE(index) : CAUSE_LINK_CHANGE;

    write(nic, E1000E_IMS, cause);
    write(nic, E1000E_ICS, cause);
    (void)read(nic, E1000E_STATUS);
}

// Of a message and its repetition only the second leaves: the first meets a closed bus. Waiting for both instead would
// not do, for the two melt into one when the CPU they go to is slow. False: the bus opened so late that the repetition
// may have met it closed as well.
static bool set_cause_muffled(struct device *device, const struct e1000e *nic, uint32_t index)
{
    uint64_t start = port_nanoseconds();

    pci_bus_master(device, false);
    set_cause(nic, index);
    pci_bus_master(device, true);
    return port_nanoseconds() - start < THROTTLE_INTERVAL;
}

// Has the muffled shot left a trace: an arrival, or a pending bit when the message is masked?
static bool shot_has_left(struct device *device, uint32_t index, uint64_t target, uint64_t bound)
{
    return exercise_await(device, index, target, bound) == RESULT_OK || shot_is_pending(message_find(device, index));
}

static void shoot(struct device *device, uint32_t index)
{
    struct e1000e *nic = device->driver_state;

    nic->settled[index] = exercise_count(device, index) + 1;
    if (!nic->is_repeating) {
        set_cause(nic, index);
        return;
    }
    for (uint32_t i = 0; i < E1000E_ATTEMPTS; i++)
        if (set_cause_muffled(device, nic, index) || shot_has_left(device, index, nic->settled[index], SETTLE_BOUND))
            return;
}

// Real silicon sends one message for one cause. QEMU up to 10.0 keeps a throttle interval of 128 us whatever EITR says
// and sends the message again when it is over. A muffled shot tells: what arrives is a repetition.
static bool is_repeating(struct device *device, const struct e1000e *nic)
{
    uint64_t target = exercise_count(device, 0) + 1;

    for (uint32_t i = 0; i < E1000E_ATTEMPTS; i++) {
        bool in_time = set_cause_muffled(device, nic, 0);
        if (shot_has_left(device, 0, target, REPEAT_BOUND))
            return true;
        if (in_time)
            return false;
    }
    return false;
}

static enum result try_shots(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct e1000e *nic = device->driver_state;

    nic->is_repeating = nic->is_msix && is_repeating(device, nic);
    shoot(device, 0);
    enum result result = exercise_await(device, 0, nic->settled[0], ARRIVAL_BOUND);
    if (result != RESULT_OK)
        log_error("e1000e %s: message 0 does not arrive", pci_address_format(device->address, text));
    return result;
}

static void e1000e_stop(struct device *device, struct e1000e *nic)
{
    if (nic->registers)
        write(nic, E1000E_IMC, ALL_ONES);
    if (device->messages)
        irq_disconnect(device->messages);
    pci_bus_master(device, false);
    device->driver_state = NULL;
    heap_free(nic);
}

static enum result e1000e_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct e1000e *nic = heap_allocate(sizeof(*nic));

    if (!nic)
        return RESULT_NO_MEMORY;
    enum result result = e1000e_quiet(device, nic);
    if (result == RESULT_OK)
        result = e1000e_connect(device, nic);
    if (result == RESULT_OK) {
        device->driver_state = nic;
        e1000e_enable(nic, device->messages->message_count);
        result = try_shots(device);
    }
    if (result != RESULT_OK) {
        e1000e_stop(device, nic);
        return result;
    }
    log_info("e1000e %s: %u messages%s", pci_address_format(device->address, text), device->messages->message_count,
             nic->is_repeating ? ", which its throttle timer repeats" : "");
    return RESULT_OK;
}

static bool e1000e_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index < device->messages->message_count;
}

static enum result e1000e_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct e1000e *nic = device->driver_state;
    uint32_t deliveries;

    if (!e1000e_can_fire(device, index, &deliveries)) {
        log_warning("e1000e %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    // A shot while the throttle timer of the last one runs would melt into it. A masked message never gets there.
    (void)!exercise_await(device, index, nic->settled[index], SETTLE_BOUND);
    shoot(device, index);
    return RESULT_OK;
}

static enum result e1000e_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, E1000E_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "e1000e %s: %u messages, %u shots each, every shot arrived once\n",
                      pci_address_format(device->address, text), fired, E1000E_SELFTEST_SHOTS);
    return result;
}

const struct driver e1000e_driver = {
    .name = "e1000e",
    .matches = e1000e_matches,
    .start = e1000e_start,
    .fire = e1000e_fire,
    .can_fire = e1000e_can_fire,
    .selftest = e1000e_selftest,
};
