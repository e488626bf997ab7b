// Splits a script into commands and a command into words. Pure; accepts any bytes.
#ifndef KERNEL_CONSOLE_CONSOLE_WORDS_H
#define KERNEL_CONSOLE_CONSOLE_WORDS_H

#include "kernel/lib/result.h"

// Splits `text` in place at blanks; double quotes protect blanks and are removed. `words` point into `text`. A word
// that begins with '#' begins a comment, which ends the words. RESULT_INVALID: a quote is not closed.
// RESULT_OUT_OF_BOUNDS: more than `capacity` words. *count is then 0.
MUST_USE enum result console_words_split(char *text, const char **words, uint32_t capacity, uint32_t *count);

// The length of a script's first command: up to a ';' outside quotes and comments, or to the end.
size_t console_words_command_length(const char *script);

// Does the first command of a script end in a comment?
bool console_words_has_comment(const char *script);

// Takes "| more" off the end of a command. True: it was there.
bool console_words_take_pager(char *text);

#endif
