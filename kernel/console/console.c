// The console: reads lines, splits them into words, runs commands.

#include "kernel/console/console.h"
#include "kernel/console/console_input.h"
#include "kernel/console/console_line.h"
#include "kernel/console/console_pager.h"
#include "kernel/console/console_suggest.h"
#include "kernel/console/console_words.h"
#include "kernel/console/pager.h"
#include "kernel/console/progress.h"
#include "kernel/core/wait.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output_fold.h"
#include "kernel/lib/output_lines.h"

enum { CONSOLE_COLLECT = 32768 }; // the longest line that is not split: a JSON object with a count per CPU

#define CONSOLE_PROMPT "signalbox> "
#define CONSOLE_LOOK   WAIT_MILLISECONDS(1000)

static void console_show(struct output *self, const char *bytes, size_t length);
static bool console_show_binary(struct output *self, const void *bytes, size_t length);

static struct output *console_attached;
static struct output *console_screen_attached;
static uint32_t console_columns;
static uint32_t console_rows;
static struct output console_shown = {console_show, console_show_binary};
static struct output_lines console_lines;
static char console_collected[CONSOLE_COLLECT];
static struct console_line console_line;
static bool console_is_at_prompt;

// Polls the input at every line printed: a listing over a slow line stops without console_stop_asked().
static void console_show(struct output *self, const char *bytes, size_t length)
{
    console_input_look();
    console_input_wait_held();
    if (console_attached)
        pager_make_room(console_attached, bytes, length);
    if (!console_input_is_muted())
        console_pager_line(length);
    if (console_attached && !console_input_is_muted())
        console_attached->write(console_attached, bytes, length);
}

static bool console_show_binary(struct output *self, const void *bytes, size_t length)
{
    console_input_look();
    return console_attached && (console_input_is_muted() || output_binary(console_attached, bytes, length));
}

// "--json" may be any word after the name.
static void console_take_json(struct command_call *call)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < call->word_count; i++)
        if (i && strcmp(call->words[i], "--json") == 0)
            call->json = true;
        else
            call->words[kept++] = call->words[i];
    call->word_count = kept;
}

static enum result console_split(struct command_call *call, char *text)
{
    enum result result = console_words_split(text, call->words, CONSOLE_WORD_COUNT, &call->word_count);
    if (result == RESULT_INVALID)
        return command_fail(call, result, "a quote is not closed");
    if (result != RESULT_OK)
        return command_fail(call, result, "more than %u words", (unsigned)CONSOLE_WORD_COUNT);
    console_take_json(call);
    return RESULT_OK;
}

static enum result console_refuse_name(struct command_call *call)
{
    const struct command *meant = console_suggest(call->words[0]);

    return meant ? command_fail(call, RESULT_NOT_FOUND, "unknown command '%.40s', did you mean '%s'?", call->words[0],
                                meant->name)
                 : command_fail(call, RESULT_NOT_FOUND, "unknown command '%.40s', see help", call->words[0]);
}

// Each command folds into the output it was given: one may run others into an output of its own.
static enum result console_run_folded(struct command_call *call, const struct command *command)
{
    struct output *out = call->out;
    struct output_fold fold;

    output_fold_start(&fold, out);
    call->out = &fold.output;
    enum result result = command->run(call);
    output_fold_flush(&fold);
    call->out = out;
    return result;
}

// JSON and what `run=` prints is read by programs, which press no key.
static enum result console_run_words(struct command_call *call, bool is_paged)
{
    if (call->word_count == 0)
        return RESULT_OK;
    const struct command *command = command_find(call->words[0]);
    if (!command)
        return console_refuse_name(call);
    if (is_paged && console_is_at_prompt && !call->json)
        pager_begin(true);
    if (console_is_at_prompt && !call->json)
        progress_begin(command->name);
    return call->json || command->is_verbatim ? command->run(call) : console_run_folded(call, command);
}

// `text` is the command's own copy: its words point into it until its error is printed.
static enum result console_execute(struct command_call *call, char text[CONSOLE_LINE_LENGTH], const char *line,
                                   size_t length)
{
    if (length >= CONSOLE_LINE_LENGTH)
        return command_fail(call, RESULT_OUT_OF_BOUNDS, "a command has at most %u characters, this one has %u",
                            (unsigned)CONSOLE_LINE_LENGTH - 1, (unsigned)length);
    memcpy(text, line, length);
    text[length] = '\0';
    bool is_paged = console_words_take_pager(text);
    enum result result = console_split(call, text);
    return result == RESULT_OK ? console_run_words(call, is_paged) : result;
}

