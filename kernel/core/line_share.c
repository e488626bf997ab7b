// The chain of devices on a line, walked by one routine.

#include "kernel/core/line_share.h"
#include "kernel/core/route.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/output.h"
#include "kernel/port.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/trace/trace.h"

enum { LATCHED_ROUNDS = 16, NAMES_LENGTH = 120 };

struct line_share {
    struct line_share *next;
    uint32_t gsi;
    enum interrupt_mode mode;
    struct line_member *members; // read by the routine at any time: one store adds or removes one
    struct interrupt objects[2]; // one is in use; the other may still stand in a slot the line has left
    uint32_t current;
    uint32_t unanswered;       // interrupts in succession
    uint64_t unanswered_since; // when the first of them came, nanoseconds
};

static struct line_share *first_share;

static struct line_member *member_of(const struct message *message)
{
    return message->set->source->line;
}

static struct line_member *first_member(const struct line_share *share)
{
    return __atomic_load_n(&share->members, __ATOMIC_ACQUIRE);
}

static struct line_member *next_member(const struct line_member *member)
{
    return __atomic_load_n(&member->next, __ATOMIC_ACQUIRE);
}

// Nobody can be told from the others: each is asked. Answers whether one of them had asked for service.
static bool ask_each(const struct line_share *share)
{
    bool is_answered = false;

    for (const struct line_member *member = first_member(share); member; member = next_member(member)) {
        const struct interrupt *object = __atomic_load_n(&member->object, __ATOMIC_ACQUIRE);
        if (object && object->routine(object))
            is_answered = true;
    }
    return is_answered;
}

static void names_of(const struct line_share *share, char *names)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct output_buffer buffer;

    output_buffer_start(&buffer, names, NAMES_LENGTH);
    for (const struct line_member *member = first_member(share); member; member = next_member(member)) {
        const struct device *device = member->source->device;
        output_format(&buffer.output, " %s%s%s", pci_address_format(device->address, text), device->driver ? " " : "",
                      device->driver ? device->driver->name : "");
    }
}

static void contain(struct line_share *share)
{
    char names[NAMES_LENGTH];
    struct line_member *member = first_member(share);

    names_of(share, names);
    if (!member || member->source->operations->mask(member->source, 0, true) != RESULT_OK) {
        log_error("line gsi %u: stuck, and it cannot be masked:%s", share->gsi, names);
        return;
    }
    log_error("line gsi %u: %u interrupts in succession that no device answers: masked until `unmask`:%s", share->gsi,
              LINE_SHARE_UNANSWERED_LIMIT, names);
}

// Two processors may be here while the line moves. Then a count may be lost, and the line is masked a little later.
static void count_unanswered(struct line_share *share)
{
    uint32_t unanswered = __atomic_add_fetch(&share->unanswered, 1, __ATOMIC_RELAXED);

    if (unanswered == 1)
        share->unanswered_since = port_nanoseconds();
    if (unanswered < LINE_SHARE_UNANSWERED_LIMIT)
        return;
    __atomic_store_n(&share->unanswered, 0, __ATOMIC_RELAXED);
    if (port_nanoseconds() - share->unanswered_since <= LINE_SHARE_STUCK_TIME)
        contain(share);
}

// A level that is still asserted comes again by itself. An edge does not: it must have been low in between, so all are
// asked until none of them answers.
static bool share_routine(const struct interrupt *self)
{
    struct line_share *share = self->context;
    bool is_answered = ask_each(share);

    if (!is_answered) {
        count_unanswered(share);
        return false;
    }
    __atomic_store_n(&share->unanswered, 0, __ATOMIC_RELAXED);
    for (uint32_t i = 1; share->mode == INTERRUPT_LATCHED && i < LATCHED_ROUNDS; i++)
        if (!ask_each(share))
            break;
    return true;
}

static bool is_on_line(const struct line_member *member)
{
    const struct line_member *other = member->share->members;

    while (other && other != member)
        other = other->next;
    return other;
}

static void chain_add(struct line_member *member)
{
    struct line_share *share = member->share;

    if (!share->members)
        share->unanswered = 0;
    member->next = share->members;
    __atomic_store_n(&share->members, member, __ATOMIC_RELEASE);
}

// Its own link stays: the routine may be standing on it.
static void chain_remove(struct line_member *member)
{
    struct line_member **link = &member->share->members;

    while (*link != member)
        link = &(*link)->next;
    __atomic_store_n(link, member->next, __ATOMIC_RELEASE);
}

// A line's object speaks for one of its devices; what a call goes by is not changed by that, and each field is replaced
// by one store. `like` NULL: for nobody.
static void object_speak(struct interrupt *object, const struct interrupt *like)
{
    __atomic_store_n(&object->message, like ? like->message : NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&object->number, like ? like->number : 0, __ATOMIC_RELAXED);
    __atomic_store_n(&object->name, like ? like->name : NULL, __ATOMIC_RELAXED);
}

