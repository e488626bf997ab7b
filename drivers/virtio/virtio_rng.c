// The virtio entropy device (Virtio 1.2, 5.4): random bytes by interrupt.

#include "drivers/virtio/virtio_rng.h"
#include "drivers/exercise.h"
#include "drivers/gate.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio_pci.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum {
    RNG_DEVICE_MODERN = 0x1044,
    RNG_DEVICE_TRANSITIONAL = 0x1005,
    RNG_MESSAGE_COUNT = 2,
    RNG_QUEUE = 0,
    RNG_PAGE_COUNT = 2, // the queue, then a buffer for each descriptor
    RNG_BUFFER_SIZE = PAGE_SIZE / VIRTQUEUE_SIZE,
    RNG_SHOT_SIZE = 8,
    RNG_SELFTEST_SIZE = 32,
    RNG_SELFTEST_SHOTS = 3,
};

#define REQUEST_BOUND WAIT_MILLISECONDS(1000)
#define LINE_BOUND    WAIT_MILLISECONDS(1000)

// What a finished request leaves behind, written by the service routine.
struct rng_answer {
    uint32_t finished; // requests that ended in this descriptor
    uint32_t length;
};

struct rng {
    struct virtio_pci transport;
    struct virtqueue queue;
    struct virtio_doorbell doorbell;
    struct gate gate;
    bool is_msix;
    uint32_t queue_message;
    struct physical pages;
    struct rng_answer answers[VIRTQUEUE_SIZE];
};

struct rng_wait {
    const struct rng_answer *answer;
    uint32_t before;
};

static uint32_t take_answers(struct rng *rng)
{
    uint32_t id, length, taken = 0;

    while (virtqueue_take(&rng->queue, &id, &length)) {
        rng->answers[id].length = length;
        __atomic_fetch_add(&rng->answers[id].finished, 1, __ATOMIC_RELEASE);
        taken++;
    }
    return taken;
}

static bool rng_service(const struct interrupt *self)
{
    struct rng *rng = self->context;
    uint32_t taken = 0, asked;

    if (!rng->is_msix && virtio_pci_read_cause(&rng->transport) == 0)
        return false;
    if (self->message_id != rng->queue_message || !gate_enter(&rng->gate))
        return true;
    do {
        asked = gate_asked(&rng->gate);
        taken += take_answers(rng);
    } while (!gate_leave(&rng->gate, asked));
    return taken != 0;
}

static bool rng_matches(const struct device *device)
{
    return device->vendor_id == VIRTIO_PCI_VENDOR &&
           (device->device_id == RNG_DEVICE_MODERN || device->device_id == RNG_DEVICE_TRANSITIONAL);
}

static enum result connect_messages(struct rng *rng)
{
    struct irq_request request = {
        .device = &rng->transport.device->irq,
        .routine = rng_service,
        .context = rng,
        .minimum = 1,
        .maximum = RNG_MESSAGE_COUNT,
    };
    struct irq_grant grant;
    enum result result = irq_connect(&request, &grant);

    if (result != RESULT_OK)
        return result;
    rng->is_msix = grant.messages->source->kind == MESSAGE_MSIX;
    rng->queue_message = grant.messages->message_count == RNG_MESSAGE_COUNT ? 1 : 0;
    return RESULT_OK;
}

static enum result open_device(struct rng *rng, struct device *device)
{
    enum result result = virtio_pci_open(&rng->transport, device);

    return result == RESULT_OK ? page_allocate(RNG_PAGE_COUNT, 0, &rng->pages) : result;
}

static enum result start_device(struct rng *rng)
{
    enum result result = virtio_pci_negotiate(&rng->transport);
    if (result == RESULT_OK && rng->is_msix)
        result = virtio_pci_set_config_message(&rng->transport, 0);
    if (result == RESULT_OK)
        result = virtio_pci_start_queue(&rng->transport, RNG_QUEUE, rng->pages,
                                        rng->is_msix ? &rng->queue_message : NULL, &rng->queue, &rng->doorbell);
    if (result == RESULT_OK)
        virtio_pci_set_ready(&rng->transport);
    return result;
}

