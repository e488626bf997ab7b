// Registers and their fields, as the xHCI specification 1.2 prints them: chapter 5 and 7.1.
// A register marked rw1c holds write-1-to-clear bits: it is never read, changed and written back as a whole.
#ifndef DRIVERS_XHCI_XHCI_REGISTERS_H
#define DRIVERS_XHCI_XHCI_REGISTERS_H

#include "kernel/lib/types.h"

// Capability registers (5.3), from the start of BAR 0. All read only.
enum {
    XHCI_CAPLENGTH = 0x00, // 7:0 bytes to the operational registers
    XHCI_HCSPARAMS1 = 0x04,
    XHCI_HCSPARAMS2 = 0x08,
    XHCI_HCCPARAMS1 = 0x10,
    XHCI_DBOFF = 0x14,
    XHCI_RTSOFF = 0x18,
    XHCI_CAPABILITY_SIZE = 0x20,
};

#define XHCI_CAPLENGTH_BYTES         BITS(7, 0)
#define XHCI_HCSPARAMS1_SLOTS        BITS(7, 0)
#define XHCI_HCSPARAMS1_INTERRUPTERS BITS(18, 8)
#define XHCI_HCSPARAMS1_PORTS        BITS(31, 24)
#define XHCI_HCSPARAMS2_SCRATCH_HIGH BITS(25, 21)
#define XHCI_HCSPARAMS2_SCRATCH_LOW  BITS(31, 27)
#define XHCI_HCCPARAMS1_64BIT        BIT(0)
#define XHCI_HCCPARAMS1_WIDE_CONTEXT BIT(2)
#define XHCI_HCCPARAMS1_EXTENDED     BITS(31, 16) // dwords from the start of BAR 0; 0: none
#define XHCI_DBOFF_OFFSET            BITS(31, 2)
#define XHCI_RTSOFF_OFFSET           BITS(31, 5)

// Operational registers (5.4).
enum {
    XHCI_USBCMD = 0x00,
    XHCI_USBSTS = 0x04, // rw1c
    XHCI_PAGESIZE = 0x08,
    XHCI_CRCR = 0x18,
    XHCI_DCBAAP = 0x30,
    XHCI_CONFIG = 0x38,
    XHCI_PORTSC = 0x400, // rw1c; port 1, the others follow
    XHCI_PORT_STRIDE = 0x10,
};

#define XHCI_USBCMD_RUN              BIT(0)
#define XHCI_USBCMD_RESET            BIT(1)
#define XHCI_USBCMD_INTERRUPT_ENABLE BIT(2)
#define XHCI_USBSTS_HALTED           BIT(0)
#define XHCI_USBSTS_EVENT_INTERRUPT  BIT(3) // rw1c
#define XHCI_USBSTS_NOT_READY        BIT(11)
#define XHCI_PAGESIZE_4K             BIT(0)
#define XHCI_CRCR_CYCLE              BIT(0)
#define XHCI_PORTSC_CONNECTED        BIT(0)
#define XHCI_PORTSC_ENABLED          BIT(1) // writing 1 disables the port
#define XHCI_PORTSC_RESET            BIT(4)
#define XHCI_PORTSC_SPEED            BITS(13, 10)
#define XHCI_PORTSC_CONNECT_CHANGED  BIT(17)                                // rw1c
#define XHCI_PORTSC_CHANGES          BITS(23, 17)                           // rw1c
#define XHCI_PORTSC_KEPT             (BIT(9) | BITS(15, 14) | BITS(27, 25)) // power, indicator, wake enables: plain rw

// Runtime registers (5.5): one set of interrupter registers each.
enum {
    XHCI_INTERRUPTERS = 0x20,
    XHCI_INTERRUPTER_STRIDE = 0x20,
    XHCI_IMAN = 0x00, // rw1c
    XHCI_IMOD = 0x04,
    XHCI_ERSTSZ = 0x08,
    XHCI_ERSTBA = 0x10,
    XHCI_ERDP = 0x18, // rw1c
};

#define XHCI_IMAN_PENDING     BIT(0) // rw1c
#define XHCI_IMAN_ENABLE      BIT(1)
#define XHCI_ERDP_BUSY        BIT(3) // rw1c: Event Handler Busy
#define XHCI_ERSTBA_ALIGNMENT 64

// Doorbells (5.6): 0 is the command ring's, n that of slot n, whose endpoint 0 is target 1.
enum { XHCI_DOORBELL_STRIDE = 4, XHCI_DOORBELL_COMMAND = 0, XHCI_DOORBELL_CONTROL_ENDPOINT = 1 };

// Extended capabilities (chapter 7): 7:0 identity, 15:8 dwords to the next one, 0 at the last.
enum {
    XHCI_EXTENDED_LEGACY = 1,
    XHCI_USBLEGSUP_FIRMWARE_OWNS = 0x02, // a byte of its own each: bit 0 of it is the semaphore
    XHCI_USBLEGSUP_SYSTEM_OWNS = 0x03,
    XHCI_USBLEGCTLSTS = 0x04, // rw1c
    XHCI_USBLEG_SIZE = 0x08,
};

#define XHCI_EXTENDED_ID       BITS(7, 0)
#define XHCI_EXTENDED_NEXT     BITS(15, 8)
#define XHCI_USBLEGCTLSTS_KEPT (BITS(3, 1) | BITS(12, 5) | BITS(19, 17) | BITS(28, 21)) // reserved, to be preserved
#define XHCI_USBLEGCTLSTS_PAST BITS(31, 29)                                             // rw1c: causes of past SMIs

#endif
