// Splits scripts and commands.

#include "kernel/console/console_words.h"
#include "kernel/lib/memory.h"

static bool console_words_is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

// Copies the word at *from to *to without its quotes and advances both. False: a quote is not closed.
static bool console_words_copy(char **from, char **to)
{
    bool quoted = false;
    while (**from && (quoted || !console_words_is_blank(**from))) {
        if (**from == '"')
            quoted = !quoted;
        else
            *(*to)++ = **from;
        (*from)++;
    }
    return !quoted;
}

enum result console_words_split(char *text, const char **words, uint32_t capacity, uint32_t *count)
{
    char *from = text;
    char *to = text;
    uint32_t found = 0;
    *count = 0;
    for (;;) {
        while (console_words_is_blank(*from))
            from++;
        if (!*from || *from == '#') {
            *count = found;
            return RESULT_OK;
        }
        if (found == capacity)
            return RESULT_OUT_OF_BOUNDS;
        words[found++] = to;
        if (!console_words_copy(&from, &to))
            return RESULT_INVALID;
        // Step over the blank first: the end of this word may overwrite it.
        if (*from)
            from++;
        *to++ = '\0';
    }
}

// The length of the first command; *commented: it ends in a comment.
static size_t command_scan(const char *script, bool *commented)
{
    bool quoted = false;
    size_t length = 0;
    *commented = false;
    while (script[length] && (quoted || *commented || script[length] != ';')) {
        bool begins_word = length == 0 || console_words_is_blank(script[length - 1]);
        *commented |= script[length] == '#' && begins_word && !quoted;
        quoted ^= script[length] == '"' && !*commented;
        length++;
    }
    return length;
}

size_t console_words_command_length(const char *script)
{
    bool commented;
    return command_scan(script, &commented);
}

bool console_words_has_comment(const char *script)
{
    bool commented;
    (void)command_scan(script, &commented);
    return commented;
}

bool console_words_take_pager(char *text)
{
    static const char word[] = "more";
    size_t end = strlen(text);

    while (end > 0 && console_words_is_blank(text[end - 1]))
        end--;
    if (end < strlen(word) || strncmp(text + end - strlen(word), word, strlen(word)) != 0)
        return false;
    end -= strlen(word);
    while (end > 0 && console_words_is_blank(text[end - 1]))
        end--;
    if (end == 0 || text[end - 1] != '|')
        return false;
    text[end - 1] = '\0';
    return true;
}
