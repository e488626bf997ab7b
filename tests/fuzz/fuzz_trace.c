// Rings of any content are read, packed and framed; what comes off the wire is the packet, and its events end where it
// ends.

#include "kernel/core/irql.h"
#include "kernel/lib/crc32.h"
#include "kernel/trace/trace_ctf.h"
#include <stdlib.h>
#include <string.h>

enum { PLACES = 64, EVENTS_AT = 76 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static size_t unstuff(const uint8_t *bytes, size_t length, uint8_t *decoded)
{
    size_t at = 0, written = 0;

    while (at < length) {
        uint8_t code = bytes[at++];
        check(code != 0 && at + code - 1 <= length);
        memcpy(decoded + written, bytes + at, code - 1u);
        written += code - 1u;
        at += code - 1u;
        if (code < 0xff && at < length)
            decoded[written++] = 0;
    }
    return written;
}

static void frame_check(struct frame *frame)
{
    static uint8_t wire[FRAME_WIRE], body[FRAME_BODY + 1];
    size_t length = frame_encode(frame, FRAME_PACKET, wire);

    check(length <= FRAME_WIRE && wire[0] == 0 && wire[length - 1] == 0);
    check(!memchr(wire + 1, 0, length - 2));
    check(unstuff(wire + 1, length - 2, body) == frame->length + 5);
    check(body[0] == FRAME_PACKET && memcmp(body + 1, frame_payload(frame), frame->length) == 0);
    check(crc32_of(body, frame->length + 5) == 0x2144df1c);
}

// By the ids alone, as a reader that knows the metadata goes through it.
static uint32_t events_count(const uint8_t *at, const uint8_t *end)
{
    static const uint8_t fields[] = {
        [CTF_ENTRY] = 6, [CTF_EXIT] = 5, [CTF_ROUTE] = 13, [CTF_MASK] = 5, [CTF_SPURIOUS] = 1, [CTF_UNKNOWN] = 2};
    uint32_t count = 0;

    for (; at < end; count++) {
        uint32_t id = *at & 0x1f;
        if (id == 31) {
            check(end - at >= 13);
            id = at[1];
        }
        check(id < sizeof(fields));
        at += ((*at & 0x1f) == 31 ? 13 : 4) + fields[id];
    }
    check(at == end);
    return count;
}

static void packet_close(struct trace_packet *packet, uint32_t events)
{
    static const struct trace_uuid uuid = {{1}};

    trace_packet_end(packet, &uuid, packet->latest);
    const uint8_t *payload = frame_payload(&packet->frame);
    check(events_count(payload + EVENTS_AT, payload + packet->frame.length) == events);
    frame_check(&packet->frame);
}

static void event_check(const struct trace_event *event, const struct trace_cursor *cursor)
{
    check(event->kind < TRACE_KIND_COUNT && event->kind != TRACE_PLACES);
    check(event->kind != TRACE_ENTRY || event->vector < VECTOR_COUNT);
    check(cursor->depth <= TRACE_DEPTH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct trace_record records[PLACES];
    static struct trace_packet packet;
    struct trace_ring ring = {.mask = sizeof(records) - 1, .records = records};
    struct trace_cursor cursor = {0};
    struct trace_event event;
    uint32_t events = 0;

    if (size < sizeof(uint64_t))
        return 0;
    memcpy(&ring.position, data, sizeof(ring.position));
    ring.position %= 4 * sizeof(records);
    ring.position -= ring.position % sizeof(records[0]);
    for (data += 8, size -= 8; size >= sizeof(records[0]); data += sizeof(records[0]), size -= sizeof(records[0])) {
        struct trace_record record;
        memcpy(&record, data, sizeof(record));
        trace_ring_put(&ring, &record, 1);
    }
    packet.begin = 0;
    trace_packet_begin(&packet);
    trace_cursor_open(&cursor, &ring, 0, ring.position);
    for (; trace_cursor_next(&cursor, &event); events++) {
        event_check(&event, &cursor);
        if (!trace_packet_add(&packet, &event, event.cycles, (uint16_t)event.number))
            break;
    }
    packet_close(&packet, events);
    return 0;
}
