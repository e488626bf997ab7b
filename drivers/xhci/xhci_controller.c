// The controller: registers, bring-up, its rings, and commands that are waited for.

#include "drivers/xhci/xhci_controller.h"
#include "arch/mmio.h"
#include "drivers/command_overdue.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "drivers/xhci/xhci_handoff.h"
#include "drivers/xhci/xhci_registers.h"
#include "kernel/runtime/log.h"

#define ALL_ONES UINT32_C(0xffffffff)
#define BELOW_4G (UINT64_C(1) << 32)

enum { FIRST_SLOT = 1, SLOT_LIMIT = 31, LEAST_CAPLENGTH = XHCI_CAPABILITY_SIZE };

struct command_wait {
    struct xhci_controller *controller;
    uint32_t index;
};

static uint32_t capability(const struct xhci_controller *controller, uint32_t offset)
{
    return mmio_read32(controller->registers + offset);
}

static uint32_t read32(const struct xhci_controller *controller, uint32_t offset)
{
    return mmio_read32(controller->operational + offset);
}

static void write32(const struct xhci_controller *controller, uint32_t offset, uint64_t value)
{
    mmio_write32(controller->operational + offset, (uint32_t)value);
}

// Low before high, in dwords: the order every controller takes (5.1).
static void write64(volatile uint8_t *to, uint64_t value)
{
    mmio_write32(to, (uint32_t)value);
    mmio_write32(to + 4, (uint32_t)(value >> 32));
}

static enum result fail(const struct xhci_controller *controller, const char *what, enum result result)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_error("xhci %s: %s: %s", pci_address_format(controller->device->address, text), what, result_name(result));
    return result;
}

// Halting takes at most 16 ms (5.4.1.1), a reset has no stated bound.
static enum result await(const struct xhci_controller *controller, uint32_t offset, uint32_t bits, uint32_t wanted)
{
    return register_wait(controller->operational + offset, bits, wanted, WAIT_MILLISECONDS(1000));
}

static enum result halt(const struct xhci_controller *controller)
{
    uint32_t command = read32(controller, XHCI_USBCMD);

    if (command == ALL_ONES)
        return RESULT_GONE;
    write32(controller, XHCI_USBCMD, command & ~(XHCI_USBCMD_RUN | XHCI_USBCMD_INTERRUPT_ENABLE));
    return await(controller, XHCI_USBSTS, XHCI_USBSTS_HALTED, XHCI_USBSTS_HALTED);
}

// Some controllers must not be read right after a reset starts. No register may be written before Controller Not Ready
// is clear (5.4.2).
static enum result reset(const struct xhci_controller *controller)
{
    write32(controller, XHCI_USBCMD, XHCI_USBCMD_RESET);
    wait_pause(WAIT_MILLISECONDS(1));
    enum result result = await(controller, XHCI_USBCMD, XHCI_USBCMD_RESET, 0);
    return result == RESULT_OK ? await(controller, XHCI_USBSTS, XHCI_USBSTS_NOT_READY, 0) : result;
}

static enum result quiet(const struct xhci_controller *controller)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t parameters = capability(controller, XHCI_HCCPARAMS1);
    uint32_t first = (uint32_t)FIELD_GET(XHCI_HCCPARAMS1_EXTENDED, parameters) * (uint32_t)sizeof(parameters);
    bool was_held;
    enum result result = xhci_handoff(controller->registers, controller->device->bars[0].size, first, &was_held);

    if (result != RESULT_OK)
        log_warning("xhci %s: hand-over by the firmware: %s", pci_address_format(controller->device->address, text),
                    result_name(result));
    result = await(controller, XHCI_USBSTS, XHCI_USBSTS_NOT_READY, 0);
    if (result == RESULT_OK)
        result = halt(controller);
    return result == RESULT_OK ? reset(controller) : result;
}

static enum result map_registers(struct xhci_controller *controller)
{
    volatile void *registers;

    enum result result = pci_bar_map(controller->device, 0, XHCI_CAPABILITY_SIZE, &registers);
    if (result == RESULT_OK)
        controller->registers = registers;
    return result;
}

