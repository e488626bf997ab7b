// The message table: one record per device message, the single source of truth. Hardware is programmed from it and
// audited against it. Modelled on Windows' IO_INTERRUPT_MESSAGE_INFO and IO_INTERRUPT_MESSAGE_INFO_ENTRY.
#ifndef KERNEL_MESSAGE_H
#define KERNEL_MESSAGE_H

#include "kernel/cpu.h"
#include "kernel/device.h"
#include "kernel/interrupt.h"

enum interrupt_mode { INTERRUPT_LATCHED, INTERRUPT_LEVEL_SENSITIVE };
enum interrupt_polarity { INTERRUPT_ACTIVE_HIGH, INTERRUPT_ACTIVE_LOW };

enum { MESSAGE_REASON_LENGTH = 96 };

// The eight fields, in Windows' order.
struct message_info_entry {
    struct physical message_address;
    struct group_affinity target_processor_set; // processors allowed to take it
    const struct interrupt *interrupt_object;
    uint32_t message_data;
    uint32_t vector;
    enum irql irql;
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
};

struct message {
    struct message_info_entry info;
    struct message_set *set;
    uint32_t index;            // within the set; what the service routine gets
    uint32_t cpu;              // takes it now
    bool masked;               // at the device
    uint64_t count_at_connect; // what slot (cpu, vector) had counted before it became this message's
    struct interrupt object;   // what info.interrupt_object points at
};

// IO_INTERRUPT_MESSAGE_INFO: the connected messages of one device.
struct message_set {
    struct message_set *next;
    struct device *device;
    struct message_source *source;
    enum irql unified_irql; // highest of the set
    uint32_t message_count;
    char reason[MESSAGE_REASON_LENGTH]; // why not more, or not a better kind; "" when all that was asked was granted
    struct message messages[];
};

#define message_for_each(set, m) \
    for (struct message *m = (set)->messages; m < (set)->messages + (set)->message_count; m++)

// The sets of all connected devices, in order of connection.
struct message_set *message_set_first(void);
uint32_t message_total(void);

// An empty set of `count` messages for a device, put at the end of the table; NULL when memory is out. PASSIVE.
struct message_set *message_set_create(struct device *device, struct message_source *source, uint32_t count);

// Keeps only the first `count` messages of a set; the others are unrouted already. PASSIVE.
void message_set_trim(struct message_set *set, uint32_t count);

// Takes the set out of the table and gives its memory back. Nothing may point at its objects any more. PASSIVE.
void message_set_destroy(struct message_set *set);

// NULL when the device has no set or no such index.
struct message *message_find(const struct device *device, uint32_t index);

// Interrupts this message has caused on one CPU, and on all, since it was connected. Any IRQL.
uint64_t message_count_on(const struct message *message, uint32_t cpu);
uint64_t message_count_all(const struct message *message);

// The address and data of the record as the hardware holds them.
struct message_words message_words_of(const struct message *message);

const char *interrupt_mode_name(enum interrupt_mode mode);             // "latched", "level_sensitive"
const char *interrupt_polarity_name(enum interrupt_polarity polarity); // "active_high", "active_low"

#endif
