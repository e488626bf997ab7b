// Selects messages.

#include "kernel/commands/selection.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"

// The value of an option, NULL when the word is another.
static const char *selection_value(const char *word, const char *option)
{
    return strncmp(word, option, strlen(option)) == 0 ? word + strlen(option) : NULL;
}

static enum result selection_option(struct command_call *call, const char *word, struct selection *selection)
{
    const char *value;
    uint64_t cpu;

    if ((value = selection_value(word, "driver=")) != NULL) {
        selection->driver = value;
    } else if ((value = selection_value(word, "cpu=")) != NULL) {
        if (!number_parse(value, &cpu) || cpu >= cpu_total())
            return command_fail(call, RESULT_INVALID, "there is no cpu '%.40s'", value);
        selection->has_cpu = true;
        selection->cpu = (uint32_t)cpu;
    } else if ((value = selection_value(word, "sort=")) != NULL) {
        if (strcmp(value, "count") != 0 && strcmp(value, "rate") != 0)
            return command_fail(call, RESULT_INVALID, "sort= is count or rate, not '%.40s'", value);
        selection->sort = value[0] == 'c' ? SELECTION_COUNT : SELECTION_RATE;
    } else {
        return command_fail(call, RESULT_INVALID, "'%.40s' is none of driver=, cpu=, sort=", word);
    }
    return RESULT_OK;
}

static bool selection_is_option(const char *word)
{
    while (*word && *word != '=')
        word++;
    return *word == '=';
}

enum result selection_parse(struct command_call *call, uint32_t first, struct selection *selection)
{
    enum result result = RESULT_OK;
    struct device *device;

    *selection = (struct selection){0};
    for (uint32_t i = first; i < call->word_count && result == RESULT_OK; i++) {
        if (selection_is_option(call->words[i])) {
            result = selection_option(call, call->words[i], selection);
        } else if (strcmp(call->words[i], "nonzero") == 0) {
            selection->nonzero = true;
        } else if (selection->device || call->words[i][0] == '-') {
            result = command_expect(call, CONSOLE_WORD_COUNT, CONSOLE_WORD_COUNT);
        } else {
            result = command_device(call, i, &device);
            if (result == RESULT_OK && !device->irq.messages)
                result = command_fail(call, RESULT_NOT_FOUND, "%s has no messages", call->words[i]);
            selection->device = device;
        }
    }
    return result;
}

bool selection_takes(const struct selection *selection, const struct message *message)
{
    const struct device *device = device_of(message->set);

    if (selection->device && selection->device != device)
        return false;
    if (selection->driver && (!device->driver || strcmp(device->driver->name, selection->driver) != 0))
        return false;
    if (selection->has_cpu && message->cpu != selection->cpu && message_count_on(message, selection->cpu) == 0)
        return false;
    return !selection->nonzero || message_count_all(message) != 0;
}

static bool selection_is_before(const uint64_t *keys, uint32_t left, uint32_t right)
{
    return keys[left] != keys[right] ? keys[left] > keys[right] : left < right;
}

// Shell's sort: a few thousand rows in some ten thousand steps, without memory.
void selection_order(const uint64_t *keys, uint32_t *order, uint32_t count)
{
    uint32_t gap = 1;

    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    while (gap < count / 3)
        gap = gap * 3 + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            uint32_t moved = order[i], at = i;
            for (; at >= gap && selection_is_before(keys, moved, order[at - gap]); at -= gap)
                order[at] = order[at - gap];
            order[at] = moved;
        }
    }
}
