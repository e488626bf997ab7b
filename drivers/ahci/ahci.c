// SATA controllers with the AHCI interface.

#include "drivers/ahci/ahci.h"
#include "arch/mmio.h"
#include "drivers/ahci/ahci_port.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "drivers/shot_turn.h"
#include "kernel/core/irq.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum {
    AHCI_CLASS_CODE = 0x010601,
    AHCI_BAR = 5,
    AHCI_CAP = 0x00,
    AHCI_GHC = 0x04,
    AHCI_IS = 0x08, // a bit a port; write 1 to clear
    AHCI_PI = 0x0c, // a bit for each port there is
    AHCI_CAP2 = 0x24,
    AHCI_BOHC = 0x28,
    AHCI_PORT_COUNT = 32,
    AHCI_SELFTEST_SHOTS = 3,
};

#define CAP_64BIT        BIT(31)
#define GHC_INTERRUPTS   BIT(1)
#define GHC_AHCI         BIT(31)
#define CAP2_HANDOFF     BIT(0)
#define BOHC_FIRMWARE    BIT(0)
#define BOHC_SYSTEM      BIT(1)
#define BELOW_4_GIB      UINT64_C(0x100000000)
#define HANDOFF_BOUND    WAIT_MILLISECONDS(2000) // 10.6.3: the firmware may have a command under way
#define FIRST_SHOT_BOUND WAIT_MILLISECONDS(1000)

struct ahci {
    volatile uint8_t *registers;
    volatile uint8_t *port; // NULL: no drive that answers, the message cannot be fired
    struct physical page;
    struct shot_turn turn;
};

static uint32_t read(const struct ahci *ahci, uint32_t offset)
{
    return mmio_read32(ahci->registers + offset);
}

static void write(const struct ahci *ahci, uint32_t offset, uint64_t value)
{
    mmio_write32(ahci->registers + offset, (uint32_t)value);
}

static volatile uint8_t *port_of(const struct ahci *ahci, uint32_t number)
{
    return ahci->registers + AHCI_PORT_FIRST + (size_t)number * AHCI_PORT_STRIDE;
}

// The port before the controller: its bit there is set again while a cause of the port is (10.7.2.1).
static bool ahci_service(const struct interrupt *self)
{
    struct ahci *ahci = self->context;
    uint32_t ports = read(ahci, AHCI_IS);

    if (ports == 0 || !ahci->port)
        return false;
    mmio_write32(ahci->port + AHCI_PORT_IS, mmio_read32(ahci->port + AHCI_PORT_IS));
    write(ahci, AHCI_IS, ports);
    shot_turn_end(&ahci->turn);
    return true;
}

static bool ahci_matches(const struct device *device)
{
    return device->class_code == AHCI_CLASS_CODE;
}

static enum result take_over(const struct ahci *ahci)
{
    if (!(read(ahci, AHCI_CAP2) & CAP2_HANDOFF))
        return RESULT_OK;
    write(ahci, AHCI_BOHC, read(ahci, AHCI_BOHC) | BOHC_SYSTEM);
    return register_wait(ahci->registers + AHCI_BOHC, BOHC_FIRMWARE, 0, HANDOFF_BOUND);
}

// Every port is stopped before bus master comes on with the message: firmware's command lists are no longer its own.
static enum result stop_ports(const struct ahci *ahci, uint64_t size)
{
    uint32_t ports = read(ahci, AHCI_PI);
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < AHCI_PORT_COUNT && result == RESULT_OK; i++) {
        if (!(ports & BIT(i)))
            continue;
        result = AHCI_PORT_FIRST + (i + 1) * AHCI_PORT_STRIDE <= size ? ahci_port_stop(port_of(ahci, i))
                                                                      : RESULT_OUT_OF_BOUNDS;
    }
    return result;
}

static enum result quiet(struct device *device, struct ahci *ahci)
{
    volatile void *registers;
    enum result result = pci_bar_map(device, AHCI_BAR, AHCI_PORT_FIRST + AHCI_PORT_STRIDE, &registers);

    if (result != RESULT_OK)
        return result;
    ahci->registers = registers;
    if (read(ahci, AHCI_GHC) == UINT32_MAX)
        return RESULT_GONE;
    result = take_over(ahci);
    if (result != RESULT_OK)
        return result;
    write(ahci, AHCI_GHC, GHC_AHCI);
    return stop_ports(ahci, device->bars[AHCI_BAR].size);
}

