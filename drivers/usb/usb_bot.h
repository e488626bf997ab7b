// Mass storage, bulk-only transport: the wrappers, and the SCSI commands in them (USB Mass Storage Class Bulk-Only
// Transport 1.0, chapter 5; SBC-3). Pure.
#ifndef DRIVERS_USB_USB_BOT_H
#define DRIVERS_USB_USB_BOT_H

#include "kernel/lib/types.h"

enum { USB_BOT_COMMAND_LENGTH = 31, USB_BOT_STATUS_LENGTH = 13 };

// A SCSI command and what it moves.
struct usb_bot_command {
    uint8_t bytes[16];
    uint8_t length;
    uint32_t data; // bytes
    bool is_in;
};

struct usb_bot_command usb_bot_test_unit_ready(void);
struct usb_bot_command usb_bot_request_sense(void); // 18 bytes; clears a unit attention
struct usb_bot_command usb_bot_read_capacity(bool is_long);
// `count` blocks of `block_size` bytes from `block` on; 16-byte commands where the number needs it.
struct usb_bot_command usb_bot_read(uint64_t block, uint32_t count, uint32_t block_size);
struct usb_bot_command usb_bot_write(uint64_t block, uint32_t count, uint32_t block_size);
struct usb_bot_command usb_bot_synchronize(void); // the cache reaches the medium

// Writes the command block wrapper.
void usb_bot_wrap(const struct usb_bot_command *command, uint32_t tag, uint8_t wrapper[USB_BOT_COMMAND_LENGTH]);

// A command status wrapper. INVALID: not one, or of another command; PHASE: device and host disagree: both need a
// reset.
enum usb_bot_status { USB_BOT_PASSED, USB_BOT_FAILED, USB_BOT_PHASE, USB_BOT_INVALID };
enum usb_bot_status usb_bot_status_read(const uint8_t *bytes, uint32_t length, uint32_t tag);

// The answer of READ CAPACITY: blocks and their size; false when it makes no sense. A short answer that says "more" has
// blocks UINT32_MAX + 1.
bool usb_bot_capacity_read(const uint8_t *bytes, bool is_long, uint64_t *blocks, uint32_t *block_size);

#endif
