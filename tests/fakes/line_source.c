// Which member a source is, and the source's operations with the line's own.

#include "tests/fakes/line_source.h"
#include <assert.h>

enum { FAKE_LINE_COUNT = 64 };

static struct line_member *members[FAKE_LINE_COUNT];
static struct message_source_operations operations;

static struct line_member *member_of(const struct message_source *source)
{
    for (uint32_t i = 0; i < FAKE_LINE_COUNT; i++)
        if (members[i] && members[i]->source == source)
            return members[i];
    assert(!"a source of no line");
    return NULL;
}

static struct message *line_neighbour(struct message_source *source)
{
    return line_share_neighbour(member_of(source));
}

static const struct interrupt *line_publish(struct message_source *source, const struct interrupt *object)
{
    return line_share_publish(member_of(source), object);
}

static bool line_leave(struct message_source *source)
{
    return line_share_leave(member_of(source));
}

static void member_keep(struct line_member *member)
{
    uint32_t i = 0;

    while (i < FAKE_LINE_COUNT && members[i] && members[i] != member)
        i++;
    assert(i < FAKE_LINE_COUNT);
    members[i] = member;
}

void fake_line_start(struct fake_source *source, struct line_member *member, uint32_t gsi, enum interrupt_mode mode)
{
    operations = *source->source.operations;
    operations.neighbour = line_neighbour;
    operations.publish = line_publish;
    operations.leave = line_leave;
    source->source.operations = &operations;
    source->source.mode = mode;
    *member = (struct line_member){.share = line_share_get(gsi, mode), .source = &source->source};
    assert(member->share);
    member_keep(member);
}
