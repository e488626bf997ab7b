// Completions at the cursor.

#include "kernel/console/console_candidates.h"
#include "kernel/console/console.h"
#include "kernel/console/console_usage.h"
#include "kernel/console/console_words.h"
#include "kernel/core/message.h"
#include "kernel/lib/memory.h"

// The line up to the cursor: whole words, and the one being typed.
struct typed_line {
    char text[CONSOLE_LINE_LENGTH];
    const char *words[CONSOLE_WORD_COUNT];
    uint32_t count; // without the one being typed
    const char *word;
    bool has_json;
};

struct search {
    const struct typed_line *line;
    const struct command *command; // NULL: its name is what is being typed
    console_candidates_visitor *visit;
    void *context;
};

typedef void source(const struct search *search, const char *follows);

static void offer(const struct search *search, const char *candidate, bool is_whole)
{
    const char *word = search->line->word;

    if (strncmp(candidate, word, strlen(word)) == 0)
        search->visit(search->context, candidate, is_whole);
}

static void offer_number(const struct search *search, uint32_t number)
{
    char text[16];

    format_text(text, sizeof(text), "%u", number);
    offer(search, text, true);
}

static void offer_commands(const struct search *search, const char *follows)
{
    for (const struct command *const *each = command_list; *each; each++)
        offer(search, (*each)->name, true);
}

static void offer_names(const struct search *search)
{
    const char *name;

    for (uint32_t i = 0; search->command->names && (name = search->command->names(i)); i++)
        offer(search, name, true);
}

static void offer_cpus(const struct search *search, const char *follows)
{
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        offer_number(search, cpu);
}

// Where a message must follow, only devices with messages.
static bool needs_messages(const char *follows)
{
    while (*follows == ' ' || *follows == '[')
        follows++;
    return *follows == 'N' && (follows[1] == ' ' || follows[1] == ']' || follows[1] == '\0');
}

// "00:04.0" where the typed word is its beginning, else "0000:00:04.0".
static void offer_device(const struct search *search, const struct device *device)
{
    char address[DEVICE_ADDRESS_TEXT];
    const char *word = search->line->word;
    const char *text = pci_address_format(device->address, address);
    const char *without_segment = text + strlen("0000:");

    if (device->address.segment == 0 && strncmp(without_segment, word, strlen(word)) == 0)
        text = without_segment;
    offer(search, text, true);
}

static void offer_devices(const struct search *search, const char *follows)
{
    device_for_each (device)
        if (!needs_messages(follows) || (device->irq.messages && device->irq.messages->message_count))
            offer_device(search, device);
}

// The device is the last one named before the cursor.
static void offer_messages(const struct search *search, const char *follows)
{
    struct device *device = NULL;
    struct pci_address address;

    for (uint32_t i = search->line->count; i-- > 1 && !device;)
        if (pci_address_parse(search->line->words[i], &address) == RESULT_OK)
            device = device_find(address);
    for (uint32_t i = 0; device && device->irq.messages && i < device->irq.messages->message_count; i++)
        offer_number(search, i);
}

static const struct {
    const char *placeholder;
    source *offer;
} sources[] = {
    {"BDF", offer_devices},
    {"N", offer_messages},
    {"CPU", offer_cpus},
    {"COMMAND", offer_commands},
};

static void offer_placeholder(const struct search *search, const char *choice, size_t length, const char *follows)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(sources); i++) {
        if (strlen(sources[i].placeholder) == length && strncmp(sources[i].placeholder, choice, length) == 0) {
            sources[i].offer(search, follows);
            return;
        }
    }
    offer_names(search);
}

static void choice_visit(void *context, const char *choice, size_t length, const char *follows)
{
    const struct search *search = context;
    char text[CONSOLE_LINE_LENGTH];

    if (console_usage_is_placeholder(choice, length)) {
        offer_placeholder(search, choice, length, follows);
    } else if (length < sizeof(text)) {
        memcpy(text, choice, length);
        text[length] = '\0';
        offer(search, text, choice[length - 1] != '=');
    }
}

// Removes "--json", as the console does.
static void take_json(struct typed_line *line)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < line->count; i++) {
        if (i && strcmp(line->words[i], "--json") == 0)
            line->has_json = true;
        else
            line->words[kept++] = line->words[i];
    }
    line->count = kept;
}

// False: too many words, an open quote, or the cursor in a comment.
static bool line_split(struct typed_line *line, const char *text, uint32_t cursor)
{
    size_t start = 0, length;

    *line = (struct typed_line){.word = ""};
    if (cursor >= sizeof(line->text))
        return false;
    memcpy(line->text, text, cursor);
    while (line->text[start + (length = console_words_command_length(line->text + start))])
        start += length + 1;
    if (console_words_has_comment(line->text + start))
        return false;
    bool is_between = length == 0 || line->text[cursor - 1] == ' ';
    if (console_words_split(line->text + start, line->words, CONSOLE_WORD_COUNT, &line->count) != RESULT_OK)
        return false;
    if (!is_between)
        line->word = line->words[--line->count];
    take_json(line);
    return true;
}

void console_candidates_visit(const char *text, uint32_t cursor, size_t *typed, console_candidates_visitor *visit,
                              void *context)
{
    struct typed_line line;
    struct search search = {.line = &line, .visit = visit, .context = context};

    *typed = 0;
    if (!line_split(&line, text, cursor))
        return;
    *typed = strlen(line.word);
    if (line.count == 0) {
        offer_commands(&search, "");
        return;
    }
    search.command = command_find(line.words[0]);
    if (!search.command)
        return;
    console_usage_next(search.command->usage, line.words + 1, line.count - 1, choice_visit, &search);
    if (line.word[0] == '-' && !line.has_json)
        offer(&search, "--json", true);
}
