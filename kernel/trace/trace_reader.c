// Decodes records, pairs entry and exit, merges CPUs.

#include "kernel/trace/trace_reader.h"
#include "kernel/core/irql.h"
#include "kernel/runtime/vectors.h"

enum { LEVEL_NMI = IRQL_COUNT };

// The one recorded exception, the NMI, interrupts every level.
static uint32_t level_of(uint32_t vector)
{
    return vector < VECTOR_DISPATCH ? (uint32_t)LEVEL_NMI : (uint32_t)irql_of_vector(vector);
}

// An entry interrupts lower levels only. A routine of its level or above that is still on the stack never returned: its
// CPU was stopped in it and started again. It is removed.
static void frame_push(struct trace_cursor *cursor, struct trace_frame frame)
{
    while (cursor->depth && level_of(cursor->stack[cursor->depth - 1].vector) >= level_of(frame.vector))
        cursor->depth--;
    if (cursor->depth == TRACE_DEPTH)
        cursor->depth = 0;
    cursor->stack[cursor->depth++] = frame;
}

static bool read_entry(struct trace_cursor *cursor, const struct trace_record *record, struct trace_event *event)
{
    event->vector = (event->detail / TRACE_ENTRY_SCALE) % VECTOR_COUNT;
    event->number = record->number ? record->number : event->vector;
    frame_push(cursor, (struct trace_frame){event->number, event->vector});
    return true;
}

static bool read_exit(struct trace_cursor *cursor, const struct trace_record *record, struct trace_event *event)
{
    if (!cursor->depth)
        return false;
    cursor->depth--;
    event->number = cursor->stack[cursor->depth].number;
    event->vector = cursor->stack[cursor->depth].vector;
    event->detail = (record->number & 0xff) != 0;
    return true;
}

static const struct trace_record *record_at(const struct trace_cursor *cursor)
{
    return &cursor->ring->records[(cursor->position & cursor->ring->mask) / sizeof(struct trace_record)];
}

static bool read_route(struct trace_cursor *cursor, struct trace_event *event)
{
    const struct trace_record *places = record_at(cursor);

    if (cursor->position >= cursor->end || places->word >> TRACE_KIND_SHIFT != TRACE_PLACES)
        return false;
    cursor->position += sizeof(*places);
    event->old_place = (uint32_t)places->cycles;
    event->new_place = (uint32_t)(places->cycles >> 32);
    return true;
}

static bool read_record(struct trace_cursor *cursor, const struct trace_record *record, struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_ENTRY:
        return read_entry(cursor, record, event);
    case TRACE_EXIT:
        return read_exit(cursor, record, event);
    case TRACE_SPURIOUS:
        event->number = event->vector = VECTOR_SPURIOUS;
        return true;
    case TRACE_UNKNOWN:
        event->vector = event->number;
        return true;
    case TRACE_MASK:
        return true;
    case TRACE_CONNECT:
    case TRACE_RETARGET:
    case TRACE_DRAIN:
    case TRACE_DISCONNECT:
        return read_route(cursor, event);
    case TRACE_PLACES:
    case TRACE_KIND_COUNT:
    default:
        return false;
    }
}

// An NMI between reserving a record and reading the clock makes the record's time later than its successor's.
static uint64_t time_of(struct trace_cursor *cursor, uint64_t cycles)
{
    uint64_t time = cycles - (uint64_t)cursor->ahead;

    if (time > cursor->latest)
        cursor->latest = time;
    return cursor->latest;
}

void trace_cursor_open(struct trace_cursor *cursor, const struct trace_ring *ring, uint64_t first, uint64_t end)
{
    uint64_t kept = ring->mask + 1 - TRACE_MARGIN * sizeof(struct trace_record);
    uint64_t oldest = end > kept ? end - kept : 0;

    cursor->ring = ring;
    cursor->position = first > oldest ? first : oldest;
    cursor->end = end;
    cursor->latest = 0;
    cursor->depth = 0;
    cursor->has_next = false;
}

bool trace_cursor_next(struct trace_cursor *cursor, struct trace_event *event)
{
    while (cursor->position < cursor->end) {
        const struct trace_record *record = record_at(cursor);
        cursor->position += sizeof(*record);
        *event = (struct trace_event){
            .kind = (enum trace_kind)(record->word >> TRACE_KIND_SHIFT),
            .cpu = cursor->cpu,
            .number = record->number,
            .detail = record->word & TRACE_DETAIL_MASK,
        };
        uint64_t cycles = record->cycles;
        if (!read_record(cursor, record, event))
            continue;
        event->cycles = time_of(cursor, cycles);
        return true;
    }
    return false;
}

bool trace_merge_next(struct trace_cursor *cursors, uint32_t count, struct trace_event *event)
{
    struct trace_cursor *earliest = NULL;

    for (uint32_t i = 0; i < count; i++) {
        struct trace_cursor *cursor = &cursors[i];
        if (!cursor->has_next)
            cursor->has_next = trace_cursor_next(cursor, &cursor->next);
        if (cursor->has_next && (!earliest || cursor->next.cycles < earliest->next.cycles))
            earliest = cursor;
    }
    if (!earliest)
        return false;
    *event = earliest->next;
    earliest->has_next = false;
    return true;
}
