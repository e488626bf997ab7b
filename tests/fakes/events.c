// One list of what reached the hardware, in order.

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdio.h>

#include <cmocka.h>

enum { EVENT_COUNT = 20000 };

static struct event events[EVENT_COUNT];
static uint32_t count;

void event_clear(void)
{
    count = 0;
}

void event_add(enum event_kind kind, uint64_t where, uint64_t value)
{
    if (count < EVENT_COUNT)
        events[count++] = (struct event){.kind = kind, .where = where, .value = value};
}

uint32_t event_total(void)
{
    return count;
}

const struct event *event_effect(uint32_t index)
{
    for (uint32_t i = 0; i < count; i++)
        if (events[i].kind != EVENT_MEMORY_READ && index-- == 0)
            return &events[i];
    return NULL;
}

static const struct event *event_any(uint32_t index)
{
    return index < count ? &events[index] : NULL;
}

static void expect(const struct event *(*get)(uint32_t index), const struct event *expected, uint32_t expected_count)
{
    for (uint32_t i = 0; i < expected_count; i++) {
        const struct event *found = get(i);
        if (!found)
            fail_msg("event %u of %u did not happen", i, expected_count);
        if (found->kind != expected[i].kind || found->where != expected[i].where || found->value != expected[i].value)
            fail_msg("event %u: kind %d at 0x%llx value 0x%llx, expected kind %d at 0x%llx value 0x%llx", i,
                     (int)found->kind, (unsigned long long)found->where, (unsigned long long)found->value,
                     (int)expected[i].kind, (unsigned long long)expected[i].where,
                     (unsigned long long)expected[i].value);
    }
    assert_null(get(expected_count));
}

void event_expect(const struct event *expected, uint32_t expected_count)
{
    expect(event_effect, expected, expected_count);
}

void event_expect_all(const struct event *expected, uint32_t expected_count)
{
    expect(event_any, expected, expected_count);
}
