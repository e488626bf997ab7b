// The kernel's command line as plain text, from the forms it comes in.

#include "boot/config_text.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_text(uint32_t unit)
{
    return (unit >= 0x20 && unit < 0x7f) || (unit < 0x20 && is_space((char)unit));
}

static void text_append(struct config_text *text, char c)
{
    if (text->length < CONFIG_TEXT_CAPACITY)
        text->bytes[text->length++] = c;
    else
        text->truncated = true;
}

static void text_trim_end(struct config_text *text)
{
    while (text->length > 0 && text->bytes[text->length - 1] == ' ')
        text->length--;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

enum encoding { BYTES, UTF16_LE, UTF16_BE };

// The unit at `index`; 0 beyond the text's end.
static uint32_t unit_at(const uint8_t *bytes, size_t size, enum encoding encoding, size_t index)
{
    size_t width = encoding == BYTES ? 1 : 2;
    if (index >= size / width)
        return 0;
    const uint8_t *unit = bytes + index * width;
    if (encoding == BYTES)
        return unit[0];
    return encoding == UTF16_LE ? (uint32_t)(unit[0] | unit[1] << 8) : (uint32_t)(unit[0] << 8 | unit[1]);
}

static bool is_text_encoded(const uint8_t *bytes, size_t size, enum encoding encoding)
{
    for (size_t i = 0; unit_at(bytes, size, encoding, i) != 0; i++)
        if (!is_text(unit_at(bytes, size, encoding, i)))
            return false;
    return true;
}

static size_t first_word_end(const struct config_text *text)
{
    bool quoted = false;
    size_t end = 0;
    for (; end < text->length && (quoted || text->bytes[end] != ' '); end++)
        if (text->bytes[end] == '"')
            quoted = !quoted;
    return end;
}

static bool ends_in_efi(const char *word, size_t length)
{
    static const char suffix[] = {'.', 'e', 'f', 'i'};
    if (length > 0 && word[length - 1] == '"')
        length--;
    if (length < sizeof(suffix))
        return false;
    for (size_t i = 0; i < sizeof(suffix); i++)
        if (lower(word[length - sizeof(suffix) + i]) != suffix[i])
            return false;
    return true;
}

static void text_drop_first_word(struct config_text *text, size_t end)
{
    while (end < text->length && text->bytes[end] == ' ')
        end++;
    for (size_t i = end; i < text->length; i++)
        text->bytes[i - end] = text->bytes[i];
    text->length -= end;
}

// Appends `c` the way every form is normalised: control characters are spaces, spaces outside quotes fold into one.
static void text_append_normal(struct config_text *text, char c, bool quoted)
{
    if ((uint8_t)c < 0x20)
        c = ' ';
    bool folds = text->length == 0 || text->bytes[text->length - 1] == ' ';
    if (c != ' ' || quoted || !folds)
        text_append(text, c);
}

// What a file's first two characters say of its encoding: a byte order mark, or else that the first character, which is
// ASCII, has a zero beside it.
static enum encoding file_encoding(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return BYTES;
    if ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] != 0 && bytes[1] == 0))
        return UTF16_LE;
    if ((bytes[0] == 0xfe && bytes[1] == 0xff) || (bytes[0] == 0 && bytes[1] != 0))
        return UTF16_BE;
    return BYTES;
}

// The first unit behind the byte order mark, if there is one.
static size_t file_start(const uint8_t *bytes, size_t size, enum encoding encoding)
{
    if (encoding == BYTES)
        return size >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0;
    return unit_at(bytes, size, encoding, 0) == 0xfeff ? 1 : 0;
}

// A line of a file while it is read.
struct line {
    unsigned number;
    size_t start; // the text's length before it
    bool quoted;
    bool comment;
    bool foreign;
};

// Takes the line back when it cannot be trusted.
static void line_end(struct line *line, struct config_text *text)
{
    if (line->quoted || line->foreign) {
        text->length = line->start;
        if (text->refused_line == 0) {
            text->refused_line = line->number;
            text->refused_why = line->quoted ? "a double quote is not closed" : "a character is no plain ASCII text";
        }
    }
    *line = (struct line){.number = line->number + 1, .start = text->length};
}

static void line_take(struct line *line, uint32_t unit, struct config_text *text)
{
    if (unit == '#' && !line->quoted)
        line->comment = true;
    if (line->comment)
        return;
    if (unit == '"')
        line->quoted = !line->quoted;
    line->foreign |= unit >= 0x7f;
    text_append_normal(text, (char)unit, line->quoted);
}

static void text_clear(struct config_text *text)
{
    text->length = 0;
    text->truncated = false;
    text->is_foreign = false;
    text->refused_line = 0;
    text->refused_why = NULL;
}

void config_text_from_file(const uint8_t *bytes, size_t size, struct config_text *text)
{
    enum encoding encoding = file_encoding(bytes, size);
    struct line line = {.number = 1};
    uint32_t unit;
    text_clear(text);
    for (size_t i = file_start(bytes, size, encoding); (unit = unit_at(bytes, size, encoding, i)) != 0; i++) {
        // DOS ends a line by two characters, which are one end.
        if (unit == '\r' && unit_at(bytes, size, encoding, i + 1) == '\n')
            continue;
        if (unit == '\n' || unit == '\r') {
            text_append_normal(text, ' ', false);
            line_end(&line, text);
        } else {
            line_take(&line, unit, text);
        }
    }
    line_end(&line, text);
    text_trim_end(text);
}

void config_text_append(struct config_text *text, const struct config_text *more)
{
    if (more->length == 0)
        return;
    if (text->length > 0)
        text_append(text, ' ');
    for (size_t i = 0; i < more->length; i++)
        text_append(text, more->bytes[i]);
    text->truncated |= more->truncated;
}

// Does the word that begins at `start` say so?
static bool word_at(const struct config_text *text, size_t start, const char *word)
{
    size_t i = 0;
    while (word[i] != '\0' && start + i < text->length && text->bytes[start + i] == word[i])
        i++;
    return word[i] == '\0' && (start + i == text->length || text->bytes[start + i] == ' ');
}

bool config_text_has_word(const struct config_text *text, const char *word)
{
    bool quoted = false;
    for (size_t i = 0; i < text->length; i++) {
        if (!quoted && (i == 0 || text->bytes[i - 1] == ' ') && word_at(text, i, word))
            return true;
        quoted ^= text->bytes[i] == '"';
    }
    return false;
}

bool config_text_from_load_options(const uint8_t *bytes, size_t size, bool name_first, struct config_text *text)
{
    text_clear(text);
    enum encoding encoding = is_text_encoded(bytes, size, UTF16_LE) ? UTF16_LE : BYTES;
    text->is_foreign = !is_text_encoded(bytes, size, encoding);
    if (text->is_foreign)
        return false;
    bool quoted = false;
    for (size_t i = 0; unit_at(bytes, size, encoding, i) != 0; i++) {
        char c = (char)unit_at(bytes, size, encoding, i);
        quoted ^= c == '"';
        text_append_normal(text, c, quoted);
    }
    text_trim_end(text);
    size_t word = first_word_end(text);
    if (name_first || ends_in_efi(text->bytes, word))
        text_drop_first_word(text, word);
    return text->length > 0;
}
