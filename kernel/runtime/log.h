// The log ring: every line is kept with time and CPU; the console shows those at or below the chosen level.
#ifndef KERNEL_RUNTIME_LOG_H
#define KERNEL_RUNTIME_LOG_H

#include "kernel/lib/output.h"

enum log_level { LOG_ERROR = 0, LOG_WARNING = 1, LOG_INFO = 2, LOG_DEBUG = 3 };

enum { LOG_TEXT_LENGTH = 240 }; // a longer line is cut, "..." at its end

// One line, without its newline. Never begins with '{' on the console: lines are printed "[   1.234567] text", with
// "error: " or "warning: " before the text of such; bytes that are no printable ASCII read '?'. Any IRQL: the ring is
// written under a lock with interrupts off; the console is written by the caller, or by the CPU that already writes it,
// so that lines keep their order and do not mix.
RARE void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)

// Sets the output and the highest level shown. NULL output: lines are kept in the ring only, and shown by the next call
// with an output.
void log_show(struct output *console, enum log_level highest);

// Writes the ring's lines of a level up to `highest`, oldest first, after a line with the number of overwritten ones,
// if any.
void log_replay(struct output *out, enum log_level highest);

// Replays at most the newest `lines` lines without taking the lock: for panic, when the lock's holder may be stopped.
void log_replay_unlocked(struct output *out, uint32_t lines);

// Lines of a level since start-up; the self-test checks for no errors.
uint32_t log_total(enum log_level level);

#endif
