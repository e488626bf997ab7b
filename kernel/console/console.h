// The console: reads lines, splits them into words, runs commands. Knows no device: bytes come and go by its two hooks.
#ifndef KERNEL_CONSOLE_CONSOLE_H
#define KERNEL_CONSOLE_CONSOLE_H

#include "kernel/inventory/device.h"
#include "kernel/lib/output.h"
#include "kernel/lib/result.h"

enum { CONSOLE_LINE_LENGTH = 256, CONSOLE_WORD_COUNT = 16 };

// One run of a command. `words[0]` is its name; "--json" is taken out and stands in `json`.
struct command_call {
    struct output *out;
    uint32_t word_count;
    const char *words[CONSOLE_WORD_COUNT];
    bool json;
    char error[160]; // set by command_fail()
};

struct command {
    const char *name;
    const char *usage;   // "fire BDF N [COUNT]", by the grammar of kernel/console/console_usage.h: Tab completes by it
    const char *summary; // one line, a sentence without full stop
    enum result (*run)(struct command_call *call);
    // What the usage's own capital word (NAME) stands for, one after the other; NULL behind the last one.
    const char *(*names)(uint32_t index);
    // What `help NAME` says of each word of the usage: lines "WORD\tmeaning\n"; NULL when there is none.
    const char *options;
    const char *examples; // lines to type as they stand, on the machine that `make run` starts
};

// The list of commands, ended by a NULL, in the order `help` prints: kernel/commands/commands.c.
extern const struct command *const command_list[];

// NULL when no command has that name.
const struct command *command_find(const char *name);

// Sets the reason the console prints as the last line "error: REASON" and answers `result` (never RESULT_OK).
MUST_USE enum result command_fail(struct command_call *call, enum result result, const char *format, ...)
    PRINTF_LIKE(3, 4);

// The number of words after the name; the error is the command's usage.
MUST_USE enum result command_expect(struct command_call *call, uint32_t minimum, uint32_t maximum);

// Arguments: decimal or 0x. The error is already set in `call` when they fail. `position` counts from 1.
MUST_USE enum result command_number(struct command_call *call, uint32_t position, uint64_t *value);
struct device;
MUST_USE enum result command_device(struct command_call *call, uint32_t position, struct device **device);
struct message;
// A device and its message: words `position` and `position + 1`.
MUST_USE enum result command_message(struct command_call *call, uint32_t position, struct message **message);

// Was Ctrl-C typed while this command runs? Then it puts back what it changed, prints what it has, and answers
// command_fail(call, RESULT_STOPPED, "stopped"). Every loop that may last longer than a second asks in each round: a
// look at the clock, and at what was typed once a millisecond. False when no command runs. PASSIVE, boot CPU.
// A command that only prints need not ask: from Ctrl-C on its output goes nowhere, and the console ends it in error.
bool console_stop_asked(void);

// Lets time pass while nothing else is to do. Ends early, and answers true, when console_stop_asked() does.
bool console_pause(uint64_t nanoseconds);

// Reads one byte if there is one. Waits at most `nanoseconds`; false when none came.
typedef bool console_reader(uint8_t *byte, uint64_t nanoseconds);

void console_attach(struct output *out, console_reader *reader);
struct output *console_output(void);

// Runs one line. An empty one is RESULT_OK. A failing command has printed its error line. RESULT_STOPPED whenever
// Ctrl-C was typed in time, whatever the command answered.
enum result console_run_line(const char *line);

// Runs "a; b; c", typed or from the command line, echoing nothing. With stop_on_error the first failure ends the run;
// Ctrl-C ends it in any case, also when typed while a command ran that did not ask. Answers RESULT_STOPPED then, else
// the first failure or OK.
enum result console_run_script(const char *script, bool stop_on_error);

// The prompt, for ever. PASSIVE, boot CPU.
_Noreturn void console_loop(void);

#endif
