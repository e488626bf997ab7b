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

// The unit at `index` of 8-bit or 16-bit text; 0 beyond its end.
static uint32_t unit_at(const uint8_t *bytes, size_t size, size_t width, size_t index)
{
    if (index >= size / width)
        return 0;
    return width == 1 ? bytes[index] : (uint32_t)(bytes[2 * index] | bytes[2 * index + 1] << 8);
}

static bool is_text_of_width(const uint8_t *bytes, size_t size, size_t width)
{
    for (size_t i = 0; unit_at(bytes, size, width, i) != 0; i++)
        if (!is_text(unit_at(bytes, size, width, i)))
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

void config_text_from_file(const uint8_t *bytes, size_t size, struct config_text *text)
{
    bool quoted = false;
    bool comment = false;
    text->length = 0;
    text->truncated = false;
    size_t start = size >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0;
    for (size_t i = start; i < size && bytes[i] != 0; i++) {
        char c = (char)bytes[i];
        if (c == '"' && !comment)
            quoted = !quoted;
        if (c == '#' && !quoted)
            comment = true;
        if (c == '\n' || c == '\r')
            comment = false;
        if (!comment)
            text_append_normal(text, c, quoted);
    }
    text_trim_end(text);
}

bool config_text_from_load_options(const uint8_t *bytes, size_t size, bool name_first, struct config_text *text)
{
    text->length = 0;
    text->truncated = false;
    size_t width = is_text_of_width(bytes, size, 2) ? 2 : 1;
    text->is_foreign = !is_text_of_width(bytes, size, width);
    if (text->is_foreign)
        return false;
    bool quoted = false;
    for (size_t i = 0; unit_at(bytes, size, width, i) != 0; i++) {
        char c = (char)unit_at(bytes, size, width, i);
        quoted ^= c == '"';
        text_append_normal(text, c, quoted);
    }
    text_trim_end(text);
    size_t word = first_word_end(text);
    if (name_first || ends_in_efi(text->bytes, word))
        text_drop_first_word(text, word);
    return text->length > 0;
}
