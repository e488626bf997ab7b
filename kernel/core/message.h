// The message table: one record per device message, the single source of truth. Hardware is programmed from it and
// audited against it. Modelled on Windows' IO_INTERRUPT_MESSAGE_INFO and IO_INTERRUPT_MESSAGE_INFO_ENTRY.
//
// Four words for "sends nothing":
//   silent    a set whose device nobody drives: messages masked where the source can mask, bus master off; permanent
//   inactive  a set between irq_deactivate() and irq_activate(): source closed; records, vectors and routes stand
//   masked    one message, held at its entry by the mask bit and kept pending there; changed by irq_mask()
//   quiet     a device found at boot: messages, line and bus master (not of some displays and bridges) off until used
#ifndef KERNEL_CORE_MESSAGE_H
#define KERNEL_CORE_MESSAGE_H

#include "kernel/core/cpu.h"
#include "kernel/core/cpu_tally.h"
#include "kernel/core/interrupt.h"
#include "kernel/core/irq_device.h"
#include "kernel/core/policy.h"

enum {
    MESSAGE_REASON_LENGTH = 96,
    MESSAGE_NUMBER_FIRST = VECTOR_COUNT, // lower numbers are the vectors of the kernel's own interrupts
    MESSAGE_OLD_COUNT = 2, // a move of an unmaskable MSI leaves two: (old CPU, old vector) and (old CPU, new vector)
};

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

// A place (CPU, vector) a message is or was routed to, and the slot's count when the message got it.
struct message_route {
    uint32_t cpu;
    uint32_t vector;
    uint64_t count_before;
};

struct message {
    struct message_info_entry info;
    struct message_set *set;
    uint32_t index;        // within the set; what the service routine gets
    uint32_t number;       // its irq number; unique since start-up, never reused
    uint32_t cpu;          // the CPU it is routed to
    bool masked;           // at the device
    uint32_t old_count;    // entries of `old` in use: earlier places that have not drained
    uint32_t generation;   // moves since it was connected
    uint64_t count_before; // count of slot (cpu, vector) when the message was routed there
    struct message_route old[MESSAGE_OLD_COUNT];
    struct cpu_tally tally;            // interrupts taken at earlier places, by CPU
    struct message *beside;            // ring of the messages at the same place (kernel/core/beside.h); NULL: no other
    const struct interrupt *published; // the object in its slot: its own, or the shared line's
    struct interrupt objects[2]; // info.interrupt_object points at one; while draining the old slots point at the other
};

// IO_INTERRUPT_MESSAGE_INFO: the connected messages of one device.
struct message_set {
    struct message_set *next;
    struct message_set **link; // the pointer to this one; NULL: not in the table
    struct irq_device *device;
    struct message_source *source;
    enum irql unified_irql;      // highest of the set
    enum irq_policy policy;      // never IRQ_POLICY_MACHINE_DEFAULT
    struct irql_band band;       // the rows its vectors come from
    struct interrupt_lock *lock; // taken around its routines; NULL where the driver gave none
    uint32_t message_count;
    bool is_served;       // irq_device_add() had counted its device when it connected
    bool is_silent;       // nobody drives the device: masked, without bus master
    bool is_inactive;     // between irq_deactivate() and irq_activate()
    uint32_t entry_count; // hardware entries written; entries from message_count on are aimed at message 0
    char reason[MESSAGE_REASON_LENGTH]; // why not more, or not a better kind; "" when all that was asked was granted
    struct message messages[];
};

#define message_for_each(set, m) \
    for (struct message *m = (set)->messages; m < (set)->messages + (set)->message_count; m++)

// The sets of all connected devices, in order of connection.
struct message_set *message_set_first(void);
uint32_t message_total(void);

// Devices counted by irq_device_add() that have no set.
uint32_t message_waiting_total(void);

// Allocates a set of `count` zeroed messages and appends it to the table. NULL: out of memory. PASSIVE.
struct message_set *message_set_create(struct irq_device *device, struct message_source *source, uint32_t count);

// Keeps only the first `count` messages of a set; the others are unrouted already. PASSIVE.
void message_set_trim(struct message_set *set, uint32_t count);

// Takes the set out of the table; its memory stays. PASSIVE.
void message_set_remove(struct message_set *set);

// Gives the memory of a removed set back. Nothing may point at its objects any more. PASSIVE.
void message_set_free(struct message_set *set);

// NULL when the device has no set or no such index.
struct message *message_find(const struct irq_device *device, uint32_t index);

// The message whose object stands in slot (cpu, vector): routed there, or an earlier place that has not drained. On a
// shared line: any of its messages. NULL: the slot is unowned or holds one of the system's own objects.
struct message *message_at(uint32_t cpu, uint32_t vector);

// Interrupts this message has caused on one CPU, and on all, since it was connected. On one: boot CPU, PASSIVE; on all:
// any IRQL.
uint64_t message_count_on(const struct message *message, uint32_t cpu);
uint64_t message_count_all(const struct message *message);

// Makes room to count on one more CPU; counting then cannot fail. RESULT_NO_MEMORY. PASSIVE.
MUST_USE enum result message_tally_prepare(struct message *message, uint32_t cpu);

// Adds the counts of the old places to the tally and empties `old`. Only after these places have drained, and with
// message_tally_prepare() done for their CPUs.
void message_tally_old(struct message *message);

// The place a message is routed to.
struct message_route message_route_of(const struct message *message);

// The address and data of the record as the hardware holds them.
struct message_words message_words_of(const struct message *message);

const char *interrupt_mode_name(enum interrupt_mode mode);             // "latched", "level_sensitive"
const char *interrupt_polarity_name(enum interrupt_polarity polarity); // "active_high", "active_low"

#endif
