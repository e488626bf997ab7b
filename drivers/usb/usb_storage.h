// USB sticks and disks: blocks read, and written where the caller was given leave (bulk-only transport). PASSIVE, boot
// CPU.
#ifndef DRIVERS_USB_USB_STORAGE_H
#define DRIVERS_USB_USB_STORAGE_H

#include "kernel/lib/result.h"

struct usb_storage;

// The first of those plugged in, and the one after; NULL: none.
struct usb_storage *usb_storage_first(void);
struct usb_storage *usb_storage_next(const struct usb_storage *storage);

// The first behind a controller; NULL: none.
struct xhci_controller;
struct usb_storage *usb_storage_behind(const struct xhci_controller *controller);

uint64_t usb_storage_blocks(const struct usb_storage *storage);
uint32_t usb_storage_block_size(const struct usb_storage *storage); // bytes: 512 to 4096

// "0000:00:04.0 port 5", valid until the next call.
const char *usb_storage_name(const struct usb_storage *storage);

// Blocks that may be written: nothing else ever is. At most USB_STORAGE_GRANTS ranges; RESULT_NO_MEMORY beyond,
// RESULT_OUT_OF_BOUNDS past the end of the medium.
enum { USB_STORAGE_GRANTS = 16 };
MUST_USE enum result usb_storage_grant(struct usb_storage *storage, uint64_t block, uint64_t count);

// RESULT_OUT_OF_BOUNDS: past the end; for a write: a block outside every range that was granted, and nothing was
// written; RESULT_GONE: unplugged; RESULT_FAILED: the device reports an error; RESULT_TIMEOUT.
MUST_USE enum result usb_storage_read(struct usb_storage *storage, uint64_t block, uint32_t count, void *buffer);
MUST_USE enum result usb_storage_write(struct usb_storage *storage, uint64_t block, uint32_t count, const void *buffer);

// What was written has reached the medium. Devices without a cache may refuse: that is RESULT_OK too.
MUST_USE enum result usb_storage_flush(struct usb_storage *storage);

#endif
