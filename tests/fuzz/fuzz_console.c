// Any bytes typed at the console: the line editor keeps its bounds, what it completes and lists has its bounds as well,
// every line it ends splits without harm.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console_line.h"
#include "kernel/console/console_words.h"
#include "tests/fakes/routed_device.h"
#include <stdlib.h>
#include <string.h>

static struct console_line line;

static void swallow(struct output *self, const char *bytes, size_t length)
{
    // The sanitizer sees a range that is not readable.
    for (volatile size_t i = 0; i < length; i++)
        (void)*(volatile const char *)(bytes + i);
}

static void check_line(void)
{
    if (line.length >= CONSOLE_LINE_LENGTH || line.cursor > line.length || strlen(line.text) != line.length)
        abort();
}

static void check_words(const char *typed)
{
    char text[CONSOLE_LINE_LENGTH];
    const char *words[CONSOLE_WORD_COUNT];
    uint32_t count;
    size_t length = strlen(typed);

    if (console_words_command_length(typed) > length)
        abort();
    memcpy(text, typed, length + 1);
    if (console_words_split(text, words, CONSOLE_WORD_COUNT, &count) != RESULT_OK && count)
        abort();
    for (uint32_t i = 0; i < count; i++)
        if (words[i] < text || words[i] + strlen(words[i]) > text + length)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct output output = {swallow};
    static bool is_started;

    if (!is_started)
        routed_device_start();
    is_started = true;
    console_line_start(&line, &output, "> ");
    for (size_t i = 0; i < length; i++) {
        bool is_whole = console_line_feed(&line, bytes[i]);
        check_line();
        if (!is_whole)
            continue;
        check_words(line.text);
        console_line_next(&line);
    }
    return 0;
}
