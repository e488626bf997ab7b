// A place in hardware that holds a device's messages: an MSI-X table, an MSI capability, an interrupt line. The routing
// core programs all of them through these operations; drivers/ implements them.
#ifndef KERNEL_CORE_MESSAGE_SOURCE_H
#define KERNEL_CORE_MESSAGE_SOURCE_H

#include "kernel/lib/result.h"

// In order of preference: a fall-back goes down this list.
enum message_kind { MESSAGE_MSIX, MESSAGE_MSI, MESSAGE_LINE, MESSAGE_KIND_COUNT };

// How a source signals. Messages are latched, active high; a line has what its wiring says.
enum interrupt_mode { INTERRUPT_LATCHED, INTERRUPT_LEVEL_SENSITIVE };
enum interrupt_polarity { INTERRUPT_ACTIVE_HIGH, INTERRUPT_ACTIVE_LOW };

// "msix", "msi", "line".
const char *message_kind_name(enum message_kind kind);

// What a device writes and where: PCI Local Bus 3.0, 6.8.
struct message_words {
    struct physical address;
    uint32_t data;
};

static inline bool message_words_equal(struct message_words left, struct message_words right)
{
    return left.address.address == right.address.address && left.data == right.data;
}

// What is neither address and data nor mask and pending bit.
struct message_detail {
    enum interrupt_mode mode; // of a line's pin, as is the polarity; of messages what they always are
    enum interrupt_polarity polarity;
    bool awaits_end;         // a line's interrupt was taken, and its end has not come back
    uint32_t vendor;         // vector control but for its mask bit, which belongs to the vendor; 0 but for MSI-X
    uint32_t vendor_at_open; // the same as open() found it
};

struct interrupt;
struct irq_device;
struct message;
struct message_probe;
struct message_source;

// All run at PASSIVE, one caller per device at a time, except mask, which may run at any level.
struct message_source_operations {
    // Makes the source ready to be written: on, but nothing can leave yet (function mask set, all entries masked).
    // `wanted` >= 1 messages are asked for; *granted says how many the hardware gives (a power of two for MSI).
    enum result (*open)(struct message_source *source, uint32_t wanted, uint32_t *granted);

    // Writes one masked entry and reads it back. RESULT_MISMATCH when hardware did not keep it. For MSI only index 0 is
    // written: it stands for the whole aligned block. While live and unmaskable: data before address; the caller has
    // made the pair (old address, new data) a live route.
    enum result (*write)(struct message_source *source, uint32_t index, struct message_words words);
    enum result (*read)(struct message_source *source, uint32_t index, struct message_words *words);

    // Masks or unmasks one message, and reads back so that the change has reached the device when it returns.
    // RESULT_UNSUPPORTED where the hardware has no mask bit for it.
    enum result (*mask)(struct message_source *source, uint32_t index, bool masked);

    // What the device says of one message: entry masked, message pending. *pending is false where there is no such bit.
    enum result (*status)(struct message_source *source, uint32_t index, bool *masked, bool *pending);

    enum result (*detail)(struct message_source *source, uint32_t index, struct message_detail *detail);

    // Finds out, by writing, what of its registers exists; everything is as before afterwards, and what became due is
    // sent. What MSI could not keep pending may be lost. NULL for lines. RESULT_NO_MEMORY, or the source is closed.
    enum result (*probe)(struct message_source *source, struct message_probe *probe);

    // Lets messages leave: legacy line off, bus master on (unless the function has no driver), function mask cleared.
    enum result (*start)(struct message_source *source, bool bus_master);

    // Back to silent: disabled, every entry masked.
    void (*close)(struct message_source *source);

    // The next three are for a source that devices share, such as an interrupt line; NULL where each has its own.
    // The message of another connected device on it: the next that connects gets that one's place. NULL: none.
    struct message *(*neighbour)(struct message_source *source);

    // What shall stand in the slot in place of a device's object, which is called by it from now on.
    const struct interrupt *(*publish)(struct message_source *source, const struct interrupt *object);

    // Takes the device off again, if it was on; it may be in its routine until the place was drained. Answers whether
    // nobody is left.
    bool (*leave)(struct message_source *source);
};

struct message_source {
    const struct message_source_operations *operations;
    struct irq_device *device;
    enum message_kind kind;
    uint32_t capacity;   // messages the hardware offers
    const char *refusal; // why it cannot be used ("table outside BAR 0", ...), NULL when it can
    enum interrupt_mode mode;
    enum interrupt_polarity polarity;
    bool can_mask;   // each of its messages has a mask that holds it and keeps it pending
    bool is_suspect; // entries that nobody uses may have changed as well: the next open() looks at all of them
};

#endif
