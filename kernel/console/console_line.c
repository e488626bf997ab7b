// The line editor: bytes in, echo out, a whole line at the end. Draws with backspaces and blanks only, which every
// terminal supports.

#include "kernel/console/console_line.h"
#include "kernel/lib/memory.h"

#define CONTROL(letter) ((letter) - '@')

enum { CONSOLE_LINE_RUBOUT = 0x7f, CONSOLE_LINE_PARAMETER_LIMIT = 100 };

static void console_line_print(struct console_line *line, const char *text)
{
    line->out->write(line->out, text, strlen(text));
}

static void console_line_repeat(struct console_line *line, char character, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        line->out->write(line->out, &character, 1);
}

static void console_line_bell(struct console_line *line)
{
    console_line_print(line, "\a");
}

static void console_line_drop(struct console_line *line)
{
    console_line_bell(line);
    line->dropped++;
}

// Moves the cursor; to the right by printing the characters passed.
static void console_line_move(struct console_line *line, uint32_t cursor)
{
    if (cursor < line->cursor)
        console_line_repeat(line, '\b', line->cursor - cursor);
    else
        line->out->write(line->out, line->text + line->cursor, cursor - line->cursor);
    line->cursor = cursor;
}

// Prints from the cursor on, blanks over `stale` characters of the old text, and returns to the cursor.
static void console_line_redraw(struct console_line *line, uint32_t stale)
{
    console_line_print(line, line->text + line->cursor);
    console_line_repeat(line, ' ', stale);
    console_line_repeat(line, '\b', line->length - line->cursor + stale);
}

static void console_line_insert(struct console_line *line, char character)
{
    if (line->length == CONSOLE_LINE_LENGTH - 1) {
        console_line_drop(line);
        return;
    }
    char *at = line->text + line->cursor;
    memmove(at + 1, at, line->length - line->cursor + 1);
    *at = character;
    line->length++;
    console_line_move(line, line->cursor + 1);
    if (line->cursor < line->length)
        console_line_redraw(line, 0);
}

static void console_line_delete(struct console_line *line)
{
    if (line->cursor == line->length) {
        console_line_bell(line);
        return;
    }
    char *at = line->text + line->cursor;
    memmove(at, at + 1, line->length - line->cursor);
    line->length--;
    console_line_redraw(line, 1);
}

static void console_line_backspace(struct console_line *line)
{
    if (line->cursor == 0) {
        console_line_bell(line);
        return;
    }
    console_line_move(line, line->cursor - 1);
    console_line_delete(line);
}

static void console_line_step(struct console_line *line, bool right)
{
    if (line->cursor == (right ? line->length : 0)) {
        console_line_bell(line);
        return;
    }
    console_line_move(line, right ? line->cursor + 1 : line->cursor - 1);
}

// Replaces the line by another text, cursor at its end. NULL: no change.
static void console_line_replace(struct console_line *line, const char *text)
{
    if (!text) {
        console_line_bell(line);
        return;
    }
    uint32_t old_length = line->length;
    console_line_move(line, 0);
    line->length = (uint32_t)strlen(text);
    memcpy(line->text, text, line->length + 1);
    console_line_redraw(line, old_length > line->length ? old_length - line->length : 0);
    console_line_move(line, line->length);
}

// Prints the prompt and the line again at the terminal's position.
static void console_line_repaint(struct console_line *line)
{
    uint32_t cursor = line->cursor;
    console_line_print(line, line->prompt);
    line->cursor = 0;
    console_line_move(line, line->length);
    console_line_move(line, cursor);
}

static void console_line_browse(struct console_line *line, bool older)
{
    console_line_replace(line, older ? console_history_older(&line->history, line->text)
                                     : console_history_newer(&line->history));
}

static void console_line_clear_screen(struct console_line *line)
{
    console_line_print(line, "\033[H\033[2J");
    console_line_repaint(line);
}

