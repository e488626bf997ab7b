// Text on the linear framebuffer that the firmware leaves behind (UEFI GOP): the console's mirror on the screen, in the
// largest font that leaves room for the longest lines (drivers/screen/font_choice.h).
#ifndef DRIVERS_SCREEN_FRAMEBUFFER_CONSOLE_H
#define DRIVERS_SCREEN_FRAMEBUFFER_CONSOLE_H

#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

// 32 bits a pixel.
struct framebuffer_mode {
    struct physical base;
    uint64_t size; // bytes
    uint32_t width;
    uint32_t height;
    uint32_t pixels_per_line;
    bool blue_first; // blue in byte 0, red in byte 2; otherwise the other way round
};

// Clears the screen and makes it ready. RESULT_INVALID: a mode that does not fit its memory or holds no text;
// RESULT_NO_MEMORY; both logged. Boot CPU, PASSIVE, when the heap and device mappings work.
MUST_USE enum result framebuffer_console_open(const struct framebuffer_mode *mode);

// Takes text and the control sequences of drivers/screen/text_screen.h. Output before the open is dropped. Any IRQL,
// one writer at a time.
struct output *framebuffer_console_output(void);

// Characters in a row, rows; 0 before the open.
uint32_t framebuffer_console_columns(void);
uint32_t framebuffer_console_rows(void);

#endif
