// Writing packets byte by byte, little endian, nothing aligned to more than a byte.

#include "kernel/trace/trace_ctf.h"
#include "kernel/lib/memory.h"

#define CTF_MAGIC UINT32_C(0xc1fc1fc1)

enum {
    HEADER_SIZE = 4 + 16 + 4,
    CONTEXT_SIZE = 6 * 8 + 4,
    EVENT_LIMIT = 32, // bytes of the longest event
    COMPACT_ID_BITS = 5,
    EXTENDED_ID = 31,
};
#define COMPACT_TIME_LIMIT \
    (UINT64_C(1) << 27) // nanoseconds since the previous event, from which on the full time is written

struct writer {
    uint8_t *at;
};

static void put(struct writer *writer, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        *writer->at++ = (uint8_t)(value >> 8 * i);
}

static void put_header(struct writer *writer, uint32_t id, uint64_t time, uint64_t latest)
{
    if (time - latest < COMPACT_TIME_LIMIT) {
        put(writer, (time % COMPACT_TIME_LIMIT) << COMPACT_ID_BITS | id, 4);
        return;
    }
    put(writer, EXTENDED_ID, 1);
    put(writer, id, 4);
    put(writer, time, 8);
}

// -1, -1 for no place.
static void put_place(struct writer *writer, uint32_t place)
{
    bool is_none = place == TRACE_PLACE_NONE;

    put(writer, is_none ? UINT16_MAX : place >> 8, 2);
    put(writer, is_none ? UINT16_MAX : place & 0xff, 2);
}

static uint32_t id_of(enum trace_kind kind)
{
    static const uint8_t ids[TRACE_KIND_COUNT] = {
        [TRACE_ENTRY] = CTF_ENTRY,     [TRACE_EXIT] = CTF_EXIT,   [TRACE_SPURIOUS] = CTF_SPURIOUS,
        [TRACE_UNKNOWN] = CTF_UNKNOWN, [TRACE_MASK] = CTF_MASK,   [TRACE_CONNECT] = CTF_ROUTE,
        [TRACE_RETARGET] = CTF_ROUTE,  [TRACE_DRAIN] = CTF_ROUTE, [TRACE_DISCONNECT] = CTF_ROUTE,
    };

    return ids[kind];
}

static void put_fields(struct writer *writer, const struct trace_event *event, uint16_t name)
{
    uint32_t id = id_of(event->kind);

    if (id == CTF_SPURIOUS || id == CTF_UNKNOWN)
        put(writer, event->vector, 1);
    else
        put(writer, event->number, 4);
    if (id == CTF_ENTRY)
        put(writer, name, 2);
    if (id == CTF_EXIT || id == CTF_MASK || id == CTF_UNKNOWN)
        put(writer, event->detail, 1);
    if (id == CTF_ROUTE) {
        put(writer, event->kind, 1);
        put_place(writer, event->old_place);
        put_place(writer, event->new_place);
    }
}

void trace_packet_begin(struct trace_packet *packet)
{
    packet->frame.length = HEADER_SIZE + CONTEXT_SIZE;
    packet->latest = packet->begin;
}

bool trace_packet_add(struct trace_packet *packet, const struct trace_event *event, uint64_t time, uint16_t name)
{
    uint8_t *payload = frame_payload(&packet->frame);
    struct writer writer = {payload + packet->frame.length};

    if (packet->frame.length + EVENT_LIMIT > FRAME_PAYLOAD)
        return false;
    put_header(&writer, id_of(event->kind), time, packet->latest);
    put_fields(&writer, event, name);
    packet->frame.length = (uint32_t)(writer.at - payload);
    packet->latest = time;
    return true;
}

void trace_packet_end(struct trace_packet *packet, const struct trace_uuid *uuid, uint64_t end)
{
    struct writer writer = {frame_payload(&packet->frame)};
    uint64_t bits = (uint64_t)packet->frame.length * 8;

    put(&writer, CTF_MAGIC, 4);
    memcpy(writer.at, uuid->bytes, sizeof(uuid->bytes));
    writer.at += sizeof(uuid->bytes);
    put(&writer, 0, 4);
    put(&writer, packet->begin, 8);
    put(&writer, end, 8);
    put(&writer, bits, 8);
    put(&writer, bits, 8);
    put(&writer, packet->number, 8);
    put(&writer, packet->discarded, 8);
    put(&writer, packet->cpu, 4);
}
