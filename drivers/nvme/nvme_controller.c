// The controller: registers, bring-up, its queues, and commands that are waited for.

#include "drivers/nvme/nvme_controller.h"
#include "arch/mmio.h"
#include "drivers/command_overdue.h"
#include "drivers/pci/pci.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

// NVM Express Base Specification 1.4, 3.1.
enum {
    REGISTER_CAP = 0x00,
    REGISTER_VS = 0x08,
    REGISTER_CC = 0x14,
    REGISTER_CSTS = 0x1c,
    REGISTER_AQA = 0x24,
    REGISTER_ASQ = 0x28,
    REGISTER_ACQ = 0x30,
    REGISTER_DOORBELLS = 0x1000,
};

#define CAP_QUEUE_ENTRIES BITS(15, 0)  // zero based
#define CAP_TIMEOUT       BITS(31, 24) // in 500 ms
#define CAP_STRIDE        BITS(35, 32) // 4 << n bytes
#define CAP_NVM_COMMANDS  BIT(37)
#define CAP_PAGE_SMALLEST BITS(51, 48) // 4096 << n bytes

#define CC_ENABLE                BIT(0)
#define CC_SUBMISSION_ENTRY_SIZE BITS(19, 16) // log2
#define CC_COMPLETION_ENTRY_SIZE BITS(23, 20) // log2
#define CC_RUNNING               (CC_ENABLE | FIELD_PUT(CC_SUBMISSION_ENTRY_SIZE, 6) | FIELD_PUT(CC_COMPLETION_ENTRY_SIZE, 4))

#define CSTS_READY BIT(0)
#define CSTS_FATAL BIT(1)

#define AQA_SUBMISSION_ENTRIES BITS(11, 0) // zero based, as is the next
#define AQA_COMPLETION_ENTRIES BITS(27, 16)

#define ALL_ONES       UINT32_C(0xffffffff)
#define STEP           WAIT_MICROSECONDS(100)
#define STEPS_PER_UNIT 5000 // of CAP_TIMEOUT

enum { PAIR_PAGE_COUNT = 3, SMALLEST_DEPTH = 2 };

struct command_wait {
    struct nvme_queue *queue;
    uint32_t slot;
};

static uint32_t read32(const struct nvme_controller *controller, uint32_t offset)
{
    return mmio_read32(controller->registers + offset);
}

static void write32(const struct nvme_controller *controller, uint32_t offset, uint64_t value)
{
    mmio_write32(controller->registers + offset, (uint32_t)value);
}

// Two dwords, low first: not every controller takes a 64-bit access in one piece.
static uint64_t read64(const struct nvme_controller *controller, uint32_t offset)
{
    uint64_t low = read32(controller, offset);

    return low | (uint64_t)read32(controller, offset + 4) << 32;
}

static void write64(const struct nvme_controller *controller, uint32_t offset, uint64_t value)
{
    write32(controller, offset, value);
    write32(controller, offset + 4, value >> 32);
}

static void log_failure(const struct nvme_controller *controller, const char *what, enum result result)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_error("nvme %s: %s: %s", pci_address_format(controller->device->address, text), what, result_name(result));
}

static enum result await_ready(const struct nvme_controller *controller, bool ready)
{
    for (uint32_t step = 0; step <= controller->timeout_steps; step++) {
        uint32_t status = read32(controller, REGISTER_CSTS);
        if (status == ALL_ONES)
            return RESULT_GONE;
        if (ready && (status & CSTS_FATAL))
            return RESULT_FAILED;
        if (!!(status & CSTS_READY) == ready)
            return RESULT_OK;
        wait_pause(STEP);
    }
    return RESULT_TIMEOUT;
}

static enum result disable(const struct nvme_controller *controller)
{
    uint32_t configuration = read32(controller, REGISTER_CC);

    if (configuration == ALL_ONES)
        return RESULT_GONE;
    if (configuration & CC_ENABLE)
        write32(controller, REGISTER_CC, configuration & ~CC_ENABLE);
    return await_ready(controller, false);
}

// What cannot work is found before anything is allocated.
static const char *capabilities_refusal(const struct nvme_controller *controller, uint64_t capabilities)
{
    if (!(capabilities & CAP_NVM_COMMANDS))
        return "no NVM command set";
    if (FIELD_GET(CAP_PAGE_SMALLEST, capabilities))
        return "no 4 KiB pages";
    if (FIELD_GET(CAP_QUEUE_ENTRIES, capabilities) + 1 < SMALLEST_DEPTH)
        return "no queue of two entries";
    if (REGISTER_DOORBELLS + 2 * (uint64_t)controller->doorbell_stride > controller->device->bars[0].size)
        return "doorbells outside BAR 0";
    return NULL;
}

