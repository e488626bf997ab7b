// A fake source that shares an interrupt line: its line is the real one of arch/apic/line_share.c.
#ifndef TESTS_FAKES_LINE_SOURCE_H
#define TESTS_FAKES_LINE_SOURCE_H

#include "arch/apic/line_share.h"
#include "tests/fakes/message_source.h"

// Makes a started source one of the line of a GSI; `member` is its place there, zeroed.
void fake_line_start(struct fake_source *source, struct line_member *member, uint32_t gsi, enum interrupt_mode mode);

#endif
