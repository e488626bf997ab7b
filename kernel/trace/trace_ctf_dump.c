// Two passes over the rings: the first finds the time span and the names, the second sends.

#include "kernel/trace/trace_ctf_dump.h"
#include "kernel/console/console.h"
#include "kernel/lib/random.h"
#include "kernel/runtime/clock.h"
#include "kernel/runtime/heap.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_ctf_metadata.h"
#include "kernel/trace/trace_name.h"

struct dump {
    struct output *out;
    struct trace_ctf_sent *sent;
    enum result result; // the first failure
    struct output metadata;
    struct trace_uuid uuid;
    uint64_t begin; // of all CPUs
    uint64_t end;
    struct trace_ctf_names names;
    struct trace_packet packet;
    uint8_t wire[FRAME_WIRE];
};

// UUID version 4, variant 1 (RFC 9562), from random bits.
static struct trace_uuid uuid_draw(void)
{
    struct trace_uuid uuid;
    struct random random;

    random_start(&random, clock_cycles());
    for (uint32_t i = 0; i < sizeof(uuid.bytes); i++)
        uuid.bytes[i] = (uint8_t)random_below(&random, 256);
    uuid.bytes[6] = (uint8_t)(0x40 | uuid.bytes[6] % 16);
    uuid.bytes[8] = (uint8_t)(0x80 | uuid.bytes[8] % 64);
    return uuid;
}

static void send(struct dump *dump, uint8_t type)
{
    size_t length = frame_encode(&dump->packet.frame, type, dump->wire);

    dump->packet.frame.length = 0;
    if (dump->result == RESULT_OK && console_stop_asked())
        dump->result = RESULT_STOPPED;
    if (dump->result == RESULT_OK && !output_binary(dump->out, dump->wire, length))
        dump->result = RESULT_UNSUPPORTED;
    if (dump->result != RESULT_OK)
        return;
    dump->sent->frames++;
    dump->sent->bytes += length;
}

static void metadata_write(struct output *self, const char *bytes, size_t length)
{
    struct dump *dump = CONTAINER_OF(self, struct dump, metadata);
    struct frame *frame = &dump->packet.frame;

    for (size_t i = 0; i < length; i++) {
        frame_payload(frame)[frame->length++] = (uint8_t)bytes[i];
        if (frame->length == FRAME_PAYLOAD)
            send(dump, FRAME_METADATA);
    }
}

static void learn(struct dump *dump, const struct trace_event *event)
{
    uint64_t time = clock_nanoseconds_at(event->cycles);

    dump->begin = time < dump->begin ? time : dump->begin;
    dump->end = time > dump->end ? time : dump->end;
    if (event->kind == TRACE_ENTRY)
        trace_ctf_names_add(&dump->names, trace_ctf_name(event->number));
}

static void add(struct dump *dump, struct trace_event *event)
{
    uint64_t time = clock_nanoseconds_at(event->cycles);
    uint16_t name = event->kind == TRACE_ENTRY ? trace_ctf_name(event->number) : 0;
    struct trace_packet *packet = &dump->packet;

    if (event->kind == TRACE_UNKNOWN)
        event->detail = trace_class(event->cpu, event->vector);
    dump->sent->events++;
    if (trace_packet_add(packet, event, time, name))
        return;
    uint64_t end = packet->latest;
    trace_packet_end(packet, &dump->uuid, end);
    send(dump, FRAME_PACKET);
    packet->number++;
    packet->begin = end;
    trace_packet_begin(packet);
    (void)trace_packet_add(packet, event, time, name);
}

// The packets of each CPU cover the whole time span, even without events: readers show only the time common to all
// CPUs.
static void send_cpu(struct dump *dump, struct trace_cursor *cursor)
{
    struct trace_event event;

    dump->packet.cpu = cursor->cpu;
    dump->packet.number = 0;
    dump->packet.begin = dump->begin;
    dump->packet.discarded = trace_counts(cursor->cpu).lost;
    trace_packet_begin(&dump->packet);
    while (dump->result == RESULT_OK && trace_cursor_next(cursor, &event))
        add(dump, &event);
    trace_packet_end(&dump->packet, &dump->uuid, dump->end);
    send(dump, FRAME_PACKET);
}

static void send_all(struct dump *dump)
{
    struct trace_cursor *cursors;
    struct trace_event event;
    uint32_t cpus = trace_peek(&cursors, 0);

    dump->begin = UINT64_MAX;
    for (uint32_t i = 0; i < cpus; i++)
        while (trace_cursor_next(&cursors[i], &event))
            learn(dump, &event);
    if (dump->begin > dump->end)
        dump->begin = dump->end;
    trace_ctf_metadata(&dump->metadata, &dump->uuid, &dump->names);
    send(dump, FRAME_METADATA);
    cpus = trace_peek(&cursors, 0);
    for (uint32_t i = 0; i < cpus && dump->result == RESULT_OK; i++)
        if (cursors[i].ring)
            send_cpu(dump, &cursors[i]);
}

enum result trace_ctf_dump(struct output *out, struct trace_ctf_sent *sent)
{
    struct dump *dump = heap_allocate(sizeof(*dump));

    if (!dump)
        return RESULT_NO_MEMORY;
    *sent = (struct trace_ctf_sent){0};
    dump->out = out;
    dump->sent = sent;
    dump->metadata.write = metadata_write;
    dump->uuid = uuid_draw();
    send_all(dump);
    enum result result = dump->result;
    heap_free(dump);
    return result;
}