static enum result read_capabilities(struct nvme_controller *controller)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint64_t capabilities = read64(controller, REGISTER_CAP), units = FIELD_GET(CAP_TIMEOUT, capabilities);
    uint64_t entries = FIELD_GET(CAP_QUEUE_ENTRIES, capabilities) + 1;

    if (capabilities == UINT64_MAX) {
        log_failure(controller, "capabilities", RESULT_GONE);
        return RESULT_GONE;
    }
    controller->timeout_steps = (uint32_t)(units ? units : 1) * STEPS_PER_UNIT;
    controller->doorbell_stride = 4U << FIELD_GET(CAP_STRIDE, capabilities);
    controller->depth = entries < NVME_QUEUE_DEPTH ? (uint32_t)entries : NVME_QUEUE_DEPTH;

    const char *refusal = capabilities_refusal(controller, capabilities);
    if (refusal) {
        log_error("nvme %s: %s (CAP 0x%016llx)", pci_address_format(controller->device->address, text), refusal,
                  (unsigned long long)capabilities);
        return RESULT_UNSUPPORTED;
    }
    uint64_t room = controller->device->bars[0].size - REGISTER_DOORBELLS;
    controller->pair_limit = (uint32_t)(room / (2 * (uint64_t)controller->doorbell_stride)) - 1;
    return RESULT_OK;
}

static enum result map_registers(struct nvme_controller *controller)
{
    volatile void *registers;

    pci_memory_decode(controller->device, true);
    enum result result = pci_bar_map(controller->device, 0, REGISTER_DOORBELLS + 2 * sizeof(uint32_t), &registers);
    if (result == RESULT_OK)
        controller->registers = registers;
    return result;
}

// Doorbell 2n is the tail of submission queue n, 2n + 1 the head of completion queue n.
static volatile void *doorbell(const struct nvme_controller *controller, uint32_t index)
{
    return controller->registers + REGISTER_DOORBELLS + (size_t)index * controller->doorbell_stride;
}

// Adds a pair to its message's list; the pair is complete before it is published.
static void pair_publish(struct nvme_controller *controller, struct nvme_pair *pair)
{
    pair->next = controller->by_message[pair->message];
    __atomic_store_n(&controller->by_message[pair->message], pair, __ATOMIC_RELEASE);
    controller->pairs[controller->pair_count++] = pair;
}

static enum result pair_create(struct nvme_controller *controller, uint32_t depth, uint32_t message,
                               struct nvme_pair **created)
{
    struct nvme_pair *pair = heap_allocate(sizeof(*pair));

    if (!pair || page_allocate(PAIR_PAGE_COUNT, 0, &pair->pages) != RESULT_OK) {
        heap_free(pair);
        return RESULT_NO_MEMORY;
    }
    pair->number = controller->pair_count;
    pair->message = message;
    nvme_queue_start(&pair->queue, &(struct nvme_queue_parts){
                                       .depth = depth,
                                       .submissions = page_pointer(pair->pages),
                                       .completions = page_pointer((struct physical){pair->pages.address + PAGE_SIZE}),
                                       .tail_doorbell = doorbell(controller, 2 * pair->number),
                                       .head_doorbell = doorbell(controller, 2 * pair->number + 1),
                                   });
    pair_publish(controller, pair);
    *created = pair;
    return RESULT_OK;
}

static enum result allocate(struct nvme_controller *controller, uint32_t pairs)
{
    struct nvme_pair *admin;

    controller->pairs = heap_allocate((pairs + 1) * sizeof(*controller->pairs));
    controller->by_message = heap_allocate((pairs + 1) * sizeof(*controller->by_message));
    if (!controller->pairs || !controller->by_message || page_allocate(1, 0, &controller->scratch) != RESULT_OK)
        return RESULT_NO_MEMORY;
    return pair_create(controller, NVME_QUEUE_DEPTH, 0, &admin);
}

enum result nvme_controller_open(struct nvme_controller *controller, struct device *device, uint32_t pairs)
{
    *controller = (struct nvme_controller){.device = device};
    enum result result = map_registers(controller);
    if (result == RESULT_OK)
        result = read_capabilities(controller);
    if (result != RESULT_OK)
        return result;
    result = disable(controller);
    if (result != RESULT_OK) {
        log_failure(controller, "disable", result);
        return result;
    }
    return allocate(controller, pairs);
}

enum result nvme_controller_enable(struct nvme_controller *controller)
{
    const struct nvme_pair *admin = controller->pairs[0];
    uint32_t last = admin->queue.depth - 1;

