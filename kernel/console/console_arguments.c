// Parses a command's words: numbers, devices, messages.

#include "kernel/console/console.h"
#include "kernel/core/message.h"
#include "kernel/lib/number.h"

// The word at `position`; without one the usage is the error.
static enum result command_word(struct command_call *call, uint32_t position, const char **word)
{
    *word = position < call->word_count ? call->words[position] : "";
    return position < call->word_count ? RESULT_OK : command_expect(call, position, CONSOLE_WORD_COUNT);
}

enum result command_expect(struct command_call *call, uint32_t minimum, uint32_t maximum)
{
    uint32_t given = call->word_count - 1;
    if (given >= minimum && given <= maximum)
        return RESULT_OK;
    const struct command *command = command_find(call->words[0]);
    return command_fail(call, RESULT_INVALID, "usage: %s", command ? command->usage : call->words[0]);
}

enum result command_number(struct command_call *call, uint32_t position, uint64_t *value)
{
    const char *word;
    enum result result = command_word(call, position, &word);
    if (result == RESULT_OK && !number_parse(word, value))
        result = command_fail(call, RESULT_INVALID, "'%.40s' is not a number", word);
    return result;
}

enum result command_device(struct command_call *call, uint32_t position, struct device **device)
{
    const char *word;
    enum result result = command_word(call, position, &word);
    if (result != RESULT_OK)
        return result;
    struct pci_address address;
    if (pci_address_parse(word, &address) != RESULT_OK)
        return command_fail(call, RESULT_INVALID, "'%.40s' is not a device, write SSSS:BB:DD.F", word);
    *device = device_find(address);
    return *device ? RESULT_OK : command_fail(call, RESULT_NOT_FOUND, "there is no device %s", word);
}

enum result command_message(struct command_call *call, uint32_t position, struct message **message)
{
    struct device *device;
    uint64_t index;
    enum result result = command_device(call, position, &device);
    if (result == RESULT_OK)
        result = command_number(call, position + 1, &index);
    if (result != RESULT_OK)
        return result;
    if (!device->irq.messages || device->irq.messages->message_count == 0)
        return command_fail(call, RESULT_NOT_FOUND, "%s has no messages", call->words[position]);
    *message = index < device->irq.messages->message_count ? message_find(&device->irq, (uint32_t)index) : NULL;
    return *message ? RESULT_OK
                    : command_fail(call, RESULT_NOT_FOUND, "%s has messages 0 to %u", call->words[position],
                                   (unsigned)device->irq.messages->message_count - 1);
}
