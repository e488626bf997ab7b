// The console: reads lines, splits them into words, runs commands. Independent of devices: two hooks transfer the
// bytes.
#ifndef KERNEL_CONSOLE_CONSOLE_H
#define KERNEL_CONSOLE_CONSOLE_H

#include "kernel/inventory/device.h"
#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

enum { CONSOLE_LINE_LENGTH = 256, CONSOLE_WORD_COUNT = 16, COMMAND_ERROR_LENGTH = 160 };

// One run of a command. `words[0]` is its name; "--json" is removed and sets `json`.
struct command_call {
    struct output *out;
    uint32_t word_count;
    const char *words[CONSOLE_WORD_COUNT];
    bool json;
    char error[COMMAND_ERROR_LENGTH]; // set by command_fail()
};

struct command {
    const char *name;
    const char *usage;   // "fire BDF N [COUNT]", by the grammar of kernel/console/console_usage.h: Tab completes by it
    const char *summary; // one line, a sentence without full stop
    enum result (*run)(struct command_call *call);
    // The values of a capital word (NAME) in the usage, by index; NULL past the last.
    const char *(*names)(uint32_t index);
    // What `help NAME` prints about each word of the usage: lines "WORD\tmeaning\n"; NULL: nothing.
    const char *options;
    const char *examples; // lines to type, valid on the machine of `make run`
    bool is_verbatim;     // its lines are for programs with or without --json: not folded at the terminal's width
};

// All commands in the order `help` prints; the last entry is NULL: kernel/commands/commands.c.
extern const struct command *const command_list[];

// NULL when no command has that name.
const struct command *command_find(const char *name);

// Sets REASON of the last line "error: REASON" and returns `result` (never RESULT_OK).
MUST_USE enum result command_fail(struct command_call *call, enum result result, const char *format, ...)
    PRINTF_LIKE(3, 4);

// Checks the number of words after the name; on failure the error is the command's usage.
MUST_USE enum result command_expect(struct command_call *call, uint32_t minimum, uint32_t maximum);

// Arguments: decimal or 0x. On failure the error is set in `call`. `position` counts from 1.
MUST_USE enum result command_number(struct command_call *call, uint32_t position, uint64_t *value);
struct device;
MUST_USE enum result command_device(struct command_call *call, uint32_t position, struct device **device);
struct message;
// A device and its message: words `position` and `position + 1`.
MUST_USE enum result command_message(struct command_call *call, uint32_t position, struct message **message);

// True if Ctrl-C was typed during this command. The command must then restore what it changed, print its results so
// far, and return command_fail(call, RESULT_STOPPED, "stopped"). Every loop that may take over a second must call this
// in each round; it costs a clock reading, and a poll of the input once a millisecond. False when no command runs.
// PASSIVE, boot CPU. A command that only prints need not call it: after Ctrl-C its output is discarded, and the console
// ends it with an error.
bool console_stop_asked(void);

// Waits. Ends early, and returns true, when console_stop_asked() does.
bool console_pause(uint64_t nanoseconds);

// Reads one byte. Waits at most `nanoseconds`; false when none came.
typedef bool console_reader(uint8_t *byte, uint64_t nanoseconds);

void console_attach(struct output *out, console_reader *reader);
struct output *console_output(void);

// The screen alone, beside what the console's output shows on it: takes the control sequences of
// drivers/screen/text_screen.h. console_screen() is NULL where there is none. PASSIVE.
void console_attach_screen(struct output *screen, uint32_t columns, uint32_t rows);
struct output *console_screen(void);
uint32_t console_screen_columns(void);
uint32_t console_screen_rows(void);

// Runs one line; RESULT_OK for an empty one. A failing command has printed its error line. RESULT_STOPPED if Ctrl-C was
// typed before the command ended, whatever the command returned.
enum result console_run_line(const char *line);

// Runs "a; b; c", from the prompt or the command line. Before the prompt each command is shown on the screen. With
// stop_on_error the first failure ends the run; Ctrl-C always does, also after a command that never called
// console_stop_asked(). Returns RESULT_STOPPED then, else the first failure or RESULT_OK.
enum result console_run_script(const char *script, bool stop_on_error);

// Runs one command for another, into its output, without the line "error: ": `error` (of
// COMMAND_ERROR_LENGTH) gets the reason. The line has at most CONSOLE_LINE_LENGTH - 1 characters.
MUST_USE enum result console_run_into(struct output *out, const char *line, char error[]);

// The prompt; does not return. PASSIVE, boot CPU.
_Noreturn void console_loop(void);

#endif