    write32(controller, REGISTER_AQA,
            FIELD_PUT(AQA_COMPLETION_ENTRIES, last) | FIELD_PUT(AQA_SUBMISSION_ENTRIES, last));
    write64(controller, REGISTER_ASQ, admin->pages.address);
    write64(controller, REGISTER_ACQ, admin->pages.address + PAGE_SIZE);
    write32(controller, REGISTER_CC, CC_RUNNING);
    enum result result = await_ready(controller, true);
    if (result != RESULT_OK)
        log_failure(controller, "enable", result);
    return result;
}

// Completion queue before submission queue, which names it.
enum result nvme_controller_add_pair(struct nvme_controller *controller, uint32_t message)
{
    struct nvme_pair *pair, *admin = controller->pairs[0];
    uint32_t answer;

    enum result result = pair_create(controller, controller->depth, message, &pair);
    if (result != RESULT_OK)
        return result;
    struct physical completions = {pair->pages.address + PAGE_SIZE};
    struct nvme_command command =
        nvme_command_create_completion_queue(pair->number, controller->depth, completions, message);
    result = nvme_controller_run(controller, admin, &command, &answer);
    if (result != RESULT_OK)
        return result;
    command = nvme_command_create_submission_queue(pair->number, controller->depth, pair->pages);
    return nvme_controller_run(controller, admin, &command, &answer);
}

static bool command_is_done(void *command)
{
    const struct command_wait *wait = command;

    return nvme_queue_is_done(wait->queue, wait->slot);
}

static void command_serve(void *command)
{
    (void)nvme_queue_serve(((const struct command_wait *)command)->queue);
}

static const struct command_kind commands = {"nvme", command_is_done, command_serve};

// The controller still owns the command's memory.
static enum result command_never_ended(struct nvme_controller *controller, const struct nvme_pair *pair, uint32_t slot)
{
    char text[DEVICE_ADDRESS_TEXT];

    log_error("nvme %s: queue %u: command %u never ended, controller disabled (CSTS 0x%08x)",
              pci_address_format(controller->device->address, text), pair->number, slot,
              read32(controller, REGISTER_CSTS));
    nvme_controller_disable(controller);
    return RESULT_TIMEOUT;
}

enum result nvme_controller_run(struct nvme_controller *controller, struct nvme_pair *pair,
                                const struct nvme_command *command, uint32_t *answer)
{
    struct command_wait wait = {.queue = &pair->queue};
    char text[DEVICE_ADDRESS_TEXT];

    if (controller->failed)
        return RESULT_GONE;
    enum result result = nvme_queue_submit(&pair->queue, command, NVME_SLOT_WAITED, &wait.slot);
    if (result != RESULT_OK)
        return result;
    if (wait_until(command_is_done, &wait, COMMAND_BOUND) != RESULT_OK)
        result = command_overdue(&commands, controller->device, pair->message, &wait);
    if (result == RESULT_TIMEOUT)
        return command_never_ended(controller, pair, wait.slot);
    uint32_t status = nvme_queue_finish(&pair->queue, wait.slot, answer);
    if (result != RESULT_OK)
        return RESULT_TIMEOUT;
    if (status == 0)
        return RESULT_OK;
    log_error("nvme %s: queue %u: opcode 0x%02x failed, status 0x%04x",
              pci_address_format(controller->device->address, text), pair->number, command->dword[0] & 0xff, status);
    return RESULT_FAILED;
}

bool nvme_controller_serve(struct nvme_controller *controller, uint32_t message)
{
    struct nvme_pair *pair = __atomic_load_n(&controller->by_message[message], __ATOMIC_ACQUIRE);
    uint32_t taken = 0;

    for (; pair; pair = pair->next)
        taken += nvme_queue_serve(&pair->queue);
    // The line is low before the read is answered, and so before the end of interrupt.
    if (controller->is_line)
        (void)read32(controller, REGISTER_CSTS);
    return taken != 0;
}

void nvme_controller_disable(struct nvme_controller *controller)
{
    enum result result = controller->registers ? disable(controller) : RESULT_OK;

    controller->failed = true;
    if (result == RESULT_OK)
        return;
    log_failure(controller, "disable", result);
    // The controller may still write to its memory, which must not be freed.
    pci_bus_master(controller->device, false);
}

void nvme_controller_release(struct nvme_controller *controller)
{
    for (uint32_t i = 0; i < controller->pair_count; i++) {
        page_free(controller->pairs[i]->pages, PAIR_PAGE_COUNT);
        heap_free(controller->pairs[i]);
    }
    if (controller->scratch.address)
        page_free(controller->scratch, 1);
    heap_free(controller->by_message);
    heap_free(controller->pairs);
}
