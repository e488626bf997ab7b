// The fake's operations.

#include "tests/fakes/message_source.h"
#include <stdio.h>
#include <string.h>

static struct fake_source *fake_of(struct message_source *source)
{
    return CONTAINER_OF(source, struct fake_source, source);
}

static void record(struct fake_source *fake, const char *call, unsigned argument)
{
    size_t length = strlen(fake->calls);

    snprintf(fake->calls + length, sizeof(fake->calls) - length, "%s%s(%u)", length ? " " : "", call, argument);
}

static enum result fake_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    struct fake_source *fake = fake_of(source);

    record(fake, "open", wanted);
    *granted = wanted < fake->grant_limit ? wanted : fake->grant_limit;
    fake->is_open = fake->open_result == RESULT_OK;
    for (uint32_t i = 0; i < FAKE_SOURCE_ENTRIES; i++)
        fake->masked[i] = true;
    return fake->open_result;
}

static enum result fake_write(struct message_source *source, uint32_t index, struct message_words words)
{
    record(fake_of(source), "write", index);
    fake_of(source)->words[index] = words;
    return fake_of(source)->write_result;
}

static enum result fake_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    *words = fake_of(source)->words[index];
    return RESULT_OK;
}

static enum result fake_mask(struct message_source *source, uint32_t index, bool masked)
{
    if (!fake_of(source)->is_open)
        return RESULT_INVALID;
    record(fake_of(source), masked ? "mask" : "unmask", index);
    fake_of(source)->masked[index] = masked;
    return source->kind == MESSAGE_MSI ? RESULT_UNSUPPORTED : RESULT_OK;
}

static enum result fake_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    *masked = fake_of(source)->masked[index];
    *pending = false;
    return RESULT_OK;
}

static enum result fake_detail(struct message_source *source, uint32_t index, struct message_detail *detail)
{
    *detail = fake_of(source)->details[index];
    return RESULT_OK;
}

static enum result fake_probe(struct message_source *source, struct message_probe *probe)
{
    struct probe_entry *entries = probe->entries;

    record(fake_of(source), "probe", source->capacity);
    *probe = fake_of(source)->probe;
    probe->entries = entries;
    memcpy(entries, fake_of(source)->probed, probe->entry_count * sizeof(*entries));
    return fake_of(source)->probe_result;
}

static enum result fake_start(struct message_source *source, bool bus_master)
{
    record(fake_of(source), "start", bus_master);
    fake_of(source)->is_started = true;
    fake_of(source)->bus_master = bus_master;
    return fake_of(source)->start_result;
}

static void fake_close(struct message_source *source)
{
    record(fake_of(source), "close", 0);
    fake_of(source)->is_open = fake_of(source)->is_started = false;
}

static const struct message_source_operations operations = {fake_open,   fake_write, fake_read,  fake_mask, fake_status,
                                                            fake_detail, fake_probe, fake_start, fake_close};

void fake_source_start(struct fake_source *fake, struct device *device, enum message_kind kind, uint32_t capacity)
{
    memset(fake, 0, sizeof(*fake));
    fake->source = (struct message_source){.operations = &operations,
                                           .device = &device->irq,
                                           .can_mask = kind != MESSAGE_MSI || device->msi.maskable,
                                           .kind = kind,
                                           .capacity = capacity};
    fake->grant_limit = UINT32_MAX;
    for (uint32_t i = 0; i < FAKE_SOURCE_ENTRIES; i++)
        fake->masked[i] = true;
    device->irq.sources[kind] = &fake->source;
}
