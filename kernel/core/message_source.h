// A place in hardware that holds a device's messages: an MSI-X table, an MSI capability, an interrupt line. The routing
// core programs all of them through these operations; drivers/ implements them.
#ifndef KERNEL_CORE_MESSAGE_SOURCE_H
#define KERNEL_CORE_MESSAGE_SOURCE_H

#include "kernel/lib/result.h"

// In order of preference: connecting tries them from first to last.
enum message_kind { MESSAGE_MSIX, MESSAGE_MSI, MESSAGE_LINE, MESSAGE_KIND_COUNT };

// How a source signals. Messages: latched, active high. Lines: as wired.
enum interrupt_mode { INTERRUPT_LATCHED, INTERRUPT_LEVEL_SENSITIVE };
enum interrupt_polarity { INTERRUPT_ACTIVE_HIGH, INTERRUPT_ACTIVE_LOW };

// "msix", "msi", "line".
const char *message_kind_name(enum message_kind kind);

// The address a device writes to and the data it writes: PCI Local Bus 3.0, 6.8.
struct message_words {
    struct physical address;
    uint32_t data;
};

static inline bool message_words_equal(struct message_words left, struct message_words right)
{
    return left.address.address == right.address.address && left.data == right.data;
}

// The rest of an entry: all but address, data, mask and pending bit.
struct message_detail {
    enum interrupt_mode mode; // as is polarity: of the line's pin; for messages latched, active high
    enum interrupt_polarity polarity;
    bool awaits_end;         // the line's interrupt was taken and its EOI has not reached the pin
    uint32_t vendor;         // MSI-X vector control without its mask bit: left to the vendor; 0 for MSI and lines
    uint32_t vendor_at_open; // `vendor` as found by open()
};

struct interrupt;
struct irq_device;
struct message;
struct message_probe;
struct message_source;

// All run at PASSIVE, one caller per device at a time, except mask, which may run at any level.
struct message_source_operations {
    // Makes the source writable: enabled, but sending nothing (function mask set, all entries masked). `wanted` >= 1:
    // messages requested; *granted: messages the hardware gives (a power of two for MSI).
    enum result (*open)(struct message_source *source, uint32_t wanted, uint32_t *granted);

    // Writes one masked entry and reads it back. RESULT_MISMATCH: the hardware did not keep it. For MSI only index 0 is
    // written, for the whole aligned block. While live and unmaskable: data before address; the caller has made the
    // pair (old address, new data) a live route.
    enum result (*write)(struct message_source *source, uint32_t index, struct message_words words);
    enum result (*read)(struct message_source *source, uint32_t index, struct message_words *words);

    // Masks or unmasks one message and reads back, so that the change has reached the device on return.
    // RESULT_UNSUPPORTED where the hardware has no mask bit for it.
    enum result (*mask)(struct message_source *source, uint32_t index, bool masked);

    // Reads the mask and pending bit of one message; *pending is false without a pending bit.
    enum result (*status)(struct message_source *source, uint32_t index, bool *masked, bool *pending);

    enum result (*detail)(struct message_source *source, uint32_t index, struct message_detail *detail);

    // Finds by writing which register bits exist, and restores all of them; messages that became pending are then sent.
    // An MSI without mask bits may lose messages meanwhile. NULL for lines. RESULT_NO_MEMORY, or the source is closed.
    enum result (*probe)(struct message_source *source, struct message_probe *probe);

    // Lets the device send: legacy line off, bus master on if `bus_master`, function mask cleared.
    enum result (*start)(struct message_source *source, bool bus_master);

    // Disables the source and masks every entry.
    void (*close)(struct message_source *source);

    // neighbour, publish and leave are for a source that devices share, such as an interrupt line; else NULL.
    // neighbour: a message of another connected device on this source, whose place a newly connected one gets. NULL:
    // none.
    struct message *(*neighbour)(struct message_source *source);

    // Returns the object to put in the slot instead of `object`, which it will call from now on.
    const struct interrupt *(*publish)(struct message_source *source, const struct interrupt *object);

    // Takes the device off, if it was on; its routine may run until the place has drained. True: no device is left.
    bool (*leave)(struct message_source *source);
};

struct message_source {
    const struct message_source_operations *operations;
    struct irq_device *device;
    enum message_kind kind;
    uint32_t capacity;   // messages the hardware offers
    const char *refusal; // why it cannot be used ("table outside BAR 0", ...), NULL: usable
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
    bool can_mask;   // each message has a mask bit that holds it and keeps it pending
    bool is_suspect; // unused entries may have changed, too: the next open() checks all
};

#endif
