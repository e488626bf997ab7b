// The ink of a console line, by its first words.

#include "drivers/screen/text_ink.h"
#include "kernel/lib/memory.h"

// A word that begins a line, or a log line's text (kernel/console/CONTRACT.md).
static const struct {
    const char *word;
    uint8_t word_ink;
    uint8_t rest_ink;
} words[] = {
    {"error: ", TEXT_INK_BAD, TEXT_INK_BAD},
    {"panic: ", TEXT_INK_BAD, TEXT_INK_BAD},
    {"warning: ", TEXT_INK_WARNING, TEXT_INK_WARNING},
    {"FAIL ", TEXT_INK_BAD, TEXT_INK_BAD},
    {"FAILED: ", TEXT_INK_BAD, TEXT_INK_BAD},
    {"skip ", TEXT_INK_DIM, TEXT_INK_DIM},
    {"ok ", TEXT_INK_GOOD, TEXT_INK_PLAIN},
    {"PASSED: ", TEXT_INK_GOOD, TEXT_INK_GOOD},
};

// "[   1.234567] " or "[   1.234567 cpu 3] "; 0: no log line.
static uint32_t time_length(const char *line, size_t length)
{
    size_t end = 1;

    if (length == 0 || line[0] != '[')
        return 0;
    while (end < length && line[end] != ']')
        end++;
    return end + 1 < length && line[end + 1] == ' ' ? (uint32_t)end + 2 : 0;
}

struct text_ink text_ink_of(const char *line, size_t length)
{
    struct text_ink ink = {time_length(line, length), TEXT_INK_DIM, TEXT_INK_PLAIN};
    const char *text = line + ink.prefix_length;
    size_t left = length - ink.prefix_length;

    for (uint32_t i = 0; i < ARRAY_COUNT(words); i++) {
        size_t word_length = strlen(words[i].word);
        if (left < word_length || memcmp(text, words[i].word, word_length) != 0)
            continue;
        ink.rest = words[i].rest_ink;
        if (ink.prefix_length == 0) {
            ink.prefix_length = (uint32_t)word_length;
            ink.prefix = words[i].word_ink;
        }
        break;
    }
    return ink;
}
