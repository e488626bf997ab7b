// A message source without a device: its table in memory, every call recorded, any call made to fail on demand.
#ifndef TESTS_FAKES_MESSAGE_SOURCE_H
#define TESTS_FAKES_MESSAGE_SOURCE_H

#include "kernel/inventory/device.h"
#include "kernel/inventory/message_probe.h"

enum { FAKE_SOURCE_ENTRIES = 64 };

struct fake_source {
    struct message_source source;
    struct message_words words[FAKE_SOURCE_ENTRIES];
    bool masked[FAKE_SOURCE_ENTRIES];
    struct message_detail details[FAKE_SOURCE_ENTRIES];
    struct message_probe probe; // what probing finds; its entries are here
    struct probe_entry probed[FAKE_SOURCE_ENTRIES];
    enum result probe_result;
    uint32_t grant_limit; // open() grants at most this many
    bool is_open;
    bool is_started;
    bool bus_master;
    enum result open_result;  // what open() answers
    enum result write_result; // what write() answers
    enum result start_result; // what start() answers
    char calls[4096];         // "open(4) write(0) ... start(1)"
};

// An unused source of a kind, all calls working, attached to the device.
void fake_source_start(struct fake_source *fake, struct device *device, enum message_kind kind, uint32_t capacity);

#endif
