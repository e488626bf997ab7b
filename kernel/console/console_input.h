// What is typed: for the line editor at the prompt; while a command runs, looked at for Ctrl-C and kept for later.
#ifndef KERNEL_CONSOLE_CONSOLE_INPUT_H
#define KERNEL_CONSOLE_CONSOLE_INPUT_H

#include "kernel/console/console.h"

enum { CONSOLE_INPUT_AHEAD = 4096 }; // bytes kept while a command runs; more are dropped, and the bell rings

// Where bytes come from (NULL: nowhere) and where "^C" and the bell go. Forgets what was kept.
void console_input_attach(struct output *echo, console_reader *reader);

// The next byte for the line editor: kept ones first, then as a console_reader. No command runs.
bool console_input_read(uint8_t *byte, uint64_t nanoseconds);

// A command begins, and ends; the end answers whether it was asked to stop. PASSIVE, boot CPU, as all of these.
void console_input_command_begin(void);
bool console_input_command_end(void);

// Takes in what was typed meanwhile, if a command runs; whatever the time, or once a millisecond at the most.
void console_input_look_now(void);
void console_input_look(void);

// Ctrl-C was typed and the command does not know yet: what it prints now is nothing that anybody wants to see.
bool console_input_is_muted(void);

#endif
