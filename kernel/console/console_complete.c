// Completes a word.

#include "kernel/console/console_complete.h"
#include "kernel/console/console_candidates.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output_fold.h"

enum { LIST_WIDTH = OUTPUT_FOLD_WIDTH, LIST_GAP = 2 };

struct gathering {
    uint32_t count;
    char common[CONSOLE_LINE_LENGTH];
    bool is_whole;
    size_t longest;
};

struct listing {
    struct output *out;
    uint32_t count;
    uint32_t width;
    uint32_t in_row;
    uint32_t missing; // blanks to the next column
};

static void gather(void *context, const char *candidate, bool is_whole)
{
    struct gathering *found = context;
    size_t length = strlen(candidate), same = 0;

    if (length >= sizeof(found->common))
        return;
    if (found->count++ == 0)
        memcpy(found->common, candidate, length + 1);
    while (found->common[same] && found->common[same] == candidate[same])
        same++;
    found->common[same] = '\0';
    found->is_whole = is_whole && found->count == 1;
    found->longest = length > found->longest ? length : found->longest;
}

static void list_one(void *context, const char *candidate, bool is_whole)
{
    struct listing *listing = context;

    if (listing->count >= CONSOLE_COMPLETE_SHOWN)
        return;
    bool begins_row = listing->count++ % listing->in_row == 0;
    const char *newline = begins_row && listing->count > 1 ? "\n" : "";
    output_format(listing->out, "%s%*s%s", newline, begins_row ? 0 : (int)listing->missing, "", candidate);
    listing->missing = listing->width - (uint32_t)strlen(candidate);
}

void console_complete(const char *line, uint32_t cursor, struct console_completion *completion)
{
    struct gathering found = {0};
    size_t typed;

    console_candidates_visit(line, cursor, &typed, gather, &found);
    *completion = (struct console_completion){.count = found.count, .is_whole = found.is_whole};
    if (found.count)
        memcpy(completion->insert, found.common + typed, strlen(found.common + typed) + 1);
}

void console_complete_list(const char *line, uint32_t cursor, struct output *out)
{
    struct gathering found = {0};
    struct listing listing = {.out = out};
    size_t typed;

    console_candidates_visit(line, cursor, &typed, gather, &found);
    listing.width = (uint32_t)found.longest + LIST_GAP;
    listing.in_row = listing.width < LIST_WIDTH ? LIST_WIDTH / listing.width : 1;
    console_candidates_visit(line, cursor, &typed, list_one, &listing);
    if (found.count > CONSOLE_COMPLETE_SHOWN)
        output_format(out, "\nand %u more", found.count - CONSOLE_COMPLETE_SHOWN);
    output_format(out, found.count ? "\n" : "");
}