// Messages are connected before the device gets their numbers, or else it could send an unconnected one.
static enum result bring_up(struct rng *rng, struct device *device)
{
    enum result result = open_device(rng, device);

    if (result == RESULT_OK)
        result = connect_messages(rng);
    return result == RESULT_OK ? start_device(rng) : result;
}

static void shut_down(struct rng *rng, struct device *device)
{
    if (rng->transport.common)
        (void)!virtio_pci_reset(&rng->transport);
    pci_bus_master(device, false);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    if (rng->pages.address)
        page_free(rng->pages, RNG_PAGE_COUNT);
    heap_free(rng);
}

// Ends what line_bring_up() began, if anything.
static void line_end(struct device *device)
{
    if (device->driver_state)
        shut_down(device->driver_state, device);
    device->driver_state = NULL;
}

static enum result rng_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];

    line_end(device);
    struct rng *rng = heap_allocate(sizeof(*rng));
    if (!rng)
        return RESULT_NO_MEMORY;
    enum result result = bring_up(rng, device);
    if (result != RESULT_OK) {
        shut_down(rng, device);
        return result;
    }
    device->driver_state = rng;
    log_info("virtio-rng %s: queue of %u, %u messages", pci_address_format(device->address, text), rng->queue.size,
             device->irq.messages->message_count);
    return RESULT_OK;
}

static struct physical buffer_of(const struct rng *rng, uint32_t id)
{
    return (struct physical){rng->pages.address + PAGE_SIZE + id * RNG_BUFFER_SIZE};
}

static bool request_is_finished(void *context)
{
    const struct rng_wait *wait = context;

    return __atomic_load_n(&wait->answer->finished, __ATOMIC_ACQUIRE) != wait->before;
}

// Asks for `length` bytes and does not wait. The buffer belongs to the descriptor. QEMU's devices are no longer ready
// once bus master was off: they are told again.
static void ask(struct rng *rng, uint32_t id, uint32_t length)
{
    virtio_pci_set_ready(&rng->transport);
    virtqueue_submit(&rng->queue, id, buffer_of(rng, id), length);
    virtio_pci_kick(&rng->doorbell);
}

// Before the driver is started: the device without messages, for its line to be measured.
static enum result line_bring_up(struct device *device)
{
    struct rng *rng = heap_allocate(sizeof(*rng));

    if (!rng)
        return RESULT_NO_MEMORY;
    device->driver_state = rng;
    enum result result = open_device(rng, device);
    if (result == RESULT_OK) {
        pci_bus_master(device, true);
        result = start_device(rng);
    }
    if (result != RESULT_OK)
        line_end(device);
    return result;
}

// The cause is read again after the last answer, or else the line could stay asserted.
static bool line_is_served(void *context)
{
    struct rng *rng = context;

    (void)take_answers(rng);
    (void)virtio_pci_read_cause(&rng->transport);
    return virtqueue_is_empty(&rng->queue);
}

// An answer asserts the line, reading the cause deasserts it. The device stays up until rng_start().
static enum result rng_assert_line(struct device *device, bool on)
{
    enum result result = device->driver_state || !on ? RESULT_OK : line_bring_up(device);
    struct rng *rng = device->driver_state;
    uint32_t id;

    if (result != RESULT_OK || !rng)
        return result;
    if (!on)
        return wait_until(line_is_served, rng, LINE_BOUND);
    result = virtqueue_find_free(&rng->queue, &id);
    if (result == RESULT_OK)
        ask(rng, id, RNG_SHOT_SIZE);
    return result;
}

static bool rng_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    const struct rng *rng = device->driver_state;

    *deliveries = 1;
    return rng && index == rng->queue_message;
}

