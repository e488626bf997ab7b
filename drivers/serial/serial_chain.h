// Which serial port is the console's: candidates of several origins, the best that answers.
#ifndef DRIVERS_SERIAL_SERIAL_CHAIN_H
#define DRIVERS_SERIAL_SERIAL_CHAIN_H

#include "drivers/serial/serial_16550.h"

// Where a candidate comes from, the least telling first.
enum serial_rank {
    SERIAL_RANK_PC,       // COM1 to COM4
    SERIAL_RANK_CARD,     // a PCI function of class 0x0700
    SERIAL_RANK_CONSOLE,  // the firmware's own console: its variable ConOut
    SERIAL_RANK_FIRMWARE, // SPCR, DBG2
    SERIAL_RANK_NAMED,    // the command line
};

#define SERIAL_CONSOLE_NAME "ConOut"

// `attached` is called when a port begins to be the console's: the first, or instead of another.
void serial_chain_start(void (*attached)(bool is_first));

// A port as SPCR and DBG2 describe it: interface type (SPCR revision 4, "Interface Type"; DBG2's subtypes of serial
// ports) and generic address structure.
struct serial_registers {
    uint32_t interface;
    bool is_memory, is_port;
    uint64_t address;
    uint8_t bit_width;
    uint8_t access_size; // 0 to 4: not said, byte, word, dword, qword
};

// Tries a candidate unless one of the same rank or above is the console's already. Memory is not touched where it is
// RAM, registers of the chipset, a function that is no serial port, or beyond what the processor can address: so after
// the claims and, but for ports, the functions are known. What failed is kept for serial_chain_report(). Boot CPU.
void serial_chain_try(const char *name, enum serial_rank rank, const struct serial_place *place, uint32_t baud);

// Tries a port of the firmware's tables, if it is one of the 8250's family (types 0, 1 and 0x12) with registers 1 byte
// apart, or 4 bytes with 32-bit accesses. It keeps the firmware's speed: its clock is not known.
void serial_chain_try_firmware(const char *name, const struct serial_registers *registers);

// Tries the port of a PC that the firmware's console goes to, at the speed that is said there: with a quick boot the
// firmware may not have set it. 0, or more than its clock allows: the speed it has.
void serial_chain_try_console(uint32_t number, uint32_t baud);

// Tries COM1 to COM4.
void serial_chain_try_pc(uint32_t baud);

// Claims the ports of the console's port, if it has any: no BAR may lie over them. RESULT_NO_MEMORY. Boot, before the
// functions are known.
MUST_USE enum result serial_chain_claim(void);

// Keeps a candidate that was not tried, for the report.
void serial_chain_refuse(const char *name, const char *reason);

// Does a serial port take what the console says?
bool serial_chain_is_console(void);

// Says in one log line where the console is and what was tried before. A port that lost the console has been told where
// it went.
void serial_chain_report(bool has_screen);

#endif
