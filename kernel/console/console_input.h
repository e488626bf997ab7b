// Console input: passed to the line editor at the prompt; during a command searched for Ctrl-C and kept.
#ifndef KERNEL_CONSOLE_CONSOLE_INPUT_H
#define KERNEL_CONSOLE_CONSOLE_INPUT_H

#include "kernel/console/console.h"

enum { CONSOLE_INPUT_AHEAD = 4096 }; // bytes kept while a command runs; more are dropped, and the bell rings

// Sets the source of bytes (NULL: none) and the output for "^C" and the bell. Discards kept bytes.
void console_input_attach(struct output *echo, console_reader *reader);

// The next byte for the line editor: kept ones first, then as a console_reader. Only while no command runs.
bool console_input_read(uint8_t *byte, uint64_t nanoseconds);

// Begin and end of a command; the end returns whether Ctrl-C was typed. PASSIVE, boot CPU, as all of these.
void console_input_command_begin(void);
bool console_input_command_end(void);

// True between the two.
bool console_input_is_running(void);

// Polls the input while a command runs: at once, or at most once a millisecond.
void console_input_look_now(void);
void console_input_look(void);

// Waits for a byte, at most `nanoseconds`, and drops it; Ctrl-C is obeyed.
void console_input_wait(uint64_t nanoseconds);

// Ctrl-C was typed and the command has not been told yet: its output is discarded.
bool console_input_is_muted(void);

#endif
