// Walks the grammar of a usage line.

#include "kernel/console/console_usage.h"
#include "kernel/console/console.h"
#include "kernel/lib/memory.h"

enum { USAGE_LENGTH = 256 }; // longer usages are cut off

// A position in the usage. Two ways may reach the same one; it is visited once.
struct usage_walk {
    const char *usage;
    const char *const *words;
    uint32_t count;
    console_usage_visitor *visit;
    void *context;
    uint64_t visited[USAGE_LENGTH / 64];
};

static bool ends_word(char character)
{
    return character == '\0' || character == ' ' || character == '[' || character == ']';
}

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (!ends_word(at[length]))
        length++;
    return length;
}

static size_t choice_length(const char *choice, const char *end)
{
    size_t length = 0;

    while (choice + length < end && choice[length] != '|')
        length++;
    return length;
}

// Length with its '='; 0: not an option.
static size_t option_length(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (word[i] == '=')
            return i + 1;
    return 0;
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// A number (N, CPU) begins with a digit; any word matches any other placeholder.
static bool choice_takes(const char *choice, size_t length, const char *word)
{
    if (!console_usage_is_placeholder(choice, length))
        return strlen(word) == length && strncmp(choice, word, length) == 0;
    bool is_number = length == 1 || (length == 3 && strncmp(choice, "CPU", 3) == 0);
    return !is_number || is_digit(word[0]);
}

static bool word_takes(const char *at, size_t length, const char *typed)
{
    const char *end = at + length;

    for (const char *choice = at; choice < end; choice += choice_length(choice, end) + 1)
        if (choice_takes(choice, choice_length(choice, end), typed))
            return true;
    return false;
}

static void word_visit(struct usage_walk *walk, const char *at, size_t length)
{
    const char *end = at + length;
    size_t place = (size_t)(at - walk->usage);

    if (place >= USAGE_LENGTH || walk->visited[place / 64] & BIT(place % 64))
        return;
    walk->visited[place / 64] |= BIT(place % 64);
    for (const char *choice = at; choice < end; choice += choice_length(choice, end) + 1)
        walk->visit(walk->context, choice, choice_length(choice, end), end);
}

// A '|' between blanks.
static bool is_other_way(const char *at)
{
    return *at == '|' && ends_word(at[1]);
}

// The position after the ']' that matches the '[' at `at`.
static const char *group_end(const char *at)
{
    uint32_t depth = 0;

    for (; *at; at++) {
        depth += *at == '[';
        if (*at == ']' && --depth == 0)
            return at + 1;
    }
    return at;
}

// Matches the words from `typed` on against the usage at `at`, along every way.
static void walk_from(struct usage_walk *walk, const char *at, uint32_t typed)
{
    while (*at && !is_other_way(at)) {
        size_t length = word_length(at);
        if (*at == '[') {
            walk_from(walk, at + 1, typed);
            at = group_end(at);
        } else if (length == 0 || option_length(at, length)) {
            at += length ? length : 1;
        } else if (typed < walk->count) {
            if (!word_takes(at, length, walk->words[typed]))
                return;
            typed++;
            at += length;
        } else {
            word_visit(walk, at, length);
            return;
        }
    }
}

static void ways_walk(struct usage_walk *walk)
{
    const char *at = walk->usage + word_length(walk->usage);

    walk_from(walk, at, 0);
    for (; *at; at += word_length(at) ? word_length(at) : 1)
        if (is_other_way(at))
            walk_from(walk, at + 1, 0);
}

static bool option_is_typed(const struct usage_walk *walk, const char *option, size_t length)
{
    for (uint32_t i = 0; i < walk->count; i++)
        if (strncmp(walk->words[i], option, length) == 0)
            return true;
    return false;
}

// Visits the options not typed yet, if no required word precedes them.
static void options_visit(struct usage_walk *walk)
{
    const char *at = walk->usage;

    while (*at) {
        size_t length = word_length(at);
        size_t option = option_length(at, length);
        if (option && !option_is_typed(walk, at, option))
            walk->visit(walk->context, at, option, at + length);
        at += length ? length : 1;
    }
}

// The first word with '=' ends the positional words.
static bool has_options(const struct usage_walk *walk)
{
    for (uint32_t i = 0; i < walk->count; i++)
        if (option_length(walk->words[i], strlen(walk->words[i])))
            return true;
    return false;
}

void console_usage_next(const char *usage, const char *const *words, uint32_t count, console_usage_visitor *visit,
                        void *context)
{
    struct usage_walk walk = {.usage = usage, .words = words, .count = count, .visit = visit, .context = context};

    if (!has_options(&walk))
        ways_walk(&walk);
    options_visit(&walk);
}

bool console_usage_is_placeholder(const char *choice, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!(choice[i] >= 'A' && choice[i] <= 'Z') && choice[i] != ':' && choice[i] != '_')
            return false;
    return length > 0;
}
