// Searches the history.

#include "kernel/console/console_search.h"
#include "kernel/lib/memory.h"

enum { SEARCH_AGAIN = 0x12, SEARCH_BACKSPACE = 0x08, SEARCH_RUBOUT = 0x7f };

void console_search_begin(struct console_search *search, const char *draft)
{
    *search = (struct console_search){.is_on = true};
    memcpy(search->draft, draft, strlen(draft) + 1);
}

// Looks for the text from step `back` on.
static bool search_from(struct console_search *search, const struct console_history *history, uint32_t back)
{
    uint32_t found = search->length ? console_history_find(history, search->text, back) : 0;

    if (found)
        search->back = found;
    return found != 0;
}

static bool search_extend(struct console_search *search, const struct console_history *history, char character)
{
    if (search->length + 1 == CONSOLE_SEARCH_TEXT)
        return false;
    search->text[search->length++] = character;
    search->text[search->length] = '\0';
    if (search_from(search, history, search->back ? search->back - 1 : 0))
        return true;
    search->text[--search->length] = '\0';
    return false;
}

bool console_search_takes(uint8_t byte)
{
    return (byte >= ' ' && byte <= SEARCH_RUBOUT) || byte == SEARCH_AGAIN || byte == SEARCH_BACKSPACE;
}

bool console_search_feed(struct console_search *search, const struct console_history *history, uint8_t byte)
{
    if (byte == SEARCH_AGAIN)
        return search_from(search, history, search->back);
    if (byte != SEARCH_BACKSPACE && byte != SEARCH_RUBOUT)
        return search_extend(search, history, (char)byte);
    if (search->length == 0)
        return false;
    search->text[--search->length] = '\0';
    search->back = 0;
    return search_from(search, history, 0) || search->length == 0;
}

const char *console_search_line(const struct console_search *search, const struct console_history *history)
{
    return search->back ? console_history_line(history, search->back) : search->draft;
}

void console_search_show(const struct console_search *search, const struct console_history *history,
                         char shown[CONSOLE_LINE_LENGTH])
{
    format_text(shown, CONSOLE_LINE_LENGTH, "search '%s': %s", search->text, console_search_line(search, history));
}
