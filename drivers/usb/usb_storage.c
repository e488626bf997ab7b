// USB sticks and disks by the bulk-only transport.

#include "drivers/usb/usb_storage.h"
#include "drivers/usb/usb.h"
#include "drivers/usb/usb_bot.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

enum { CLASS_STORAGE = 8, SUBCLASS_SCSI = 6, PROTOCOL_BULK_ONLY = 0x50, BULK = 2 };
enum { PIPE_IN, PIPE_OUT, BOT_RESET = 0xff, READY_TRIES = 20 };
#define READY_PAUSE WAIT_MILLISECONDS(50)

struct usb_storage {
    struct usb_storage *next;
    struct usb_device *device; // NULL: unplugged
    uint64_t blocks;
    uint32_t block_size;
    uint32_t tag;
    uint32_t grant_count;
    struct {
        uint64_t block, count;
    } grants[USB_STORAGE_GRANTS];
};

static struct usb_storage *sticks;

static bool matches(const struct usb_device *device, const struct usb_interface *interface)
{
    return interface->class == CLASS_STORAGE && interface->subclass == SUBCLASS_SCSI &&
           interface->protocol == PROTOCOL_BULK_ONLY && usb_endpoint_find(interface, BULK, true) &&
           usb_endpoint_find(interface, BULK, false);
}

// Reset recovery: the interface, then both endpoints, in this order (5.3.4).
static enum result recover(struct usb_device *device)
{
    struct usb_request reset = {USB_OUT_CLASS_INTERFACE, BOT_RESET, 0, device->interface.number, 0};
    enum result result = usb_request(device, reset, NULL);

    if (result == RESULT_OK)
        result = usb_pipe_clear(&device->pipes[PIPE_IN], true);
    return result == RESULT_OK ? usb_pipe_clear(&device->pipes[PIPE_OUT], true) : result;
}

// An endpoint that stalls ends the data early; the status is read all the same (6.7.2, 6.7.3).
static enum result move_data(struct usb_device *device, const struct usb_bot_command *command, void *data)
{
    struct usb_pipe *pipe = &device->pipes[command->is_in ? PIPE_IN : PIPE_OUT];
    uint32_t moved;

    if (!command->is_in)
        memcpy(usb_data(device), data, command->data);
    enum result result = usb_pipe_transfer(pipe, command->data, &moved);
    if (command->is_in && moved)
        memcpy(data, usb_data(device), moved);
    if (result == RESULT_FAILED)
        return usb_pipe_clear(pipe, true) == RESULT_OK ? RESULT_FAILED : RESULT_GONE;
    return result == RESULT_OK && moved != command->data ? RESULT_FAILED : result;
}

// A status that stalls once is asked for again (figure 2).
static enum usb_bot_status read_status(struct usb_device *device, uint32_t tag)
{
    struct usb_pipe *pipe = &device->pipes[PIPE_IN];
    uint32_t moved;

    for (uint32_t attempt = 0; attempt < 2; attempt++) {
        enum result result = usb_pipe_transfer(pipe, USB_BOT_STATUS_LENGTH, &moved);
        if (result == RESULT_OK)
            return usb_bot_status_read(usb_data(device), moved, tag);
        if (result != RESULT_FAILED || usb_pipe_clear(pipe, true) != RESULT_OK)
            break;
    }
    return USB_BOT_INVALID;
}

static enum result run(struct usb_storage *storage, const struct usb_bot_command *command, void *data)
{
    struct usb_device *device = storage->device;
    uint32_t moved, tag = ++storage->tag;

    if (!device)
        return RESULT_GONE;
    usb_bot_wrap(command, tag, usb_data(device));
    enum result result = usb_pipe_transfer(&device->pipes[PIPE_OUT], USB_BOT_COMMAND_LENGTH, &moved);
    if (result == RESULT_FAILED)
        return recover(device) == RESULT_OK ? RESULT_FAILED : RESULT_GONE;
    if (result == RESULT_OK && command->data)
        result = move_data(device, command, data);
    if (result != RESULT_OK && result != RESULT_FAILED)
        return result;
    enum usb_bot_status status = read_status(device, tag);
    if (status == USB_BOT_PASSED)
        return result;
    if (status != USB_BOT_FAILED && recover(device) != RESULT_OK)
        return RESULT_GONE;
    return RESULT_FAILED;
}

// After power-on a device reports a change of its medium once, and may need time to spin up.
static enum result await_ready(struct usb_storage *storage)
{
    struct usb_bot_command ready = usb_bot_test_unit_ready(), sense = usb_bot_request_sense();
    uint8_t answer[18];
    enum result result = RESULT_TIMEOUT;

    for (uint32_t attempt = 0; attempt < READY_TRIES; attempt++) {
        result = run(storage, &ready, NULL);
        if (result != RESULT_FAILED)
            return result;
        result = run(storage, &sense, answer);
        if (result != RESULT_OK && result != RESULT_FAILED)
            return result;
        wait_pause(READY_PAUSE);
    }
    return RESULT_TIMEOUT;
}

static enum result learn_capacity(struct usb_storage *storage)
{
    uint8_t answer[32];