static enum result connect(struct device *device, struct ahci *ahci)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = ahci_service,
        .context = ahci,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

// The command in slot 0 stays: it is issued again.
static enum result shoot(struct ahci *ahci)
{
    if (mmio_read32(ahci->port + AHCI_PORT_ISSUE) & 1)
        return RESULT_BUSY;
    enum result result = shot_turn_begin(&ahci->turn);
    if (result == RESULT_OK)
        mmio_write32(ahci->port + AHCI_PORT_ISSUE, 1);
    return result;
}

// A drive that refuses the command, or does not answer it, cannot be fired by it.
static bool try_port(struct device *device, struct ahci *ahci, uint32_t number)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint64_t before = exercise_count(device, 0);

    if (!ahci_port_is_used(port_of(ahci, number)))
        return false;
    ahci->port = port_of(ahci, number);
    enum result result = ahci_port_start(ahci->port, page_pointer(ahci->page), ahci->page);
    if (result == RESULT_OK)
        result = shoot(ahci);
    if (result == RESULT_OK)
        result = exercise_await(device, 0, before + 1, FIRST_SHOT_BOUND);
    // A command that was refused stays issued (6.2.2.1).
    if (result == RESULT_OK && mmio_read32(ahci->port + AHCI_PORT_ISSUE) & 1)
        result = RESULT_FAILED;
    if (result == RESULT_OK)
        return true;
    log_warning("ahci %s: port %u: the drive does not tell its power mode: %s",
                pci_address_format(device->address, text), number, result_name(result));
    (void)!ahci_port_stop(ahci->port);
    ahci->port = NULL;
    return false;
}

static enum result bring_up(struct device *device, struct ahci *ahci)
{
    enum result result = quiet(device, ahci);

    if (result == RESULT_OK)
        result = page_allocate(1, read(ahci, AHCI_CAP) & CAP_64BIT ? 0 : BELOW_4_GIB, &ahci->page);
    if (result == RESULT_OK)
        result = connect(device, ahci);
    if (result != RESULT_OK)
        return result;
    write(ahci, AHCI_IS, UINT32_MAX);
    write(ahci, AHCI_GHC, GHC_AHCI | GHC_INTERRUPTS);
    for (uint32_t i = 0; i < AHCI_PORT_COUNT; i++)
        if (read(ahci, AHCI_PI) & BIT(i) && try_port(device, ahci, i))
            break;
    return RESULT_OK;
}

static void shut_down(struct device *device, struct ahci *ahci)
{
    pci_bus_master(device, false);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    if (ahci->page.address)
        page_free(ahci->page, 1);
    heap_free(ahci);
}

static enum result ahci_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct ahci *ahci = heap_allocate(sizeof(*ahci));

    if (!ahci)
        return RESULT_NO_MEMORY;
    enum result result = bring_up(device, ahci);
    if (result != RESULT_OK) {
        shut_down(device, ahci);
        return result;
    }
    device->driver_state = ahci;
    log_info("ahci %s: 1 message%s", pci_address_format(device->address, text),
             ahci->port ? ", fired by asking a drive for its power mode" : ", nothing fires it: no drive answers");
    return RESULT_OK;
}

static bool ahci_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    const struct ahci *ahci = device->driver_state;

    *deliveries = 1;
    return ahci && ahci->port && index == 0;
}

static enum result ahci_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t deliveries;

    if (ahci_can_fire(device, index, &deliveries))
        return shoot(device->driver_state);
    log_warning("ahci %s: message %u cannot be fired: no drive answers", pci_address_format(device->address, text),
                index);
    return RESULT_UNSUPPORTED;
}

static enum result ahci_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, AHCI_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "ahci %s: %u questions to a drive, every answer arrived once\n",
                      pci_address_format(device->address, text), AHCI_SELFTEST_SHOTS);
    return result;
}

const struct driver ahci_driver = {
    .name = "ahci",
    .matches = ahci_matches,
    .start = ahci_start,
    .fire = ahci_fire,
    .rests = true,
    .can_fire = ahci_can_fire,
    .selftest = ahci_selftest,
};
