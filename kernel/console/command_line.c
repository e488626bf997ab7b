// Parses the kernel's command line.

#include "kernel/console/command_line.h"
#include "kernel/inventory/device.h"
#include "kernel/keyboard/keymap.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/log.h"

enum { DEFAULT_BAUD = 115200, FASTEST_BAUD = 115200, TTYS_COUNT = 4, LONG_WORD_SHOWN = 40 };
_Static_assert(COMMAND_LINE_LENGTH - 1 == 1023, "what refuse_long_word() says");

// A word without its quotes.
struct word {
    char text[COMMAND_LINE_LENGTH];
    size_t length;
    bool is_closed;   // its quotes are balanced
    bool is_too_long; // its end was cut off
};

// Parses the value after "NAME=" ("" for a word without value). False when it is invalid.
typedef bool word_reader(struct command_line *line, const char *value);

struct word_rule {
    const char *name; // with its '=' when it has a value
    word_reader *read;
};

static bool is_space(char character)
{
    return (unsigned char)character <= ' ';
}

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

// Copies the characters up to the next comma and advances *text past it. False when they do not fit.
static bool take_field(const char **text, char *field, size_t capacity)
{
    size_t length = 0;

    while ((*text)[length] && (*text)[length] != ',')
        length++;
    if (length >= capacity)
        return false;
    memcpy(field, *text, length);
    field[length] = '\0';
    *text += length + ((*text)[length] == ',');
    return true;
}

// The part after the speed, as in Linux: parity n, o or e, bits, r for flow control. The port is set to 8N1.
static bool read_format(struct command_line *line, const char *text)
{
    char parity = *text == 'n' || *text == 'o' || *text == 'e' ? *text++ : 'n';
    char bits = *text >= '5' && *text <= '8' ? *text++ : '8';
    bool has_flow = *text == 'r';

    if (text[has_flow])
        return false;
    if (parity != 'n' || bits != '8') {
        line->reason = parity != 'n' ? "no parity but n" : "no bits but 8";
        return false;
    }
    if (has_flow)
        line->reason = "without flow control";
    return true;
}

// The speed must be an exact divisor of the 8250's clock.
static bool read_baud(struct command_line *line, const char *text, uint32_t *baud)
{
    uint64_t value = DEFAULT_BAUD;
    char digits[16];
    size_t length = 0;

    while ((text[length] >= '0' && text[length] <= '9') && length < sizeof(digits) - 1)
        length++;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (*text && (!number_parse(digits, &value) || !read_format(line, text + length)))
        return false;
    if (!value || value > FASTEST_BAUD || FASTEST_BAUD % value)
        return false;
    *baud = (uint32_t)value;
    return true;
}

static bool read_console_place(const char *kind, const char **value, struct console_choice *console)
{
    char field[32];
    struct pci_address address;

    if (strcmp(kind, "mmio") == 0) {
        console->kind = CONSOLE_MMIO;
        return take_field(value, field, sizeof(field)) && number_parse(field, &console->address) && console->address;
    }
    if (strcmp(kind, "pci") == 0) {
        console->kind = CONSOLE_PCI;
        return take_field(value, console->pci, sizeof(console->pci)) &&
               pci_address_parse(console->pci, &address) == RESULT_OK;
    }
    console->kind = CONSOLE_TTYS;
    console->port = (uint32_t)(kind[0] && kind[4] ? kind[4] - '0' : TTYS_COUNT);
    return has_prefix(kind, "ttyS") && console->port < TTYS_COUNT && !kind[5];
}

static bool read_console(struct command_line *line, const char *value)
{
    struct console_choice console = {.baud = DEFAULT_BAUD};
    char kind[8];

    if (strcmp(value, "none") == 0) {
        console.kind = CONSOLE_NONE;
    } else if (!take_field(&value, kind, sizeof(kind)) || !read_console_place(kind, &value, &console) ||
               !read_baud(line, value, &console.baud)) {
        return false;
    }
    line->console = console;
    return true;
}

static bool read_run(struct command_line *line, const char *value)
{
    memcpy(line->run, value, strlen(value) + 1);
    return true;
}

static bool read_quiet(struct command_line *line, const char *value)
{
    line->log_level = LOG_WARNING;
    return true;
}

static bool read_log_level(struct command_line *line, const char *value)
{
    uint64_t level;

    if (!number_parse(value, &level) || level > LOG_DEBUG)
        return false;
    line->log_level = (uint32_t)level;
    return true;
}

static bool read_stop_on_error(struct command_line *line, const char *value)
{
    line->stop_on_error = true;
    return true;
}

static bool read_maximum_cpus(struct command_line *line, const char *value)
{
    uint64_t count;

    if (!number_parse(value, &count) || !count || count > UINT32_MAX)
        return false;
    line->maximum_cpus = (uint32_t)count;
    return true;
}