// The reason contains typed bytes: only printable ones may reach the terminal.
static void console_make_printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

// With --json a refusal is an object, too, where the command printed none: what it printed ends with its summary. The
// last line is the same in either case.
static void console_report(struct command_call *call, enum result result, bool has_objects)
{
    const char *reason = call->error[0] ? call->error : result_name(result);
    struct json json;

    console_make_printable(call->error);
    if (call->json && !has_objects) {
        json_line_begin(&json, call->out, "error");
        json_string(&json, "command", call->word_count ? call->words[0] : NULL);
        json_string(&json, "reason", reason);
        json_line_end(&json);
    }
    output_format(call->out, "error: %s\n", reason);
}

// The next command must not run when Ctrl-C was typed during one that never called console_stop_asked().
static enum result console_run(const char *line, size_t length, bool has_next)
{
    struct command_call call = {.out = &console_lines.output};
    char text[CONSOLE_LINE_LENGTH];
    uint32_t objects = json_line_total();

    console_input_command_begin();
    pager_begin(false);
    enum result result = console_execute(&call, text, line, length);
    progress_end();
    output_lines_finish(&console_lines);
    if (has_next)
        console_input_look_now();
    pager_begin(false);
    if (console_input_command_end())
        result = command_fail(&call, RESULT_STOPPED, "stopped");
    if (console_input_has_quit())
        return RESULT_OK;
    if (result != RESULT_OK)
        console_report(&call, result, json_line_total() != objects);
    return result;
}

enum result command_fail(struct command_call *call, enum result result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_text_list(call->error, sizeof(call->error), format, arguments);
    va_end(arguments);
    return result == RESULT_OK ? RESULT_FAILED : result;
}

const struct command *command_find(const char *name)
{
    for (const struct command *const *each = command_list; *each; each++)
        if (strcmp((*each)->name, name) == 0)
            return *each;
    return NULL;
}

void console_attach(struct output *out, console_reader *reader)
{
    console_attached = out;
    console_input_attach(out, reader);
    output_lines_start(&console_lines, &console_shown, console_collected, sizeof(console_collected));
}

struct output *console_output(void)
{
    return console_attached;
}

void console_attach_screen(struct output *screen, uint32_t columns, uint32_t rows)
{
    console_screen_attached = screen;
    console_columns = columns;
    console_rows = rows;
}

struct output *console_screen(void)
{
    return console_screen_attached;
}

uint32_t console_screen_columns(void)
{
    return console_columns;
}

uint32_t console_screen_rows(void)
{
    return console_rows;
}

enum result console_run_line(const char *line)
{
    return console_run(line, strlen(line), false);
}

enum result console_run_into(struct output *out, const char *line, char error[])
{
    struct command_call call = {.out = out};
    char text[CONSOLE_LINE_LENGTH];
    enum result result = console_execute(&call, text, line, strlen(line));

    console_make_printable(call.error);
    format_text(error, COMMAND_ERROR_LENGTH, "%s",
                call.error[0] || result == RESULT_OK ? call.error : result_name(result));
    return result;
}

// A typed command is echoed by the line editor; one of run= on the screen alone: scripts read the serial port.
static void console_echo(const char *line, size_t length)
{
    char text[CONSOLE_LINE_LENGTH + sizeof(CONSOLE_PROMPT)];
    struct output *screen = console_screen();

    while (length && *line == ' ') {
        line++;
        length--;
    }
    if (!length || !screen || console_is_at_prompt)
        return;
    format_text(text, sizeof(text), CONSOLE_PROMPT "%.*s\n", (int)length, line);
    screen->write(screen, text, strlen(text));
}

enum result console_run_script(const char *script, bool stop_on_error)
{
    enum result first_failure = RESULT_OK;
    for (;;) {
        size_t length = console_words_command_length(script);
        console_echo(script, length);
        enum result result = console_run(script, length, script[length] == ';');
        if (result == RESULT_STOPPED)
            return result;
        if (first_failure == RESULT_OK)
            first_failure = result;
        if (!script[length] || (stop_on_error && first_failure != RESULT_OK))
            return first_failure;
        script += length + 1;
    }
}

void console_loop(void)
{
    console_is_at_prompt = true;
    console_line_start(&console_line, &console_lines.output, CONSOLE_PROMPT);
    for (;;) {
        output_lines_flush(&console_lines);
        uint8_t byte;
        if (console_input_read(&byte, CONSOLE_LOOK) && console_line_feed(&console_line, byte)) {
            (void)console_run_script(console_line.text, false);
            console_line_next(&console_line);
        }
    }
}