// NULL when all registers this driver uses lie inside BAR 0 and the controller is supported, else why not.
static const char *place_parts(struct xhci_controller *controller)
{
    uint64_t size = controller->device->bars[0].size, runtime, doorbells;
    uint64_t length = FIELD_GET(XHCI_CAPLENGTH_BYTES, capability(controller, XHCI_CAPLENGTH));

    runtime = FIELD_GET(XHCI_RTSOFF_OFFSET, capability(controller, XHCI_RTSOFF)) << 5;
    doorbells = FIELD_GET(XHCI_DBOFF_OFFSET, capability(controller, XHCI_DBOFF)) << 2;
    if (length < LEAST_CAPLENGTH || length + XHCI_PORTSC + (uint64_t)controller->port_count * XHCI_PORT_STRIDE > size)
        return "ports outside BAR 0";
    if (runtime + XHCI_INTERRUPTERS + (uint64_t)controller->interrupter_limit * XHCI_INTERRUPTER_STRIDE > size)
        return "interrupters outside BAR 0";
    if (doorbells + (controller->slot_count + 1) * XHCI_DOORBELL_STRIDE > size)
        return "doorbells outside BAR 0";
    controller->operational = controller->registers + length;
    controller->runtime = controller->registers + runtime;
    controller->doorbells = controller->registers + doorbells;
    return read32(controller, XHCI_PAGESIZE) & XHCI_PAGESIZE_4K ? NULL : "no 4 KiB pages";
}

static enum result read_capabilities(struct xhci_controller *controller)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t first = capability(controller, XHCI_HCSPARAMS1), second = capability(controller, XHCI_HCSPARAMS2);
    uint32_t parameters = capability(controller, XHCI_HCCPARAMS1);
    uint32_t interrupters = (uint32_t)FIELD_GET(XHCI_HCSPARAMS1_INTERRUPTERS, first);

    if (first == ALL_ONES)
        return fail(controller, "capabilities", RESULT_GONE);
    controller->slot_count = (uint32_t)FIELD_GET(XHCI_HCSPARAMS1_SLOTS, first);
    if (controller->slot_count > SLOT_LIMIT)
        controller->slot_count = SLOT_LIMIT;
    controller->port_count = (uint32_t)FIELD_GET(XHCI_HCSPARAMS1_PORTS, first);
    controller->interrupter_limit = interrupters < XHCI_INTERRUPTER_COUNT ? interrupters : XHCI_INTERRUPTER_COUNT;
    controller->scratch_pages = (uint32_t)(FIELD_GET(XHCI_HCSPARAMS2_SCRATCH_HIGH, second) << 5 |
                                           FIELD_GET(XHCI_HCSPARAMS2_SCRATCH_LOW, second));
    controller->address_limit = parameters & XHCI_HCCPARAMS1_64BIT ? 0 : BELOW_4G;
    controller->context_stride = parameters & XHCI_HCCPARAMS1_WIDE_CONTEXT ? 64 : 32;
    const char *refusal = place_parts(controller);
    if (!refusal && (interrupters == 0 || FIELD_GET(XHCI_HCSPARAMS1_SLOTS, first) == 0))
        refusal = "no interrupter, or no slot";
    if (!refusal)
        return RESULT_OK;
    log_error("xhci %s: %s (HCSPARAMS1 0x%08x)", pci_address_format(controller->device->address, text), refusal, first);
    return RESULT_UNSUPPORTED;
}

enum result xhci_controller_open(struct xhci_controller *controller, struct device *device)
{
    *controller = (struct xhci_controller){.device = device};
    enum result result = map_registers(controller);
    if (result == RESULT_OK)
        result = read_capabilities(controller);
    if (result != RESULT_OK)
        return result;
    result = quiet(controller);
    return result == RESULT_OK ? result : fail(controller, "halt and reset", result);
}

