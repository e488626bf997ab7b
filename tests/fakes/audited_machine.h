// A machine whose every register tests can spoil: what `audit` and `why` are tried on. Beside the routed network card:
// a driven function behind two bridges, with two messages of four asked for and six entries; a silent function of one
// MSI that cannot be masked; two functions on one line.
#ifndef TESTS_FAKES_AUDITED_MACHINE_H
#define TESTS_FAKES_AUDITED_MACHINE_H

#include "kernel/core/message.h"
#include "kernel/diagnose/audit.h"
#include "tests/fakes/host.h"
#include "tests/fakes/line_source.h"
#include "tests/fakes/message_source.h"
#include "tests/fakes/routed_device.h"

struct audited_device {
    struct device device;
    struct fake_source source;
    struct line_member member;
    struct device_reading reading;
};

extern struct audited_device outer_bridge; // 0000:00:1c.0
extern struct audited_device inner_bridge; // 0000:01:00.0, silent messages of its own: MSI-X, 1
extern struct audited_device deep;         // 0000:02:00.0
extern struct audited_device silent;       // 0000:00:05.0
extern struct audited_device lines[2];     // 0000:00:06.0 and 0000:00:07.0

enum { DEEP_MESSAGES = 2, DEEP_ENTRIES = 4, DEEP_CAPACITY = 6 };

// Once per program, and cmocka's setup: everything as it should be.
void audited_machine_start(void);
int audited_machine_reset(void **state);

// Audits everything; answers the drifts, a line each: "0000:02:00.0 1: msix_table masked false -> true". The run's
// counts and the text stand until the next.
const char *audited_drifts(void);
extern struct audit audited_run;
extern char audited_text[4096];

// A run of the test's own that adds to the text, which is empty now.
struct audit audited_begin(void);

// A message of one of them, and where its CPU and vector are kept.
struct message *audited_message(struct audited_device *device, uint32_t index);
const struct interrupt **audited_slot(const struct message *message);

#endif
