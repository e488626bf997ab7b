// Console input: passed to the line editor at the prompt; during a command searched for Ctrl-C and kept.
#ifndef KERNEL_CONSOLE_CONSOLE_INPUT_H
#define KERNEL_CONSOLE_CONSOLE_INPUT_H

#include "kernel/console/console.h"

enum { CONSOLE_INPUT_AHEAD = 4096 }; // bytes kept while a command runs; more are dropped, and the bell rings

#define CONSOLE_INPUT_HELD UINT64_C(600000000000) // nanoseconds that Ctrl-S holds at most: it may be noise of the line

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

// Ctrl-C was typed and the command has not been told yet, or console_input_quit() was called: output is discarded.
bool console_input_is_muted(void);

// The next key typed while the command runs, kept ones left out; 0 when Ctrl-C is typed instead. Waits for it as long
// as a person takes.
uint8_t console_input_key(void);

// The person has seen enough: the rest of the output is discarded, the command is asked to stop, and its end is no
// error.
void console_input_quit(void);
bool console_input_has_quit(void);

// Waits while Ctrl-S holds the output: until Ctrl-Q, Ctrl-C, or the bound.
void console_input_wait_held(void);

#endif
