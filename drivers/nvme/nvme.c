// NVM Express controllers: one I/O queue pair per online CPU, each with its own message; read only.

#include "drivers/nvme/nvme.h"
#include "arch/mmio.h"
#include "drivers/nvme/nvme_controller.h"
#include "drivers/nvme/nvme_read.h"
#include "drivers/nvme/nvme_selftest.h"
#include "drivers/pci/pci.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum { NVME_CLASS_CODE = 0x010802 }; // mass storage, non-volatile memory, NVM Express

#define LINE_BOUND WAIT_MILLISECONDS(100)

static bool nvme_service(const struct interrupt *self)
{
    return nvme_controller_serve(self->context, self->message_id);
}

static bool nvme_matches(const struct device *device)
{
    return device->class_code == NVME_CLASS_CODE;
}

// Message 0 for the CPU that brings the controller up, then one for each online CPU in turn.
static uint32_t *choose_cpus(uint32_t pairs)
{
    uint32_t *cpus = heap_allocate((pairs + 1) * sizeof(*cpus));
    uint32_t count = 1;

    if (!cpus)
        return NULL;
    cpus[0] = host_cpu_current();
    for (uint32_t i = 0; i < cpu_total() && count <= pairs; i++)
        if (cpu_get(i)->state == CPU_ONLINE)
            cpus[count++] = i;
    return cpus;
}

static enum result connect_messages(struct nvme_controller *controller, uint32_t pairs)
{
    uint32_t *cpus = choose_cpus(pairs);
    struct irq_request request = {
        .device = &controller->device->irq,
        .routine = nvme_service,
        .context = controller,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = pairs + 1,
        .message_cpus = cpus,
    };
    struct irq_grant grant;

    if (!cpus)
        return RESULT_NO_MEMORY;
    enum result result = irq_connect(&request, &grant);
    heap_free(cpus);
    controller->is_line = result == RESULT_OK && grant.messages->source->kind == MESSAGE_LINE;
    return result;
}

static enum result identify(struct nvme_controller *controller, enum nvme_identify_kind kind)
{
    struct nvme_command command =
        nvme_command_identify(kind, kind == NVME_IDENTIFY_NAMESPACE ? NVME_NAMESPACE : 0, controller->scratch);
    uint32_t answer;

    return nvme_controller_run(controller, controller->pairs[0], &command, &answer);
}

// A controller without a readable namespace 1 still has its queues and its messages.
static enum result identify_all(struct nvme_controller *controller)
{
    char text[DEVICE_ADDRESS_TEXT];
    const uint8_t *answer = page_pointer(controller->scratch);
    enum result result = identify(controller, NVME_IDENTIFY_CONTROLLER);

    if (result != RESULT_OK)
        return result;
    nvme_identify_model(answer, controller->model);
    result = identify(controller, NVME_IDENTIFY_NAMESPACE);
    if (result == RESULT_FAILED)
        controller->space.refusal = "cannot be identified";
    else if (result != RESULT_OK)
        return result;
    else
        controller->space = nvme_identify_namespace(answer);
    if (controller->space.refusal)
        log_warning("nvme %s: namespace 1 %s", pci_address_format(controller->device->address, text),
                    controller->space.refusal);
    return RESULT_OK;
}

// As many pairs as CPUs, fewer when the controller has fewer. Message k serves pair k as far as messages were granted.
static enum result add_pairs(struct nvme_controller *controller, uint32_t pairs)
{
    uint32_t granted = controller->device->irq.messages->message_count, answer;
    struct nvme_command command = nvme_command_set_queue_count(pairs);
    enum result result = nvme_controller_run(controller, controller->pairs[0], &command, &answer);

    if (result != RESULT_OK)
        return result;
    uint32_t offered = nvme_command_queue_pairs(answer);
    if (offered > controller->pair_limit)
        offered = controller->pair_limit;
    for (uint32_t i = 1; i <= pairs && i <= offered && result == RESULT_OK; i++)
        result = nvme_controller_add_pair(controller, i < granted ? i : 0);
    return result;
}

static enum result bring_up(struct nvme_controller *controller, struct device *device)
{
    uint32_t pairs = cpu_online_total();
    enum result result = nvme_controller_open(controller, device, pairs);

    if (result == RESULT_OK)
        result = connect_messages(controller, pairs);
    if (result == RESULT_OK)
        result = nvme_controller_enable(controller);
    if (result == RESULT_OK)
        result = identify_all(controller);
    return result == RESULT_OK ? add_pairs(controller, pairs) : result;
}

// The controller is disabled before its messages go and before its memory does.
static void shut_down(struct nvme_controller *controller, struct device *device)
{
    nvme_controller_disable(controller);
    pci_bus_master(device, false);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    nvme_controller_release(controller);
    heap_free(controller);
}

// Ends what line_bring_up() began, if anything.
static void line_end(struct device *device)
{
    if (device->driver_state)
        shut_down(device->driver_state, device);
    device->driver_state = NULL;
}

