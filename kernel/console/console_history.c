// A ring of the lines typed before.

#include "kernel/console/console_history.h"
#include "kernel/lib/memory.h"

static char *console_history_slot(struct console_history *history, uint32_t back)
{
    return history->lines[(history->added - back) % CONSOLE_HISTORY_LINES];
}

static bool line_has(const char *line, const char *text)
{
    for (; *line; line++)
        if (strncmp(line, text, strlen(text)) == 0)
            return true;
    return false;
}

const char *console_history_line(const struct console_history *history, uint32_t back)
{
    return history->lines[(history->added - back) % CONSOLE_HISTORY_LINES];
}

uint32_t console_history_find(const struct console_history *history, const char *text, uint32_t back)
{
    while (back < history->added && back < CONSOLE_HISTORY_LINES)
        if (line_has(console_history_line(history, ++back), text))
            return back;
    return 0;
}

void console_history_add(struct console_history *history, const char *line)
{
    history->back = 0;
    if (!*line || (history->added && strcmp(console_history_slot(history, 1), line) == 0))
        return;
    memcpy(console_history_slot(history, 0), line, strlen(line) + 1);
    history->added++;
}

const char *console_history_older(struct console_history *history, const char *draft)
{
    if (history->back == history->added || history->back == CONSOLE_HISTORY_LINES)
        return NULL;
    if (history->back == 0)
        memcpy(history->draft, draft, strlen(draft) + 1);
    history->back++;
    return console_history_slot(history, history->back);
}

const char *console_history_newer(struct console_history *history)
{
    if (history->back == 0)
        return NULL;
    history->back--;
    return history->back == 0 ? history->draft : console_history_slot(history, history->back);
}