static void start_rings(struct xhci_controller *controller)
{
    const struct xhci_memory *memory = &controller->memory;
    uint64_t *directory = xhci_memory_pointer(memory, XHCI_MEMORY_DIRECTORY);

    directory[FIRST_SLOT] = xhci_memory_physical(memory, XHCI_MEMORY_DEVICE).address;
    xhci_ring_start(&controller->commands, xhci_memory_pointer(memory, XHCI_MEMORY_COMMANDS),
                    xhci_memory_physical(memory, XHCI_MEMORY_COMMANDS), 1);
    xhci_ring_start(&controller->transfers, xhci_memory_pointer(memory, XHCI_MEMORY_TRANSFERS),
                    xhci_memory_physical(memory, XHCI_MEMORY_TRANSFERS), XHCI_STATUS_STAGES);
}

// The segment table's address last: writing it starts the event ring (4.9.4).
static void start_interrupter(struct xhci_controller *controller, uint32_t index)
{
    struct xhci_interrupter *interrupter = &controller->interrupters[index];
    uint32_t table = XHCI_MEMORY_SEGMENTS + index * XHCI_ERSTBA_ALIGNMENT;
    uint32_t ring = XHCI_MEMORY_EVENTS + index * (uint32_t)PAGE_SIZE;
    struct xhci_segment *segment = xhci_memory_pointer(&controller->memory, table);
    struct physical base = xhci_memory_physical(&controller->memory, ring);

    *segment = (struct xhci_segment){.base = base.address, .size = XHCI_EVENT_TRB_COUNT};
    xhci_events_start(&interrupter->events, xhci_memory_pointer(&controller->memory, ring), base);
    interrupter->registers = controller->runtime + XHCI_INTERRUPTERS + (size_t)index * XHCI_INTERRUPTER_STRIDE;
    mmio_write32(interrupter->registers + XHCI_ERSTSZ, 1);
    write64(interrupter->registers + XHCI_ERDP, base.address);
    write64(interrupter->registers + XHCI_ERSTBA, xhci_memory_physical(&controller->memory, table).address);
    mmio_write32(interrupter->registers + XHCI_IMOD, 0);
    mmio_write32(interrupter->registers + XHCI_IMAN, (uint32_t)(XHCI_IMAN_ENABLE | XHCI_IMAN_PENDING));
}

// Ring contents must be in memory before the controller runs; stores to device memory follow earlier stores to memory.
enum result xhci_controller_run(struct xhci_controller *controller, uint32_t interrupters, bool is_line)
{
    const struct xhci_memory *memory = &controller->memory;
    enum result result =
        xhci_memory_allocate(&controller->memory, interrupters, controller->scratch_pages, controller->address_limit);

    if (result != RESULT_OK)
        return result;
    controller->is_line = is_line;
    start_rings(controller);
    write32(controller, XHCI_CONFIG, controller->slot_count);
    write64(controller->operational + XHCI_DCBAAP, xhci_memory_physical(memory, XHCI_MEMORY_DIRECTORY).address);
    write64(controller->operational + XHCI_CRCR,
            xhci_memory_physical(memory, XHCI_MEMORY_COMMANDS).address | XHCI_CRCR_CYCLE);
    for (uint32_t i = 0; i < interrupters; i++)
        start_interrupter(controller, i);
    __atomic_store_n(&controller->interrupter_count, interrupters, __ATOMIC_RELEASE);
    write32(controller, XHCI_USBCMD, XHCI_USBCMD_RUN | XHCI_USBCMD_INTERRUPT_ENABLE);
    result = await(controller, XHCI_USBSTS, XHCI_USBSTS_HALTED, 0);
    return result == RESULT_OK ? result : fail(controller, "run", result);
}

void xhci_controller_ring(const struct xhci_controller *controller, uint32_t doorbell, uint32_t target)
{
    mmio_write32(xhci_controller_doorbell(controller, doorbell), target);
}

static bool command_is_done(void *command)
{
    const struct command_wait *wait = command;

    return xhci_ring_is_done(&wait->controller->commands, wait->index);
}

static void command_serve(void *command)
{
    (void)xhci_controller_serve(((const struct command_wait *)command)->controller, 0);
}

static const struct command_kind commands = {"xhci", command_is_done, command_serve};

