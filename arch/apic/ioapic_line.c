// A device's interrupt line as a message source.

#include "arch/apic/ioapic_line.h"
#include "arch/apic/ioapic.h"
#include "arch/apic/line_share.h"
#include "arch/apic/message_format.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

struct ioapic_line {
    struct message_source source;
    struct line_member member;
    struct ioapic_line *next;
    uint32_t gsi;
    bool is_open;
    bool is_held; // masked by ioapic_line_hold()
};

static struct ioapic_line *first_line;

static struct ioapic_line *line_of(struct message_source *source)
{
    return CONTAINER_OF(source, struct ioapic_line, source);
}

static bool has_other_user(const struct ioapic_line *line)
{
    for (const struct ioapic_line *other = first_line; other; other = other->next)
        if (other != line && other->gsi == line->gsi && other->is_open)
            return true;
    return false;
}

static enum result fail(const struct ioapic_line *line, enum result result, const char *reason)
{
    log_error("line: %s on gsi %u: %s", line->source.device->name, line->gsi, reason);
    return result;
}

static enum result line_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    struct ioapic_line *line = line_of(source);

    device_of_source(source)->line->enable(device_of_source(source), false);
    if (!has_other_user(line)) {
        enum result result = ioapic_pin_mask(line->gsi, true);
        if (result != RESULT_OK)
            return result;
    }
    line->is_open = true;
    *granted = 1;
    return RESULT_OK;
}

static enum result line_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    struct ioapic_entry entry;

    if (index != 0)
        return RESULT_INVALID;
    enum result result = ioapic_pin_read(line_of(source)->gsi, &entry);
    if (result != RESULT_OK)
        return result;
    if (entry.mode != source->mode || entry.polarity != source->polarity)
        return RESULT_MISMATCH;
    struct message_fields fields = {.destination = entry.destination,
                                    .logical = entry.logical,
                                    .delivery = entry.delivery,
                                    .vector = entry.vector};
    return message_format_encode(&fields, words);
}

static enum result entry_from(const struct message_source *source, struct message_words words,
                              struct ioapic_entry *entry)
{
    struct message_fields fields;
    enum result result = message_format_decode(words, &fields);

    if (result != RESULT_OK)
        return result;
    *entry = (struct ioapic_entry){
        .destination = fields.destination,
        .logical = fields.logical,
        .delivery = fields.delivery,
        .vector = fields.vector,
        .polarity = source->polarity,
        .mode = source->mode,
        .masked = true,
    };
    return RESULT_OK;
}

// A pin that holds the wanted entry is not written and stays unmasked: another device may be using it.
static enum result line_write(struct message_source *source, uint32_t index, struct message_words words)
{
    struct ioapic_line *line = line_of(source);
    struct message_words found;
    struct ioapic_entry entry;

    if (index != 0 || !line->is_open)
        return fail(line, RESULT_INVALID, "written while closed, or at an index but 0");
    if (has_other_user(line) && line_read(source, 0, &found) == RESULT_OK && message_words_equal(found, words))
        return RESULT_OK;
    enum result result = entry_from(source, words, &entry);
    if (result != RESULT_OK)
        return fail(line, result, "the message cannot be said by an IOAPIC entry");
    return ioapic_pin_write(line->gsi, &entry);
}

// Records before the pin, or else a stuck line, which masks itself again at once, would be recorded as unmasked.
static enum result line_mask(struct message_source *source, uint32_t index, bool masked)
{
    struct ioapic_line *line = line_of(source);

    if (index != 0)
        return RESULT_INVALID;
    line_share_note_mask(&line->member, masked);
    enum result result = ioapic_pin_mask(line->gsi, masked);
    if (result != RESULT_OK)
        line_share_note_mask(&line->member, !masked);
    return result;
}

// An IOAPIC has no register for pin levels; the device's interrupt status bit tells.
static enum result line_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    struct ioapic_entry entry;

    if (index != 0)
        return RESULT_INVALID;
    enum result result = ioapic_pin_read(line_of(source)->gsi, &entry);
    if (result != RESULT_OK)
        return result;
    *masked = entry.masked;
    *pending = device_of_source(source)->line->is_asserted(device_of_source(source));
    return RESULT_OK;
}

static enum result line_detail(struct message_source *source, uint32_t index, struct message_detail *detail)
{
    struct ioapic_entry entry;

    if (index != 0)
        return RESULT_INVALID;
    enum result result = ioapic_pin_read(line_of(source)->gsi, &entry);
    if (result == RESULT_OK)
        *detail =
            (struct message_detail){.mode = entry.mode, .polarity = entry.polarity, .awaits_end = entry.remote_irr};
    return result;
}

// Bus master before the line, or else the device may report a failed access.
static enum result line_start(struct message_source *source, bool bus_master)
{
    struct ioapic_line *line = line_of(source);

    if (!line->is_open)
        return fail(line, RESULT_INVALID, "started while closed");
    if (bus_master)
        device_of_source(source)->line->bus_master(device_of_source(source), true);
    device_of_source(source)->line->enable(device_of_source(source), true);
    return RESULT_OK;
}

static void line_close(struct message_source *source)
{
    struct ioapic_line *line = line_of(source);

    if (!line->is_open)
        return;
    device_of_source(source)->line->enable(device_of_source(source), false);
    // The failure is logged and the device is silent.
    if (!has_other_user(line))
        (void)!ioapic_pin_mask(line->gsi, true);
    line->is_open = false;
}

static struct message *line_neighbour(struct message_source *source)
{
    return line_share_neighbour(&line_of(source)->member);
}

static const struct interrupt *line_publish(struct message_source *source, const struct interrupt *object)
{
    return line_share_publish(&line_of(source)->member, object);
}

static bool line_leave(struct message_source *source)
{
    return line_share_leave(&line_of(source)->member);
}

static const struct message_source_operations line_operations = {
    .open = line_open,
    .write = line_write,
    .read = line_read,
    .mask = line_mask,
    .status = line_status,
    .detail = line_detail,
    .start = line_start,
    .close = line_close,
    .neighbour = line_neighbour,
    .publish = line_publish,
    .leave = line_leave,
};

struct message_source *ioapic_line_source_create(struct device *device, uint32_t gsi, enum interrupt_mode mode,
                                                 enum interrupt_polarity polarity)
{
    struct line_share *share = line_share_get(gsi, mode);
    struct ioapic_line *line = share ? heap_allocate(sizeof(*line)) : NULL;

    if (!line)
        return NULL;
    line->source = (struct message_source){
        .operations = &line_operations,
        .device = &device->irq,
        .kind = MESSAGE_LINE,
        .capacity = 1,
        .mode = mode,
        .polarity = polarity,
        .can_mask = true,
    };
    line->member = (struct line_member){.share = share, .source = &line->source};
    line->gsi = gsi;
    line->next = first_line;
    first_line = line;
    return &line->source;
}

// Of several sources on one pin, the first finds the pin unmasked and will unmask it. A failed write is logged.
void ioapic_line_hold(bool on)
{
    for (struct ioapic_line *line = first_line; line; line = line->next) {
        struct ioapic_entry entry;
        if (on)
            line->is_held = line->is_open && ioapic_pin_read(line->gsi, &entry) == RESULT_OK && !entry.masked;
        if (line->is_held)
            (void)!ioapic_pin_mask(line->gsi, on);
    }
}

bool ioapic_line_is_open(uint32_t gsi)
{
    for (const struct ioapic_line *line = first_line; line; line = line->next)
        if (line->gsi == gsi && line->is_open)
            return true;
    return false;
}