// Deletes the characters between `from` and the cursor.
static void console_line_cut(struct console_line *line, uint32_t from)
{
    uint32_t length = line->cursor - from;
    console_line_move(line, from);
    memmove(line->text + from, line->text + from + length, line->length - from - length + 1);
    line->length -= length;
    console_line_redraw(line, length);
}

// The beginning of the word before the cursor.
static uint32_t console_line_word_start(const struct console_line *line)
{
    uint32_t from = line->cursor;
    while (from && line->text[from - 1] == ' ')
        from--;
    while (from && line->text[from - 1] != ' ')
        from--;
    return from;
}

// To the beginning of a word, or behind its end.
static void console_line_jump_word(struct console_line *line, bool right)
{
    uint32_t to = right ? line->cursor : console_line_word_start(line);
    while (right && line->text[to] == ' ')
        to++;
    while (right && line->text[to] && line->text[to] != ' ')
        to++;
    console_line_move(line, to);
}

static void console_line_cut_rest(struct console_line *line)
{
    uint32_t cursor = line->cursor;
    console_line_move(line, line->length);
    console_line_cut(line, cursor);
}

// A single completion is inserted; of several the common part, and a second Tab lists them.
static void console_line_tab(struct console_line *line)
{
    static struct console_completion completion;
    bool is_second = line->after_tab;
    console_complete(line->text, line->cursor, &completion);
    for (const char *each = completion.insert; *each; each++)
        console_line_insert(line, *each);
    if (completion.is_whole && line->text[line->cursor] != ' ')
        console_line_insert(line, ' ');
    line->after_tab = completion.count > 1 && !completion.insert[0];
    if (completion.is_whole || completion.insert[0])
        return;
    if (!is_second || completion.count < 2) {
        console_line_bell(line);
        return;
    }
    console_line_print(line, "\n");
    console_complete_list(line->text, line->cursor, line->out);
    console_line_repaint(line);
}

static void console_line_cancel(struct console_line *line)
{
    console_line_print(line, "^C\n");
    line->history.back = 0;
    console_line_next(line);
}

static bool console_line_finish(struct console_line *line)
{
    console_line_print(line, "\n");
    console_history_add(&line->history, line->text);
    if (!line->dropped)
        return true;
    output_format(line->out, "error: not run: %u bytes were dropped, a line is at most %u characters of ASCII\n",
                  line->dropped, (unsigned)CONSOLE_LINE_LENGTH - 1);
    console_line_next(line);
    return false;
}

// Scrolls the screen's view; a terminal at the serial port scrolls by itself.
static void console_line_scroll(struct console_line *line, bool back)
{
    struct output *screen = console_screen();
    if (screen)
        screen->write(screen, back ? "\033[T" : "\033[S", 3);
    else
        console_line_bell(line);
}

// The last byte of ESC [ n x or ESC O x (ECMA-48 cursor keys, VT220 editing keys).
static void console_line_sequence_end(struct console_line *line, uint8_t byte)
{
    switch (byte) {
    case 'A':
    case 'B':
        console_line_browse(line, byte == 'A');
        break;
    case 'C':
    case 'D':
        console_line_step(line, byte == 'C');
        break;
    case 'H':
    case 'F':
        console_line_move(line, byte == 'H' ? 0 : line->length);
        break;
    case '~':
        if (line->parameter == 3)
            console_line_delete(line);
        else if (line->parameter == 1 || line->parameter == 7)
            console_line_move(line, 0);
        else if (line->parameter == 4 || line->parameter == 8)
            console_line_move(line, line->length);
        else if (line->parameter == 5 || line->parameter == 6)
            console_line_scroll(line, line->parameter == 5);
        break;
    default:
        break;
    }
}

static void console_line_sequence(struct console_line *line, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        if (!line->parameter_done && line->parameter < CONSOLE_LINE_PARAMETER_LIMIT)
            line->parameter = line->parameter * 10 + byte - '0';
    } else if (byte < '@') {
        line->parameter_done = true;
    } else {
        line->state = CONSOLE_LINE_PLAIN;
        console_line_sequence_end(line, byte);
    }
}

