// PCI Express ports above a slot that takes commands.

#include "drivers/pci/pci_port.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_bridge.h"
#include "drivers/pci/pci_capability.h"
#include "drivers/shot_turn.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

// Offsets in the PCI Express capability.
enum { SLOT_CAPABILITIES = 0x14, SLOT_CONTROL = 0x18, SLOT_STATUS = 0x1a, SELFTEST_SHOTS = 3 };

#define FLAGS_SLOT              BIT(8)
#define CAPABILITIES_HOTPLUG    BIT(6)
#define CAPABILITIES_NOT_TOLD   BIT(18)     // no command completed support
#define CONTROL_KEPT            BITS(10, 6) // indicators and power; the interlock's bit is a command by itself
#define CONTROL_TELLS_COMPLETED BIT(4)
#define CONTROL_INTERRUPTS      BIT(5)
#define STATUS_COMPLETED        BIT(4)                // write 1 to clear
#define FIRST_SHOT_BOUND        WAIT_MILLISECONDS(50) // a second is allowed, but nothing moves

struct port {
    uint16_t express;   // the capability
    uint16_t control;   // what a shot writes
    bool does_complete; // a write without a change is told, too
    struct shot_turn turn;
};

static uint16_t express_of(const struct device *device)
{
    return pci_capability_find(&device->capabilities, PCI_CAPABILITY_EXPRESS);
}

// The cause stays set until the next shot clears it: only one that appears sends a message (6.7.3.4).
static bool port_service(const struct interrupt *self)
{
    struct port *port = self->context;

    shot_turn_end(&port->turn);
    return true;
}

static bool port_matches(const struct device *device)
{
    uint16_t express = express_of(device);

    if (device->header_type != PCI_HEADER_BRIDGE || !express || !pci_bridge_is_port(device))
        return false;
    uint32_t capabilities = pci_read32(device, (uint16_t)(express + SLOT_CAPABILITIES));
    return pci_read16(device, (uint16_t)(express + PCI_EXPRESS_FLAGS)) & FLAGS_SLOT &&
           capabilities & CAPABILITIES_HOTPLUG && !(capabilities & CAPABILITIES_NOT_TOLD);
}

static void control_write(const struct device *device, const struct port *port, uint64_t enables)
{
    pci_write16(device, (uint16_t)(port->express + SLOT_CONTROL), (uint16_t)(port->control | enables));
}

static enum result connect(struct device *device, struct port *port)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = port_service,
        .context = port,
        .priority = IRQ_PRIORITY_LOW,
        .minimum = 1,
        .maximum = 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

static enum result shoot(struct device *device, struct port *port)
{
    enum result result = shot_turn_begin(&port->turn);

    if (result != RESULT_OK)
        return result;
    pci_write16(device, (uint16_t)(port->express + SLOT_STATUS), (uint16_t)STATUS_COMPLETED);
    control_write(device, port, CONTROL_TELLS_COMPLETED | CONTROL_INTERRUPTS);
    return RESULT_OK;
}

// Some ports tell the completion only of commands that change something. By the line nobody would deassert it.
static bool try_shot(struct device *device, struct port *port)
{
    uint64_t before = exercise_count(device, 0);

    if (device->irq.messages->source->kind == MESSAGE_LINE || shoot(device, port) != RESULT_OK)
        return false;
    if (exercise_await(device, 0, before + 1, FIRST_SHOT_BOUND) == RESULT_OK)
        return true;
    control_write(device, port, 0);
    return false;
}

static enum result port_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct port *port = heap_allocate(sizeof(*port));

    if (!port)
        return RESULT_NO_MEMORY;
    *port = (struct port){.express = express_of(device)};
    port->control = pci_read16(device, (uint16_t)(port->express + SLOT_CONTROL)) & (uint16_t)CONTROL_KEPT;
    control_write(device, port, 0);
    enum result result = connect(device, port);
    if (result != RESULT_OK) {
        heap_free(port);
        return result;
    }
    device->driver_state = port;
    port->does_complete = try_shot(device, port);
    log_info("pcie-port %s: 1 message%s", pci_address_format(device->address, text),
             port->does_complete ? ", fired by a command to its slot that changes nothing"
                                 : ", nothing fires it: its slot tells no completion");
    return RESULT_OK;
}

static bool port_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    const struct port *port = device->driver_state;

    *deliveries = 1;
    return port && port->does_complete && index == 0;
}

static enum result port_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t deliveries;

    if (port_can_fire(device, index, &deliveries))
        return shoot(device, device->driver_state);
    log_warning("pcie-port %s: message %u cannot be fired: its slot tells no completion",
                pci_address_format(device->address, text), index);
    return RESULT_UNSUPPORTED;
}

static enum result port_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "pcie-port %s: %u commands, every completion arrived once\n",
                      pci_address_format(device->address, text), SELFTEST_SHOTS);
    return result;
}

const struct driver pci_port_driver = {
    .name = "pcie-port",
    .matches = port_matches,
    .start = port_start,
    .fire = port_fire,
    .rests = true,
    .can_fire = port_can_fire,
    .selftest = port_selftest,
};
