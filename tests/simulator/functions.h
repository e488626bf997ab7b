// Simulated PCI functions: an MSI-X table, an MSI capability or an interrupt line in plain memory, behind the core's
// message source operations.
#ifndef TESTS_SIMULATOR_FUNCTIONS_H
#define TESTS_SIMULATOR_FUNCTIONS_H

#include "arch/apic/line_share.h"
#include "kernel/core/irq.h"
#include "kernel/inventory/device.h"

struct function_shape {
    enum message_kind kind;
    uint32_t messages;
    bool maskable; // MSI only: has mask bits
    uint32_t gsi;  // line only
};

struct function_entry {
    struct message_words words; // MSI: those of entry 0 stand for all
    bool masked;
    uint64_t handled; // service routine calls with this message id
};

struct simulated_function {
    struct device device;
    struct message_source source;
    struct line_member member; // line only
    struct function_shape shape;
    uint32_t granted; // MSI: the size of the block
    bool is_open;
    bool is_started;
    uint32_t refusals; // so many writes more are not kept
    struct function_entry entries[];
};

enum { FUNCTION_GSI_COUNT = 64 }; // pins of the one IOAPIC

// A function that is in the inventory and not connected; NULL when memory is out.
struct simulated_function *function_create(struct pci_address address, struct function_shape shape);

// What a driver asks for: all messages, at least one.
struct irq_request function_request(struct simulated_function *function);

// Makes it send one message. False when a mask, a closed source or a connected set's absence keeps it in.
bool function_fire(struct simulated_function *function, uint32_t index);

// What the hardware holds for one message.
struct message_words function_words(const struct simulated_function *function, uint32_t index);
bool function_is_masked(const struct simulated_function *function, uint32_t index);

#endif