// When the one spoken for leaves, another that is on the line takes its place.
static void objects_pass_on(struct line_share *share, const struct message *leaving)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(share->objects); i++)
        if (share->objects[i].message == leaving)
            object_speak(&share->objects[i], share->members ? share->members->object : NULL);
}

// But for that an object is not changed while a slot may point at it: one with another level goes into the other place.
static const struct interrupt *line_object(struct line_share *share, const struct interrupt *like)
{
    struct interrupt *object = &share->objects[share->current];

    if (!object->routine || object->irql != like->irql) {
        share->current ^= 1;
        object = &share->objects[share->current];
        *object = (struct interrupt){.routine = share_routine, .context = share, .irql = like->irql};
    }
    if (!object->message)
        object_speak(object, like);
    return object;
}

// All on a line are on the same places, those that did not drain included: whoever drains them does it for all. A place
// that there is no memory to count on is left out.
static void old_share(struct message *message, const struct message *with)
{
    for (uint32_t i = 0; i < with->old_count; i++) {
        struct message_route old = with->old[i];
        old.count_before = port_slot_count(old.cpu, old.vector);
        if (message_tally_prepare(message, old.cpu) == RESULT_OK)
            message->old[message->old_count++] = old;
    }
}

// Its count on the CPU it leaves is kept; without memory for that it begins anew.
static void place_follow(struct message *message, const struct message *moved)
{
    trace_route(TRACE_RETARGET, message->number, trace_place(message->cpu, message->info.vector),
                trace_place(moved->cpu, moved->info.vector));
    if (message_tally_prepare(message, message->cpu) == RESULT_OK)
        message->old[message->old_count++] = message_route_of(message);
    // The place was composed for the other, so it can be for this one.
    (void)!route_assign(message, moved->cpu, moved->info.vector, moved->info.target_processor_set);
    message->count_before = moved->count_before;
    message->generation++;
}

static void record_follow(struct message *message, const struct message *moved)
{
    if (message->cpu != moved->cpu || message->info.vector != moved->info.vector)
        place_follow(message, moved);
    else
        old_share(message, moved);
    if (moved->old_count == 0)
        message_tally_old(message);
}

struct line_share *line_share_get(uint32_t gsi, enum interrupt_mode mode)
{
    struct line_share *share = first_share;

    while (share && share->gsi != gsi)
        share = share->next;
    if (share)
        return share;
    share = heap_allocate(sizeof(*share));
    if (!share)
        return NULL;
    *share = (struct line_share){.next = first_share, .gsi = gsi, .mode = mode};
    first_share = share;
    return share;
}

struct message *line_share_other(const struct message *message)
{
    const struct line_member *own = member_of(message);

    for (const struct line_member *other = own ? own->share->members : NULL; other; other = other->next)
        if (other != own)
            return other->message;
    return NULL;
}

struct message *line_share_first(struct message *message)
{
    const struct line_member *own = message ? member_of(message) : NULL;

    return own && own->share->members ? own->share->members->message : message;
}

struct message *line_share_next(const struct message *message)
{
    const struct line_member *own = member_of(message);

    return own && own->next ? own->next->message : NULL;
}

struct message *line_share_writer(struct message *message)
{
    const struct line_member *own = member_of(message);

    if (!own || !message->set->is_inactive)
        return message;
    for (const struct line_member *other = own->share->members; other; other = other->next)
        if (!other->message->set->is_inactive)
            return other->message;
    return message;
}

const struct interrupt *line_share_publish(struct message *message, const struct interrupt *object)
{
    struct line_member *member = member_of(message);

    if (!member)
        return object;
    member->message = message;
    __atomic_store_n(&member->object, object, __ATOMIC_RELEASE);
    if (!is_on_line(member)) {
        if (member->share->members)
            old_share(message, member->share->members->message);
        chain_add(member);
    }
    return line_object(member->share, object);
}

const struct interrupt *line_share_object(const struct message *message)
{
    const struct line_member *member = member_of(message);

    return member ? &member->share->objects[member->share->current] : message->info.interrupt_object;
}

bool line_share_leave(struct message *message)
{
    struct line_member *member = member_of(message);

    if (!member)
        return true;
    if (is_on_line(member))
        chain_remove(member);
    objects_pass_on(member->share, message);
    __atomic_store_n(&member->object, NULL, __ATOMIC_RELEASE);
    return !member->share->members;
}

void line_share_follow(const struct message *moved)
{
    const struct line_member *own = member_of(moved);

    for (struct line_member *other = own ? own->share->members : NULL; other; other = other->next)
        if (other != own)
            record_follow(other->message, moved);
}

void line_share_settle(const struct message *settled)
{
    const struct line_member *own = member_of(settled);

    for (struct line_member *other = own ? own->share->members : NULL; other; other = other->next)
        if (other != own)
            message_tally_old(other->message);
}

void line_share_note_mask(const struct line_member *member, bool masked)
{
    for (const struct line_member *other = first_member(member->share); other; other = next_member(other)) {
        other->message->masked = masked;
        trace_mask(other->message->number, masked);
    }
}