    for (uint32_t is_long = 0; is_long < 2; is_long++) {
        struct usb_bot_command command = usb_bot_read_capacity(is_long);
        enum result result = run(storage, &command, answer);
        if (result != RESULT_OK)
            return result;
        if (!usb_bot_capacity_read(answer, is_long, &storage->blocks, &storage->block_size))
            return RESULT_INVALID;
        if (storage->blocks <= UINT32_MAX)
            break;
    }
    return RESULT_OK;
}

static enum result attach(struct usb_device *device)
{
    const struct usb_endpoint *endpoints[] = {usb_endpoint_find(&device->interface, BULK, true),
                                              usb_endpoint_find(&device->interface, BULK, false)};
    struct usb_storage *storage = heap_allocate(sizeof(*storage));

    if (!storage)
        return RESULT_NO_MEMORY;
    *storage = (struct usb_storage){.device = device, .next = sticks};
    enum result result = usb_pipes_open(device, endpoints, ARRAY_COUNT(endpoints), 0);
    if (result == RESULT_OK)
        result = await_ready(storage);
    if (result == RESULT_OK)
        result = learn_capacity(storage);
    if (result != RESULT_OK) {
        heap_free(storage);
        return result;
    }
    device->state = storage;
    sticks = storage;
    return RESULT_OK;
}

// The record stays for whoever holds it; it answers RESULT_GONE.
static void detach(struct usb_device *device)
{
    struct usb_storage *storage = device->state, **link = &sticks;

    while (*link && *link != storage)
        link = &(*link)->next;
    if (*link)
        *link = storage->next;
    storage->device = NULL;
}

struct usb_storage *usb_storage_first(void)
{
    return sticks;
}

struct usb_storage *usb_storage_next(const struct usb_storage *storage)
{
    return storage->next;
}

struct usb_storage *usb_storage_behind(const struct xhci_controller *controller)
{
    struct usb_storage *storage = sticks;

    while (storage && storage->device->controller != controller)
        storage = storage->next;
    return storage;
}

uint64_t usb_storage_blocks(const struct usb_storage *storage)
{
    return storage->blocks;
}

uint32_t usb_storage_block_size(const struct usb_storage *storage)
{
    return storage->block_size;
}

const char *usb_storage_name(const struct usb_storage *storage)
{
    static char text[USB_NAME_TEXT];

    return storage->device ? usb_name(storage->device, text) : "unplugged";
}

static bool is_inside(const struct usb_storage *storage, uint64_t block, uint64_t count)
{
    return block < storage->blocks && count <= storage->blocks - block;
}

enum result usb_storage_grant(struct usb_storage *storage, uint64_t block, uint64_t count)
{
    if (!is_inside(storage, block, count))
        return RESULT_OUT_OF_BOUNDS;
    if (storage->grant_count == USB_STORAGE_GRANTS)
        return RESULT_NO_MEMORY;
    storage->grants[storage->grant_count].block = block;
    storage->grants[storage->grant_count++].count = count;
    return RESULT_OK;
}

static bool is_granted(const struct usb_storage *storage, uint64_t block, uint64_t count)
{
    for (uint32_t i = 0; i < storage->grant_count; i++) {
        uint64_t first = storage->grants[i].block, all = storage->grants[i].count;
        if (block >= first && block - first < all && count <= all - (block - first))
            return true;
    }
    return false;
}

static enum result transfer(struct usb_storage *storage, bool is_write, uint64_t block, uint32_t count, uint8_t *buffer)
{
    enum result result = RESULT_OK;

    while (count && result == RESULT_OK) {
        uint32_t most = USB_DATA_LENGTH / storage->block_size, part = count < most ? count : most;
        struct usb_bot_command command =
            is_write ? usb_bot_write(block, part, storage->block_size) : usb_bot_read(block, part, storage->block_size);
        result = run(storage, &command, buffer);
        block += part;
        count -= part;
        buffer += (size_t)part * storage->block_size;
    }
    return result;
}

enum result usb_storage_read(struct usb_storage *storage, uint64_t block, uint32_t count, void *buffer)
{
    return is_inside(storage, block, count) ? transfer(storage, false, block, count, buffer) : RESULT_OUT_OF_BOUNDS;
}

// The grant is looked at for all blocks before the first is written.
enum result usb_storage_write(struct usb_storage *storage, uint64_t block, uint32_t count, const void *buffer)
{
    if (!is_inside(storage, block, count) || !is_granted(storage, block, count)) {
        log_error("usb %s: blocks %llu to %llu may not be written", usb_storage_name(storage),
                  (unsigned long long)block, (unsigned long long)(block + count - 1));
        return RESULT_OUT_OF_BOUNDS;
    }
    return transfer(storage, true, block, count, (uint8_t *)buffer);
}

enum result usb_storage_flush(struct usb_storage *storage)
{
    struct usb_bot_command command = usb_bot_synchronize();
    enum result result = run(storage, &command, NULL);

    return result == RESULT_FAILED ? RESULT_OK : result;
}

const struct usb_class usb_storage_class = {"storage", matches, attach, detach};
