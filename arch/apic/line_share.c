// The chain of devices on a line, walked by one routine.

#include "arch/apic/line_share.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/host.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

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

static struct line_member *first_member(const struct line_share *share)
{
    return __atomic_load_n(&share->members, __ATOMIC_ACQUIRE);
}

static struct line_member *next_member(const struct line_member *member)
{
    return __atomic_load_n(&member->next, __ATOMIC_ACQUIRE);
}

// The line does not tell which device interrupted: every routine is called. Answers whether one claimed the interrupt.
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
    struct output_buffer buffer;

    output_buffer_start(&buffer, names, NAMES_LENGTH);
    for (const struct line_member *member = first_member(share); member; member = next_member(member)) {
        const struct irq_device *device = member->source->device;
        output_format(&buffer.output, " %s%s%s", device->name, device->user ? " " : "",
                      device->user ? device->user : "");
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

// Two processors may run this while the line moves: a lost count masks the line one interrupt later.
static void count_unanswered(struct line_share *share)
{
    uint32_t unanswered = __atomic_add_fetch(&share->unanswered, 1, __ATOMIC_RELAXED);

    if (unanswered == 1)
        share->unanswered_since = host_nanoseconds();
    if (unanswered < LINE_SHARE_UNANSWERED_LIMIT)
        return;
    __atomic_store_n(&share->unanswered, 0, __ATOMIC_RELAXED);
    if (host_nanoseconds() - share->unanswered_since <= LINE_SHARE_STUCK_TIME)
        contain(share);
}

// A level that stays asserted interrupts again. An edge does not until the line was inactive, so all devices are called
// until none answers.
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

// The removed member keeps its link: the routine may be reading it.
static void chain_remove(struct line_member *member)
{
    struct line_member **link = &member->share->members;

    while (*link != member)
        link = &(*link)->next;
    __atomic_store_n(link, member->next, __ATOMIC_RELEASE);
}

// A line's object names one of its devices. Only message, number and name change, one store each; routine, context and
// IRQL, which the stub uses, do not. `like` NULL: none.
static void object_speak(struct interrupt *object, const struct interrupt *like)
{
    __atomic_store_n(&object->message, like ? like->message : NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&object->number, like ? like->number : 0, __ATOMIC_RELAXED);
    __atomic_store_n(&object->name, like ? like->name : NULL, __ATOMIC_RELAXED);
}

// When the named device leaves, the object takes the name of another device on the line.
static void objects_pass_on(struct line_share *share, const struct message *leaving)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(share->objects); i++)
        if (share->objects[i].message == leaving)
            object_speak(&share->objects[i], share->members ? share->members->object : NULL);
}

// Other fields are not changed while a slot may point at the object: another IRQL uses the second object.
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

struct message *line_share_neighbour(const struct line_member *own)
{
    for (const struct line_member *other = own->share->members; other; other = other->next)
        if (other != own)
            return other->message;
    return NULL;
}

const struct interrupt *line_share_publish(struct line_member *member, const struct interrupt *object)
{
    member->message = object->message;
    __atomic_store_n(&member->object, object, __ATOMIC_RELEASE);
    if (!is_on_line(member))
        chain_add(member);
    return line_object(member->share, object);
}

bool line_share_leave(struct line_member *member)
{
    if (is_on_line(member))
        chain_remove(member);
    objects_pass_on(member->share, member->message);
    __atomic_store_n(&member->object, NULL, __ATOMIC_RELEASE);
    return !member->share->members;
}

void line_share_note_mask(const struct line_member *member, bool masked)
{
    for (const struct line_member *other = first_member(member->share); other; other = next_member(other)) {
        other->message->masked = masked;
        core_tell_mask(other->message->number, masked);
    }
}