static void console_line_escape(struct console_line *line, uint8_t byte)
{
    line->state = byte == '[' || byte == 'O' ? CONSOLE_LINE_SEQUENCE : CONSOLE_LINE_PLAIN;
    if (byte == 'b' || byte == 'f')
        console_line_jump_word(line, byte == 'f');
    line->parameter = 0;
    line->parameter_done = false;
}

static void console_line_search_show(struct console_line *line)
{
    char shown[CONSOLE_LINE_LENGTH];
    console_search_show(&line->search, &line->history, shown);
    console_line_replace(line, shown);
}

// False: the byte ended the search, and acts on the line that is there now. Ctrl-G takes back the line before.
static bool console_line_search_feed(struct console_line *line, uint8_t byte)
{
    if (console_search_takes(byte)) {
        if (console_search_feed(&line->search, &line->history, byte))
            console_line_search_show(line);
        else
            console_line_bell(line);
        return true;
    }
    line->search.is_on = false;
    console_line_replace(line, byte == CONTROL('G') ? line->search.draft
                                                    : console_search_line(&line->search, &line->history));
    return false;
}

static void console_line_control(struct console_line *line, uint8_t byte)
{
    switch (byte) {
    case CONTROL('A'):
    case CONTROL('E'):
        console_line_move(line, byte == CONTROL('A') ? 0 : line->length);
        break;
    case CONTROL('C'):
        console_line_cancel(line);
        break;
    case CONTROL('D'):
        console_line_delete(line);
        break;
    case CONTROL('H'):
    case CONSOLE_LINE_RUBOUT:
        console_line_backspace(line);
        break;
    case CONTROL('I'):
        console_line_tab(line);
        break;
    case CONTROL('K'):
        console_line_cut_rest(line);
        break;
    case CONTROL('L'):
        console_line_clear_screen(line);
        break;
    case CONTROL('N'):
    case CONTROL('P'):
        console_line_browse(line, byte == CONTROL('P'));
        break;
    case CONTROL('R'):
        console_search_begin(&line->search, line->text);
        console_line_search_show(line);
        break;
    case CONTROL('U'):
        console_line_replace(line, "");
        line->dropped = 0;
        break;
    case CONTROL('W'):
        console_line_cut(line, console_line_word_start(line));
        break;
    case CONTROL('['):
        line->state = CONSOLE_LINE_ESCAPE;
        break;
    default:
        break;
    }
}

static void console_line_other(struct console_line *line, uint8_t byte)
{
    if (byte < ' ' || byte >= CONSOLE_LINE_RUBOUT) {
        // A control byte ends an incomplete sequence, so that Enter and Ctrl-C always work.
        line->state = CONSOLE_LINE_PLAIN;
        if (byte > CONSOLE_LINE_RUBOUT)
            console_line_drop(line);
        else
            console_line_control(line, byte);
    } else if (line->state == CONSOLE_LINE_ESCAPE) {
        console_line_escape(line, byte);
    } else if (line->state == CONSOLE_LINE_SEQUENCE) {
        console_line_sequence(line, byte);
    } else {
        console_line_insert(line, (char)byte);
    }
}

void console_line_start(struct console_line *line, struct output *out, const char *prompt)
{
    memset(line, 0, sizeof(*line));
    line->out = out;
    line->prompt = prompt;
    console_line_next(line);
}

bool console_line_feed(struct console_line *line, uint8_t byte)
{
    bool second_half = byte == '\n' && line->after_return;
    line->after_return = byte == '\r';
    line->after_tab = line->after_tab && byte == '\t';
    if (second_half || (line->search.is_on && console_line_search_feed(line, byte)))
        return false;
    if (byte == '\r' || byte == '\n') {
        line->state = CONSOLE_LINE_PLAIN;
        return console_line_finish(line);
    }
    console_line_other(line, byte);
    return false;
}

void console_line_next(struct console_line *line)
{
    line->text[0] = '\0';
    line->length = 0;
    line->cursor = 0;
    line->dropped = 0;
    console_line_print(line, line->prompt);
}
