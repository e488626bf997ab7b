// Folds lines at a column.

#include "kernel/lib/output_fold.h"
#include "kernel/lib/memory.h"

enum { FOLD_INDENT = 4, FOLD_INDENT_LIMIT = OUTPUT_FOLD_WIDTH / 2, FOLD_ESCAPE = 0x1b };

// Bytes of an escape sequence: ESC [ parameters letter.
static size_t sequence_length(const char *text, size_t length)
{
    size_t end = 1;

    if (length < 2 || text[1] != '[')
        return 1;
    for (end = 2; end < length && (text[end] < '@' || text[end] > '~');)
        end++;
    return end < length ? end + 1 : end;
}

// How many bytes fit in `columns`; *blank is the last blank among them and the byte behind, 0: none.
static size_t fitting(const char *text, size_t length, size_t columns, size_t *blank)
{
    size_t at = 0, used = 0;
    bool is_in_text = false; // behind the blanks at the start

    *blank = 0;
    while (at < length) {
        if (text[at] == FOLD_ESCAPE) {
            at += sequence_length(text + at, length - at);
            continue;
        }
        is_in_text |= text[at] != ' ';
        if (is_in_text && text[at] == ' ')
            *blank = at;
        if (used++ == columns)
            return at;
        at++;
    }
    return at;
}

static size_t indent_of(const char *text, size_t length)
{
    size_t indent = FOLD_INDENT;

    for (size_t at = 2; at < length && at <= FOLD_INDENT_LIMIT; at++)
        if (text[at] != ' ' && text[at - 1] == ' ' && text[at - 2] == ' ')
            indent = at;
    return indent;
}

void output_fold_flush(struct output_fold *fold)
{
    const char *at = fold->line;
    size_t left = fold->length, indent = indent_of(at, left), columns = OUTPUT_FOLD_WIDTH, blank;

    for (;;) {
        size_t length = fitting(at, left, columns, &blank);
        if (length < left && blank)
            length = blank;
        if (length)
            fold->target->write(fold->target, at, length);
        at += length;
        left -= length;
        while (left && length && *at == ' ') {
            at++;
            left--;
        }
        if (left == 0)
            break;
        output_format(fold->target, "\n%*s", (int)indent, "");
        columns = OUTPUT_FOLD_WIDTH - indent;
    }
    fold->length = 0;
}

static void fold_write(struct output *self, const char *bytes, size_t length)
{
    struct output_fold *fold = CONTAINER_OF(self, struct output_fold, output);

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\n') {
            fold->line[fold->length++] = bytes[i];
            if (fold->length < OUTPUT_FOLD_LINE)
                continue;
        }
        output_fold_flush(fold);
        if (bytes[i] == '\n')
            fold->target->write(fold->target, "\n", 1);
    }
}

static bool fold_write_binary(struct output *self, const void *bytes, size_t length)
{
    struct output_fold *fold = CONTAINER_OF(self, struct output_fold, output);

    output_fold_flush(fold);
    return output_binary(fold->target, bytes, length);
}

void output_fold_start(struct output_fold *fold, struct output *target)
{
    *fold = (struct output_fold){
        .output.write = fold_write,
        .output.write_binary = fold_write_binary,
        .target = target,
    };
}
