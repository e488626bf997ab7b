// Scan codes of a PS/2 keyboard, sets 1 and 2 (IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary
// Device Controller"; Microsoft Keyboard Scan Code Specification 1.3a). Pure.
#ifndef DRIVERS_INPUT_PS2_DECODER_H
#define DRIVERS_INPUT_PS2_DECODER_H

#include "kernel/keyboard/keyboard.h"

// The controller translates set 2, which keyboards speak, to set 1 unless it is told not to or cannot.
enum ps2_set { PS2_SET_1, PS2_SET_2 };

struct ps2_decoder {
    enum ps2_set set;
    bool is_extended; // after 0xe0
    bool is_release;  // after 0xf0, set 2
    uint8_t skip;     // codes of the Pause key still to come
};

void ps2_decoder_start(struct ps2_decoder *decoder, enum ps2_set set);

// Takes one byte. True: it ended a code, and *event is what it means. Codes without meaning, answers to commands and
// overruns are swallowed; whatever comes, the byte after is decoded afresh once a code has ended. Any IRQL.
bool ps2_decode(struct ps2_decoder *decoder, uint8_t byte, struct key_event *event);

#endif
