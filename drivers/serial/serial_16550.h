// A serial port of the 8250 family (National Semiconductor PC16550D), polled, as the console: 8 data bits, no parity.
#ifndef DRIVERS_SERIAL_SERIAL_16550_H
#define DRIVERS_SERIAL_SERIAL_16550_H

#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

enum {
    SERIAL_PC_PORT_COUNT = 4,
    SERIAL_PORT_SIZE = 8, // registers
    SERIAL_BAUD_FIRMWARE = 0,
    SERIAL_BAUD_PC = 115200, // of a divisor of 1 with a PC's clock of 1.8432 MHz
};

// Where the registers are.
struct serial_place {
    bool is_memory;
    uint64_t address;   // a port number, or the physical address of device memory
    uint32_t stride;    // bytes between registers: 1, or 4 with 32-bit accesses
    uint32_t base_baud; // a sixteenth of its clock; 0: SERIAL_BAUD_PC
};

// ttyS0 to ttyS3 of a PC. False for any other number.
bool serial_place_of(uint32_t number, struct serial_place *place);

// Looks whether a port answers there, sets it up and makes it the console's. `baud` is 1 to the clock's sixteenth, or
// SERIAL_BAUD_FIRMWARE to keep the speed it has. RESULT_NOT_FOUND: nothing answers; RESULT_INVALID. After a
// failure the port that was open before still is. Boot CPU.
MUST_USE enum result serial_open(const struct serial_place *place, uint32_t baud);

// The open port. '\n' leaves as CR LF, but in binary bytes. Returns when all has left; a port that takes nothing for
// seconds loses its bytes until it takes some again. Any IRQL, one writer at a time.
struct output *serial_output(void);

// One byte, waiting at most `nanoseconds`: a console_reader. PASSIVE.
bool serial_read(uint8_t *byte, uint64_t nanoseconds);

#endif