// The controller still owns the command's memory.
static enum result command_never_ended(struct xhci_controller *controller, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_error("xhci %s: command %u never ended, controller halted (USBSTS 0x%08x)",
              pci_address_format(controller->device->address, text), index, read32(controller, XHCI_USBSTS));
    xhci_controller_halt(controller);
    return RESULT_TIMEOUT;
}

enum result xhci_controller_command(struct xhci_controller *controller, const struct xhci_trb *command, uint32_t *slot)
{
    struct command_wait wait = {.controller = controller};
    char text[DEVICE_ADDRESS_TEXT];

    if (controller->failed)
        return RESULT_GONE;
    enum result result = xhci_ring_submit(&controller->commands, command, XHCI_DESCRIPTOR_WAITED, &wait.index);
    if (result != RESULT_OK)
        return result;
    xhci_controller_ring(controller, XHCI_DOORBELL_COMMAND, 0);
    if (wait_until(command_is_done, &wait, COMMAND_BOUND) != RESULT_OK)
        result = command_overdue(&commands, controller->device, 0, &wait);
    if (result == RESULT_TIMEOUT)
        return command_never_ended(controller, wait.index);
    uint32_t code = xhci_ring_finish(&controller->commands, wait.index, slot);
    if (result != RESULT_OK)
        return RESULT_TIMEOUT;
    if (code == XHCI_CODE_SUCCESS)
        return RESULT_OK;
    log_warning("xhci %s: command of type %u: completion code %u",
                pci_address_format(controller->device->address, text), xhci_trb_type(command), code);
    return RESULT_FAILED;
}

bool xhci_controller_is_serving(const struct xhci_controller *controller, uint32_t index)
{
    return mmio_read32(controller->interrupters[index].registers + XHCI_ERDP) & XHCI_ERDP_BUSY;
}

// With the line, the pending bits are cleared before the events are read, the summary bit first (5.4.2), so a later
// event asserts it again. A message clears its pending bit when it is sent (4.17.5).
static void lower_line(const struct xhci_controller *controller, volatile uint8_t *registers)
{
    write32(controller, XHCI_USBSTS, XHCI_USBSTS_EVENT_INTERRUPT);
    mmio_write32(registers + XHCI_IMAN, (uint32_t)(XHCI_IMAN_ENABLE | XHCI_IMAN_PENDING));
}

// One write to ERDP advances the dequeue pointer and clears Event Handler Busy. Events added since send a new message.
bool xhci_controller_serve(struct xhci_controller *controller, uint32_t index)
{
    uint32_t taken = 0, asked;

    if (index >= __atomic_load_n(&controller->interrupter_count, __ATOMIC_ACQUIRE))
        return false;
    struct xhci_interrupter *interrupter = &controller->interrupters[index];
    if (!gate_enter(&interrupter->gate))
        return false;
    do {
        asked = gate_asked(&interrupter->gate);
        if (controller->is_line)
            lower_line(controller, interrupter->registers);
        taken += xhci_events_take(&interrupter->events, &controller->commands, &controller->transfers,
                                  __atomic_load_n(&controller->listener, __ATOMIC_ACQUIRE));
        write64(interrupter->registers + XHCI_ERDP, xhci_events_dequeue(&interrupter->events).address | XHCI_ERDP_BUSY);
    } while (!gate_leave(&interrupter->gate, asked));
    // The line is low before the read is answered, and so before the end of interrupt.
    if (controller->is_line)
        (void)read32(controller, XHCI_USBSTS);
    return taken != 0;
}

volatile void *xhci_controller_port(const struct xhci_controller *controller, uint32_t port)
{
    return controller->operational + XHCI_PORTSC + (size_t)(port - 1) * XHCI_PORT_STRIDE;
}

void xhci_controller_halt(struct xhci_controller *controller)
{
    enum result result = controller->operational ? halt(controller) : RESULT_OK;

    controller->failed = true;
    if (result == RESULT_OK)
        return;
    (void)fail(controller, "halt", result);
    // The controller may still write to its memory, which must not be freed.
    pci_bus_master(controller->device, false);
}

void xhci_controller_release(struct xhci_controller *controller)
{
    xhci_memory_free(&controller->memory);
}
