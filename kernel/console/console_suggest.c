// Suggests a command for a name that is none.

#include "kernel/console/console_suggest.h"
#include "kernel/lib/edit_distance.h"
#include "kernel/lib/memory.h"

// The only command that begins with the name.
static const struct command *suggest_longer(const char *name)
{
    const struct command *found = NULL;

    for (const struct command *const *each = command_list; *each; each++) {
        if (strncmp((*each)->name, name, strlen(name)) != 0)
            continue;
        if (found)
            return NULL;
        found = *each;
    }
    return found;
}

static const struct command *suggest_near(const char *name)
{
    const struct command *found = NULL;
    uint32_t nearest = (uint32_t)strlen(name) / 3 + 1;

    for (const struct command *const *each = command_list; *each; each++) {
        uint32_t distance = edit_distance(name, (*each)->name);
        if (distance < nearest) {
            nearest = distance;
            found = *each;
        }
    }
    return found;
}

const struct command *console_suggest(const char *name)
{
    if (!*name)
        return NULL;
    const struct command *longer = suggest_longer(name);
    return longer ? longer : suggest_near(name);
}
