// What the self-tests of the drivers share: firing a message and counting its arrivals.

#include "drivers/exercise.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"

#define SURPLUS_BOUND WAIT_MICROSECONDS(200) // long enough for a repeat that was already on its way

struct target {
    const struct message *message;
    uint64_t count;
};

static bool target_reached(void *context)
{
    const struct target *target = context;

    return message_count_all(target->message) >= target->count;
}

uint64_t exercise_count(const struct device *device, uint32_t index)
{
    const struct message *message = message_find(&device->irq, index);

    return message ? message_count_all(message) : 0;
}

enum result exercise_await(const struct device *device, uint32_t index, uint64_t target, uint64_t nanoseconds)
{
    struct target wanted = {message_find(&device->irq, index), target};

    return wanted.message ? wait_until(target_reached, &wanted, nanoseconds) : RESULT_NOT_FOUND;
}

enum result exercise_message(struct device *device, uint32_t index, uint32_t shots, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t deliveries;
    struct message *message = message_find(&device->irq, index);
    enum result result = RESULT_OK;

    if (!message || !shot_is_possible(message, &deliveries))
        return RESULT_UNSUPPORTED;
    uint64_t before = message_count_all(message);
    for (uint32_t shot = 0; shot < shots && result == RESULT_OK; shot++)
        result = shot_fire(message, deliveries);
    wait_pause(SURPLUS_BOUND);

    uint64_t expected = (uint64_t)shots * deliveries, found = message_count_all(message) - before;
    if (result == RESULT_OK && found == expected)
        return RESULT_OK;
    output_format(out, "%s %s: message %u: %llu arrivals expected, %llu found (%s)\n", device->driver->name,
                  pci_address_format(device->address, text), index, (unsigned long long)expected,
                  (unsigned long long)found, result_name(result));
    return RESULT_FAILED;
}

enum result exercise_all(struct device *device, uint32_t shots, struct output *out, uint32_t *fired)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = RESULT_OK;
    uint32_t deliveries;

    *fired = 0;
    message_for_each (device->irq.messages, message) {
        if (!shot_is_possible(message, &deliveries))
            continue;
        enum result one = exercise_message(device, message->index, shots, out);
        if (one != RESULT_OK)
            result = one;
        ++*fired;
    }
    if (*fired)
        return result;
    output_format(out, "%s %s: none of %u messages can be fired\n", device->driver->name,
                  pci_address_format(device->address, text), device->irq.messages->message_count);
    return RESULT_UNSUPPORTED;
}