// Before the driver is started: the admin queue alone, for the line to be measured.
static enum result line_bring_up(struct device *device)
{
    struct nvme_controller *controller = heap_allocate(sizeof(*controller));

    if (!controller)
        return RESULT_NO_MEMORY;
    device->driver_state = controller;
    enum result result = nvme_controller_open(controller, device, 0);
    if (result == RESULT_OK) {
        controller->is_line = true;
        pci_bus_master(device, true);
        result = nvme_controller_enable(controller);
    }
    if (result != RESULT_OK)
        line_end(device);
    return result;
}

static bool line_is_served(void *context)
{
    struct nvme_controller *controller = context;

    (void)nvme_controller_serve(controller, 0);
    return nvme_queue_is_served(&controller->pairs[0]->queue);
}

// A completion asserts the line, taking it deasserts the line. The controller stays up until nvme_start().
static enum result nvme_assert_line(struct device *device, bool on)
{
    struct nvme_command command = nvme_command_get_queue_count();
    enum result result = device->driver_state || !on ? RESULT_OK : line_bring_up(device);
    struct nvme_controller *controller = device->driver_state;
    uint32_t slot;

    if (result != RESULT_OK || !controller)
        return result;
    if (on)
        return nvme_queue_submit(&controller->pairs[0]->queue, &command, NVME_SLOT_SHOT, &slot);
    return wait_until(line_is_served, controller, LINE_BOUND);
}

static enum result nvme_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];

    line_end(device);
    struct nvme_controller *controller = heap_allocate(sizeof(*controller));
    if (!controller)
        return RESULT_NO_MEMORY;
    enum result result = bring_up(controller, device);
    if (result != RESULT_OK) {
        shut_down(controller, device);
        return result;
    }
    device->driver_state = controller;
    log_info("nvme %s: %s, %llu blocks, %u queues of %u", pci_address_format(device->address, text), controller->model,
             (unsigned long long)controller->space.blocks, controller->pair_count - 1, controller->depth);
    return RESULT_OK;
}

// Only a queue with its own message can be tested by it.
static bool nvme_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    const struct nvme_controller *controller = device->driver_state;

    *deliveries = 1;
    if (!controller || controller->failed || index >= controller->pair_count)
        return false;
    return index == 0 || (controller->pairs[index]->message == index && controller->space.blocks != 0);
}

static enum result nvme_prepare(struct device *device, uint32_t index, struct driver_doorbell *doorbell)
{
    struct nvme_controller *controller = device->driver_state;
    struct nvme_command command = nvme_command_get_queue_count();
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t ignored;

    if (!nvme_can_fire(device, index, &ignored)) {
        log_warning("nvme %s: no queue to fire message %u with", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    // On the line two completions could be served as one; as messages they are two.
    if (controller->is_line && !nvme_queue_is_served(&controller->pairs[index]->queue) &&
        !message_find(&device->irq, index)->masked)
        return RESULT_BUSY;
    struct nvme_pair *pair = controller->pairs[index];
    enum result result =
        index ? nvme_read_put(controller, pair) : nvme_queue_put(&pair->queue, &command, NVME_SLOT_SHOT, &ignored);
    *doorbell = (struct driver_doorbell){(void *)pair->queue.tail_doorbell, pair->queue.tail};
    return result;
}

static enum result nvme_fire(struct device *device, uint32_t index)
{
    struct driver_doorbell doorbell;
    enum result result = nvme_prepare(device, index, &doorbell);

    if (result == RESULT_OK)
        mmio_write32(doorbell.address, doorbell.value);
    return result;
}

// A completion whose identifier names no command in flight (answered twice or never sent) is a stray.
static struct driver_answers nvme_answers(const struct device *device, uint32_t index)
{
    const struct nvme_controller *controller = device->driver_state;
    const struct nvme_queue *queue = &controller->pairs[index]->queue;

    return (struct driver_answers){queue->answered, (uint64_t)queue->strays + queue->failures};
}

static enum result nvme_selftest(struct device *device, struct output *out)
{
    return device->driver_state ? nvme_selftest_run(device->driver_state, out) : RESULT_NOT_FOUND;
}

// The pair whose message is routed to the calling CPU while all CPUs are online.
static enum result nvme_read(struct device *device, uint64_t block, void *buffer)
{
    struct nvme_controller *controller = device->driver_state;

    if (!controller || controller->pair_count < 2)
        return RESULT_NOT_FOUND;
    uint32_t index = host_cpu_current();
    if (index >= controller->pair_count - 1)
        index %= controller->pair_count - 1;
    return nvme_read_block(controller, controller->pairs[1 + index], block, buffer);
}

const struct driver nvme_driver = {
    .name = "nvme",
    .matches = nvme_matches,
    .start = nvme_start,
    .fire = nvme_fire,
    .prepare = nvme_prepare,
    .can_fire = nvme_can_fire,
    .assert_line = nvme_assert_line,
    .answers = nvme_answers,
    .selftest = nvme_selftest,
    .rests = true,
    .read_block = nvme_read,
};
