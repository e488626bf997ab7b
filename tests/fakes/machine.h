// A model of the hardware on a message's path: device functions with MSI-X or MSI, a fabric that carries posted writes
// in order, local APICs, processors that take interrupts through the published slots. It is the port of the core and
// the ground below the real drivers/pci/pci_msix_source.c and pci_msi_source.c. Between any two accesses of the code
// under test it lets things happen: functions send, messages arrive, processors take them.
#ifndef TESTS_FAKES_MACHINE_H
#define TESTS_FAKES_MACHINE_H

#include "kernel/inventory/device.h"

enum { MACHINE_CPUS = 72, MACHINE_DEVICES = 6, MACHINE_MESSAGES = 16, MACHINE_QUEUE = 64, MACHINE_NESTING = 12 };

// Where a message's outstanding shot is. A message has at most one: edges that meet merge.
enum shot_place { SHOT_NONE, SHOT_PENDING, SHOT_SENT, SHOT_REQUESTED, SHOT_TAKEN };

struct machine_message {
    struct machine_device *owner;
    uint32_t index; // the hardware entry
    enum shot_place place;
    struct machine_message *merged;    // shots that met in one interrupt request
    uint64_t sent, handled, dropped;   // dropped: still pending when the source was closed
    uint64_t interrupts[MACHINE_CPUS]; // service routine calls with this message id
};

struct machine_posted {
    uint32_t offset;
    uint32_t value;
};

struct machine_sent {
    uint32_t index;
    struct message_words words;
};

struct machine_device {
    struct device device;
    uint8_t config[256];
    uint8_t memory[0x1000];                       // MSI-X table, then the PBA
    struct machine_posted posted[MACHINE_QUEUE];  // on the way to the function
    struct machine_sent flight[MACHINE_MESSAGES]; // on the way from it; in order
    uint32_t posted_count, flight_count;
    struct machine_message messages[MACHINE_MESSAGES];
    uint32_t capacity;
    uint32_t entries;     // those that it fires
    uint32_t refusals;    // so many writes more of message data, or of the address, are forgotten
    bool refuses_address; // instead of data
};

enum machine_mode { MACHINE_QUIET, MACHINE_RANDOM, MACHINE_SCRIPTED };

// What a script places: the position (number of the access before which it happens) of each event of one shot.
enum machine_event { EVENT_FIRE, EVENT_DELIVER, EVENT_ACCEPT, EVENT_ENTER, MACHINE_EVENTS };

// The steps of the protocol that can be taken out.
struct machine_damage {
    bool mask;    // functions send although masked
    bool push;    // reads push nothing ahead of their answer
    bool drain;   // the drain interrupt is answered at once
    bool bridge;  // the slots between two writes of an unmaskable MSI are not published
    bool publish; // slots are published only when the old CPU is drained
};

struct machine_service {
    uint32_t vector;
    bool is_entered; // the slot was read; before that nothing can preempt
    struct machine_message *shots;
};

struct machine_cpu {
    uint64_t requested[VECTOR_COUNT / 64];
    struct machine_message *shots[VECTOR_COUNT]; // behind each request
    struct machine_service services[MACHINE_NESTING];
    uint32_t depth;
    bool is_deaf; // takes no interrupt
    bool is_stopped;
    const struct interrupt *slots[VECTOR_COUNT];
    uint64_t counts[VECTOR_COUNT];
};

struct machine {
    uint64_t seed;
    const char *doing; // named in what is reported
    enum machine_mode mode;
    struct machine_damage damage;
    uint32_t cpu_count; // those online
    uint32_t device_count;
    struct machine_device devices[MACHINE_DEVICES];
    struct machine_cpu cpus[MACHINE_CPUS];
    uint32_t running;    // the CPU whose routine runs
    bool is_inside;      // something is happening already
    bool interrupts_off; // on CPU 0, which runs the code under test
    uint64_t nanoseconds;
    uint32_t idles;                  // since the last interrupt between processors
    uint32_t position;               // accesses so far, for scripts
    uint32_t script[MACHINE_EVENTS]; // ascending
    uint64_t losses;                 // shots that arrived where nobody listens
    uint64_t misdeliveries;          // shots that arrived at another message's routine
    uint64_t events;
    char first_fault[160];
};

extern struct machine machine;

// The first `cpus` processors online, no device, nothing on its way, no damage; quiet.
void machine_start(uint32_t cpus, uint64_t seed);
uint32_t machine_random(uint32_t limit);

// A function with an MSI-X table of `capacity` entries, or an MSI capability of as many messages.
struct machine_device *machine_add_msix(uint32_t capacity);
struct machine_device *machine_add_msi(uint32_t capacity, bool maskable);

// Gives what the devices hold back to the heap.
void machine_end(void);

// The service routine of all machine devices; the request's context is the machine_device.
bool machine_routine(const struct interrupt *self);

// Lets everything on its way arrive and be served. What then is outstanding is pending behind a mask, or lost.
void machine_settle(void);

// For the pieces of the model: an access by the code under test is about to happen.
void machine_step(void);
uint32_t machine_apic_id(uint32_t cpu);
void machine_request(uint32_t cpu, uint32_t vector, struct machine_message *message); // NULL: no shot behind it
bool machine_cpu_accept(uint32_t number); // the highest request that may be taken now goes into service
void machine_cpu_run(uint32_t number);    // until it has nothing more to take
void machine_shots_end(struct machine_message *shots, const struct interrupt *object, uint32_t cpu, uint32_t vector);
void machine_slots_publish(void); // those that damage.publish has kept back
void machine_message_arrive(struct machine_message *message, struct message_words words);
void machine_fault(uint64_t *counter, const struct machine_message *message, const char *what, uint32_t cpu,
                   uint32_t vector);
bool machine_device_fire(struct machine_device *device, uint32_t index);
bool machine_device_deliver(struct machine_device *device); // the oldest message on its way
bool machine_device_absorb(struct machine_device *device);  // the oldest write on its way to it

// What the function's registers say at this moment, looked at without an access.
struct message_words machine_device_words(const struct machine_device *device, uint32_t index);
bool machine_device_is_masked(const struct machine_device *device, uint32_t index);

#endif
