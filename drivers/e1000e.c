// Intel 82574L gigabit controller (82574 Family Datasheet, rev. 3.4), for the sake of its five messages: no packet
// moves. Its ancestor 82540EM has the same registers but those of MSI-X, and only a line.

#include "drivers/e1000e.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum {
    E1000E_VENDOR = 0x8086,
    E1000E_DEVICE = 0x10d3,
    E1000_DEVICE = 0x100e, // 82540EM
    E1000E_BAR_SIZE = 0x20000,
    E1000E_MESSAGE_COUNT = 5,

    E1000E_CTRL = 0x00,
    E1000E_STATUS = 0x08,
    E1000E_CTRL_EXT = 0x18,
    E1000E_ICR = 0xc0, // cleared by reading
    E1000E_ITR = 0xc4, // throttles a single message and the line; in 256 ns
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
#define ITR_LONGEST           UINT32_C(0xffff) // 16 ms

#define ALL_ONES          UINT32_C(0xffffffff)
#define RESET_BOUND       WAIT_MILLISECONDS(100)
#define ARRIVAL_BOUND     WAIT_MILLISECONDS(1000)
#define REPEAT_BOUND      WAIT_MILLISECONDS(1000) // long, for emulators that share few processors among many
#define THROTTLE_INTERVAL WAIT_MICROSECONDS(100)  // and some more

struct e1000e {
    volatile uint8_t *registers;
    bool is_msix;
    bool is_msi;
    bool is_repeating; // its throttle timer sends a message once more, a single MSI if it is not served yet
    uint32_t served;   // causes that the routine has taken; without MSI-X only
    uint32_t awaited;  // what that is when the last shot has been served
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
    struct e1000e *nic = self->context;

    if (nic->is_msix)
        return true;
    if (read(nic, E1000E_ICR) == 0)
        return false;
    __atomic_fetch_add(&nic->served, 1, __ATOMIC_RELEASE);
    return true;
}

static bool e1000e_matches(const struct device *device)
{
    return device->vendor_id == E1000E_VENDOR &&
           (device->device_id == E1000E_DEVICE || device->device_id == E1000_DEVICE);
}

// The device stops its own bus accesses before the reset, or else one in flight may hang the bus (datasheet, 4.6.3).
// One that does not stop is reset all the same.
static enum result reset(const struct e1000e *nic)
{
    write(nic, E1000E_IMC, ALL_ONES);
    write(nic, E1000E_CTRL, read(nic, E1000E_CTRL) | CTRL_MASTER_DISABLE);
    if (register_wait(nic->registers + E1000E_STATUS, STATUS_MASTER_ENABLED, 0, RESET_BOUND) == RESULT_GONE)
        return RESULT_GONE;
    write(nic, E1000E_CTRL, (read(nic, E1000E_CTRL) & ~CTRL_MASTER_DISABLE) | CTRL_RESET);
    wait_pause(WAIT_MILLISECONDS(1));
    enum result result = register_wait(nic->registers + E1000E_CTRL, CTRL_RESET, 0, RESET_BOUND);
    write(nic, E1000E_IMC, ALL_ONES);
    (void)read(nic, E1000E_ICR);
    return result;
}

static enum result map(struct device *device, struct e1000e *nic)
{
    volatile void *registers;

    enum result result = pci_bar_map(device, 0, E1000E_BAR_SIZE, &registers);
    if (result == RESULT_OK)
        nic->registers = registers;
    return result;
}

static enum result e1000e_quiet(struct device *device, struct e1000e *nic)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = map(device, nic);

    if (result != RESULT_OK)
        return result;
    result = reset(nic);
    if (result != RESULT_OK)
        log_error("e1000e %s: reset: %s", pci_address_format(device->address, text), result_name(result));
    return result;
}

static enum result e1000e_connect(struct device *device, struct e1000e *nic)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = e1000e_service,
        .context = nic,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = E1000E_MESSAGE_COUNT,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    if (result == RESULT_OK)
        nic->is_msix = grant.messages->source->kind == MESSAGE_MSIX;
    if (result == RESULT_OK)
        nic->is_msi = grant.messages->source->kind == MESSAGE_MSI;
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
    write(nic, E1000E_ITR, 0);
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

// Bus master is off when the message is due and on before its repetition. Some devices drop the message, orderly ones
// hold it until bus master is on: *arrivals is what then comes within the throttle interval, before any repetition.
// False: bus master was on, or the arrival was seen, too late to tell one from the other.
static bool set_cause_muffled(struct device *device, const struct e1000e *nic, uint64_t *arrivals)
{
    uint64_t before = exercise_count(device, 0), start = host_nanoseconds();

    pci_bus_master(device, false);
    set_cause(nic, 0);
    pci_bus_master(device, true);
    bool in_time = host_nanoseconds() - start < THROTTLE_INTERVAL;
    do {
        *arrivals = exercise_count(device, 0) - before;
        if (*arrivals)
            return in_time && host_nanoseconds() - start < THROTTLE_INTERVAL;
    } while (host_nanoseconds() - start < THROTTLE_INTERVAL);
    return in_time;
}