// Two shots in flight may share one interrupt, so the last must be served first. With a masked message it is enough
// that the device has finished the request.
static enum result rng_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct rng *rng = device->driver_state;
    uint32_t id, deliveries;

    pci_address_format(device->address, text);
    if (!rng_can_fire(device, index, &deliveries)) {
        log_warning("virtio-rng %s: message %u cannot be provoked%s", text, index,
                    index == 0 ? ": its configuration never changes" : "");
        return RESULT_UNSUPPORTED;
    }
    bool is_served = virtqueue_is_empty(&rng->queue);
    bool is_pending = virtqueue_is_idle(&rng->queue) && message_find(&device->irq, index)->masked;
    if (!is_served && !is_pending)
        return RESULT_BUSY;
    enum result result = virtqueue_find_free(&rng->queue, &id);
    if (result == RESULT_OK)
        ask(rng, id, RNG_SHOT_SIZE);
    return result;
}

// One request, its answer copied out. The device may give fewer bytes than asked, but at least one (5.4.6.1).
static enum result read_entropy(struct rng *rng, uint8_t *bytes, uint32_t length)
{
    uint32_t id;
    enum result result = virtqueue_find_free(&rng->queue, &id);

    if (result != RESULT_OK)
        return result;
    struct rng_answer *answer = &rng->answers[id];
    struct rng_wait wait = {answer, __atomic_load_n(&answer->finished, __ATOMIC_ACQUIRE)};
    ask(rng, id, length);
    result = wait_until(request_is_finished, &wait, REQUEST_BOUND);
    if (result != RESULT_OK)
        return result;
    if (answer->length == 0 || answer->length > length)
        return RESULT_MISMATCH;
    memcpy(bytes, page_pointer(buffer_of(rng, id)), answer->length);
    return RESULT_OK;
}

static bool is_zero(const uint8_t *bytes, uint32_t length)
{
    uint8_t any = 0;

    for (uint32_t i = 0; i < length; i++)
        any |= bytes[i];
    return any == 0;
}

static enum result check_entropy(struct device *device, struct output *out)
{
    struct rng *rng = device->driver_state;
    uint8_t first[RNG_SELFTEST_SIZE] = {0}, second[RNG_SELFTEST_SIZE] = {0};
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = read_entropy(rng, first, sizeof(first));

    if (result == RESULT_OK)
        result = read_entropy(rng, second, sizeof(second));
    bool is_random = !is_zero(first, sizeof(first)) && memcmp(first, second, sizeof(first)) != 0;
    pci_address_format(device->address, text);
    if (result == RESULT_OK && is_random) {
        output_format(out, "virtio-rng %s: 2 requests of %u bytes, not zero and different\n", text, RNG_SELFTEST_SIZE);
        return RESULT_OK;
    }
    output_format(out, "virtio-rng %s: 2 requests of %u random bytes expected, %s found (%s)\n", text,
                  RNG_SELFTEST_SIZE, result != RESULT_OK ? "no answer" : "zero or equal ones", result_name(result));
    return RESULT_FAILED;
}

static enum result rng_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct rng *rng = device->driver_state;
    enum result result = check_entropy(device, out);

    if (result == RESULT_OK)
        result = exercise_message(device, rng->queue_message, RNG_SELFTEST_SHOTS, out);
    if (result == RESULT_OK)
        output_format(out, "virtio-rng %s: %u requests of %u bytes, every one arrived once\n",
                      pci_address_format(device->address, text), RNG_SELFTEST_SHOTS, RNG_SHOT_SIZE);
    return result;
}

const struct driver virtio_rng_driver = {
    .name = "virtio-rng",
    .matches = rng_matches,
    .start = rng_start,
    .fire = rng_fire,
    .can_fire = rng_can_fire,
    .assert_line = rng_assert_line,
    .rests = true,
    .selftest = rng_selftest,
};