static bool read_no_smp(struct command_line *line, const char *value)
{
    line->maximum_cpus = 1;
    return true;
}

static bool read_policy(struct command_line *line, const char *value)
{
    return policy_parse(value, &line->policy) == RESULT_OK;
}

static bool read_x2apic(struct command_line *line, const char *value)
{
    line->x2apic = true;
    line->no_x2apic = false;
    return true;
}

static bool read_no_x2apic(struct command_line *line, const char *value)
{
    line->x2apic = false;
    line->no_x2apic = true;
    return true;
}

static bool read_no_remap(struct command_line *line, const char *value)
{
    line->no_remap = true;
    return true;
}

static bool read_no_msix(struct command_line *line, const char *value)
{
    line->no_msix = true;
    return true;
}

static bool read_no_msi(struct command_line *line, const char *value)
{
    line->no_msi = true;
    return true;
}

static bool read_for_the_loader(struct command_line *line, const char *value)
{
    return true;
}

static bool read_keyboard(struct command_line *line, const char *value)
{
    if (!keymap_find(value)) {
        line->reason = "no such layout: us, uk, de, ch, fr, es, se";
        return false;
    }
    format_text(line->keyboard, sizeof(line->keyboard), "%s", value);
    return true;
}

static const struct word_rule rules[] = {
    {"console=", read_console},
    {"run=", read_run},
    {"quiet", read_quiet},
    {"loglevel=", read_log_level},
    {"stop-on-error", read_stop_on_error},
    {"maxcpus=", read_maximum_cpus},
    {"nosmp", read_no_smp},
    {"policy=", read_policy},
    {"x2apic", read_x2apic},
    {"nox2apic", read_no_x2apic},
    {"noremap", read_no_remap},
    {"nomsix", read_no_msix},
    {"nomsi", read_no_msi},
    {"nomenu", read_for_the_loader},
    {"keyboard=", read_keyboard},
};

// The rule of a word: matches all of it, or up to and including its '='.
static const struct word_rule *rule_for(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        bool has_value = rules[i].name[strlen(rules[i].name) - 1] == '=';
        if (has_value ? has_prefix(word, rules[i].name) : strcmp(word, rules[i].name) == 0)
            return &rules[i];
    }
    return NULL;
}

// Does `list` hold `word` as a whole, between spaces or its ends?
static bool list_holds(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; *at; at++) {
        bool starts = at == list || at[-1] == ' ';
        if (starts && strncmp(at, word, length) == 0 && (!at[length] || at[length] == ' '))
            return true;
    }
    return false;
}

static void report(struct command_line *line, const char *word)
{
    static const char more[] = " ...";
    size_t used = strlen(line->unknown), room = sizeof(line->unknown) - used;

    if (list_holds(line->unknown, word))
        return;
    size_t length = format_text(line->unknown + used, room, "%s%s%s%s%s", used ? " " : "", word,
                                line->reason ? " (" : "", line->reason ? line->reason : "", line->reason ? ")" : "");
    if (length >= room)
        memcpy(line->unknown + sizeof(line->unknown) - sizeof(more), more, sizeof(more));
}

// Parses one word at *at and advances past it.
static void take_word(const char *text, size_t length, size_t *at, struct word *word)
{
    bool in_quotes = false;

    word->length = 0;
    word->is_too_long = false;
    for (; *at < length && text[*at] && (in_quotes || !is_space(text[*at])); (*at)++) {
        if (text[*at] == '"')
            in_quotes = !in_quotes;
        else if (word->length < sizeof(word->text) - 1)
            word->text[word->length++] = text[*at];
        else
            word->is_too_long = true;
    }
    word->text[word->length] = '\0';
    word->is_closed = !in_quotes;
}

// A truncated word may mean something else: not used.
static void refuse_long_word(struct command_line *line, struct word *word)
{
    word->text[LONG_WORD_SHOWN] = '\0';
    line->reason = "longer than 1023 characters, not used";
    report(line, word->text);
}

// A word with an open quote is used, and reported.
static void read_word(struct command_line *line, struct word *word)
{
    line->reason = NULL;
    if (word->is_too_long) {
        refuse_long_word(line, word);
        return;
    }
    const struct word_rule *rule = rule_for(word->text);
    bool makes_sense = rule && rule->read(line, word->text + strlen(rule->name));
    if (word->length && (!makes_sense || !word->is_closed || line->reason))
        report(line, word->text);
}

void command_line_parse(const char *text, size_t length, struct command_line *line)
{
    struct word word;
    size_t at = 0;

    *line = (struct command_line){
        .console.baud = DEFAULT_BAUD,
        .log_level = LOG_INFO,
        .policy = IRQ_POLICY_SPREAD_MESSAGES,
    };
    while (at < length && text[at]) {
        take_word(text, length, &at, &word);
        read_word(line, &word);
        while (at < length && text[at] && is_space(text[at]))
            at++;
    }
}
