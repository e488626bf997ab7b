// The sources of the simulated functions: each register is a variable, each write is kept at once.

#include "tests/simulator/functions.h"
#include "tests/simulator/processors.h"
#include <stdlib.h>

// A pin of the one IOAPIC, which functions may share.
struct pin {
    struct message_words words;
    bool masked;
    uint32_t open_count;
};

static struct pin pins[FUNCTION_GSI_COUNT];

static struct simulated_function *function_of(struct message_source *source)
{
    return CONTAINER_OF(source, struct simulated_function, source);
}

static bool is_line(const struct simulated_function *function)
{
    return function->shape.kind == MESSAGE_LINE;
}

static struct pin *pin_of(const struct simulated_function *function)
{
    return &pins[function->shape.gsi];
}

static uint32_t block_size(uint32_t wanted)
{
    uint32_t size = 1;

    while (size * 2 <= wanted)
        size *= 2;
    return size;
}

static enum result function_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    struct simulated_function *function = function_of(source);

    if (is_line(function) && !function->is_open && pin_of(function)->open_count++ == 0)
        pin_of(function)->masked = true;
    function->is_open = true;
    function->granted = source->kind == MESSAGE_MSIX ? function->shape.messages : block_size(wanted);
    *granted = wanted < function->granted ? wanted : function->granted;
    for (uint32_t i = 0; i < function->granted; i++)
        function->entries[i].masked = source->kind == MESSAGE_MSIX || function->shape.maskable;
    return RESULT_OK;
}

static enum result function_write(struct message_source *source, uint32_t index, struct message_words words)
{
    struct simulated_function *function = function_of(source);

    if (!function->is_open)
        return RESULT_INVALID;
    if (function->refusals) {
        function->refusals--;
        return RESULT_MISMATCH;
    }
    if (is_line(function))
        pin_of(function)->words = words;
    else
        function->entries[index].words = words;
    if (source->kind == MESSAGE_MSIX)
        function->entries[index].masked = true;
    return RESULT_OK;
}

static enum result function_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    struct simulated_function *function = function_of(source);

    *words = is_line(function) ? pin_of(function)->words : function->entries[index].words;
    return RESULT_OK;
}

static enum result function_mask(struct message_source *source, uint32_t index, bool masked)
{
    struct simulated_function *function = function_of(source);

    if (source->kind == MESSAGE_MSI && !function->shape.maskable)
        return RESULT_UNSUPPORTED;
    if (is_line(function)) {
        line_share_note_mask(&function->member, masked);
        pin_of(function)->masked = masked;
    } else {
        function->entries[index].masked = masked;
    }
    return RESULT_OK;
}

static enum result function_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    *masked = function_is_masked(function_of(source), index);
    *pending = false;
    return RESULT_OK;
}

static enum result function_start(struct message_source *source, bool bus_master)
{
    function_of(source)->is_started = true;
    return RESULT_OK;
}

static void function_close(struct message_source *source)
{
    struct simulated_function *function = function_of(source);

    if (is_line(function) && function->is_open && --pin_of(function)->open_count == 0)
        pin_of(function)->masked = true;
    function->is_open = function->is_started = false;
}

static struct message *line_neighbour(struct message_source *source)
{
    return line_share_neighbour(&function_of(source)->member);
}

static const struct interrupt *line_publish(struct message_source *source, const struct interrupt *object)
{
    return line_share_publish(&function_of(source)->member, object);
}

static bool line_leave(struct message_source *source)
{
    return line_share_leave(&function_of(source)->member);
}

static const struct message_source_operations operations = {
    .open = function_open,
    .write = function_write,
    .read = function_read,
    .mask = function_mask,
    .status = function_status,
    .start = function_start,
    .close = function_close,
};

static const struct message_source_operations line_operations = {
    .open = function_open,
    .write = function_write,
    .read = function_read,
    .mask = function_mask,
    .status = function_status,
    .start = function_start,
    .close = function_close,
    .neighbour = line_neighbour,
    .publish = line_publish,
    .leave = line_leave,
};

static bool function_routine(const struct interrupt *self)
{
    struct simulated_function *function = self->context;

    function->entries[self->message_id].handled++;
    return true;
}

struct simulated_function *function_create(struct pci_address address, struct function_shape shape)
{
    struct simulated_function *function = calloc(1, sizeof(*function) + shape.messages * sizeof(function->entries[0]));

    if (!function)
        return NULL;
    function->shape = shape;
    function->device.address = address;
    function->source = (struct message_source){
        .operations = shape.kind == MESSAGE_LINE ? &line_operations : &operations,
        .device = &function->device.irq,
        .kind = shape.kind,
        .can_mask = shape.kind != MESSAGE_MSI || shape.maskable,
        .capacity = shape.messages,
        .mode = shape.kind == MESSAGE_LINE ? INTERRUPT_LEVEL_SENSITIVE : INTERRUPT_LATCHED,
    };
    if (shape.kind == MESSAGE_LINE) {
        function->member.share = line_share_get(shape.gsi, INTERRUPT_LEVEL_SENSITIVE);
        function->member.source = &function->source;
    }
    function->device.irq.sources[shape.kind] = &function->source;
    device_add(&function->device);
    return function;
}

struct irq_request function_request(struct simulated_function *function)
{
    return (struct irq_request){
        .device = &function->device.irq,
        .routine = function_routine,
        .context = function,
        .minimum = 1,
        .maximum = function->shape.messages,
    };
}

struct message_words function_words(const struct simulated_function *function, uint32_t index)
{
    if (is_line(function))
        return pin_of(function)->words;
    if (function->shape.kind == MESSAGE_MSIX)
        return function->entries[index].words;
    struct message_words words = function->entries[0].words;
    words.data += index;
    return words;
}

bool function_is_masked(const struct simulated_function *function, uint32_t index)
{
    return is_line(function) ? pin_of(function)->masked : function->entries[index].masked;
}

bool function_fire(struct simulated_function *function, uint32_t index)
{
    if (!function->is_started || function_is_masked(function, index))
        return false;
    processors_message(function_words(function, index));
    return true;
}