// Both the message and its repetition become due while the entry is masked, where two are one pending bit; the reset
// stops the throttle timer if it still runs. So exactly one message is sent at the unmask, whatever the delays.
static enum result set_cause_once(struct device *device, const struct e1000e *nic, uint32_t index)
{
    struct message *message = message_find(&device->irq, index);
    bool was_masked = message->masked;
    enum result result = irq_mask(message, true);

    if (result != RESULT_OK)
        return result;
    set_cause(nic, index);
    write(nic, E1000E_CTRL, read(nic, E1000E_CTRL) | CTRL_RESET);
    e1000e_enable(nic, device->irq.messages->message_count);
    return was_masked ? RESULT_OK : irq_mask(message, false);
}

// A single MSI is sent at once if the throttle timer does not run, so it is stopped by a reset; the last cause has been
// served. The timer sends the message again for a cause that is still unmasked when it runs out: by then it is masked.
static void set_cause_alone(const struct e1000e *nic)
{
    write(nic, E1000E_CTRL, read(nic, E1000E_CTRL) | CTRL_RESET);
    write(nic, E1000E_ITR, ITR_LONGEST);
    set_cause(nic, 0);
    write(nic, E1000E_IMC, ALL_ONES);
}

// Without MSI-X a cause that is set again before the routine has taken it is one cause. A masked line cannot be served.
static bool is_busy(const struct device *device, const struct e1000e *nic)
{
    return !nic->is_msix && __atomic_load_n(&nic->served, __ATOMIC_ACQUIRE) != nic->awaited &&
           !device->irq.messages->messages->masked;
}

static enum result shoot(struct device *device, uint32_t index)
{
    struct e1000e *nic = device->driver_state;

    if (is_busy(device, nic))
        return RESULT_BUSY;
    nic->awaited = __atomic_load_n(&nic->served, __ATOMIC_ACQUIRE) + 1;
    if (nic->is_repeating && nic->is_msix)
        return set_cause_once(device, nic, index);
    if (nic->is_repeating)
        set_cause_alone(nic);
    else
        set_cause(nic, index);
    return RESULT_OK;
}

// Real silicon sends one message for one cause. QEMU up to 10.0 keeps a throttle interval of 128 us whatever EITR and
// ITR say and sends the message again when it is over. Test: a shot sent with bus master off. What arrives later than
// the throttle interval is a repetition. If no attempt could tell, repetition is assumed.
static bool is_repeating(struct device *device, const struct e1000e *nic)
{
    for (uint32_t i = 0; i < E1000E_ATTEMPTS; i++) {
        uint64_t arrivals, before = exercise_count(device, 0);
        bool in_time = set_cause_muffled(device, nic, &arrivals);
        bool is_repeated = exercise_await(device, 0, before + arrivals + 1, REPEAT_BOUND) == RESULT_OK;
        if (in_time || (is_repeated && arrivals == 0))
            return is_repeated;
    }
    return true;
}

static enum result try_shots(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct e1000e *nic = device->driver_state;

    nic->is_repeating = (nic->is_msix || nic->is_msi) && is_repeating(device, nic);
    // The cause of a message that was dropped stays set, and would hide that of the next shot.
    (void)read(nic, E1000E_ICR);
    nic->awaited = __atomic_load_n(&nic->served, __ATOMIC_ACQUIRE);
    uint64_t target = exercise_count(device, 0) + 1;
    enum result result = shoot(device, 0);
    if (result == RESULT_OK)
        result = exercise_await(device, 0, target, ARRIVAL_BOUND);
    if (result != RESULT_OK)
        log_error("e1000e %s: message 0 does not arrive", pci_address_format(device->address, text));
    return result;
}

static void e1000e_stop(struct device *device, struct e1000e *nic)
{
    if (nic->registers)
        write(nic, E1000E_IMC, ALL_ONES);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
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
        e1000e_enable(nic, device->irq.messages->message_count);
        result = try_shots(device);
    }
    if (result != RESULT_OK) {
        e1000e_stop(device, nic);
        return result;
    }
    log_info("e1000e %s: %u messages%s", pci_address_format(device->address, text), device->irq.messages->message_count,
             nic->is_repeating ? ", which its throttle timer repeats" : "");
    return RESULT_OK;
}

static bool e1000e_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    *deliveries = 1;
    return device->driver_state && index < device->irq.messages->message_count;
}

static enum result e1000e_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t deliveries;

    if (!e1000e_can_fire(device, index, &deliveries)) {
        log_warning("e1000e %s: message %u is not connected", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    return shoot(device, index);
}

// Without MSI-X and MSI every unmasked cause is the line.
static enum result e1000e_assert_line(struct device *device, bool on)
{
    struct e1000e nic = {0};
    enum result result = map(device, &nic);

    if (result != RESULT_OK)
        return result;
    if (on) {
        set_cause(&nic, 0);
    } else {
        write(&nic, E1000E_IMC, ALL_ONES);
        write(&nic, E1000E_ICR, ALL_ONES);
        (void)read(&nic, E1000E_ICR);
    }
    return read(&nic, E1000E_STATUS) == ALL_ONES ? RESULT_GONE : RESULT_OK;
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
    .assert_line = e1000e_assert_line,
    .selftest = e1000e_selftest,
};
