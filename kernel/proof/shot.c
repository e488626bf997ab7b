// One shot: provokes a message in hardware and waits for its arrival.

#include "kernel/proof/shot.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/runtime/log.h"

// Long: an emulator's device model may sleep for 100 ms on a busy host.
#define SHOT_BOUND WAIT_MILLISECONDS(1000)
#define BUSY_PAUSE WAIT_MICROSECONDS(20)

struct shot_target {
    const struct message *message;
    uint64_t count;
};

static bool shot_has_arrived(void *context)
{
    const struct shot_target *target = context;
    return message_count_all(target->message) >= target->count;
}

bool shot_is_possible(const struct message *message, uint32_t *deliveries)
{
    const struct device *device = device_of(message->set);
    const struct driver *driver = device->driver;
    *deliveries = 1;
    if (message->set->is_inactive || !driver || !driver->fire)
        return false;
    return !driver->can_fire || (driver->can_fire(device, message->index, deliveries) && *deliveries);
}

const char *shot_obstacle(const struct message *message)
{
    if (!device_of(message->set)->driver)
        return "its device has no driver that could fire it";
    return message->set->is_inactive ? "its device is inactive" : "its driver cannot fire it";
}

bool shot_doorbell(const struct message *message, struct driver_doorbell *doorbell)
{
    const struct device *device = device_of(message->set);
    uint32_t deliveries;

    return shot_is_possible(message, &deliveries) && deliveries == 1 && device->driver->doorbell &&
           device->driver->doorbell(device, message->index, doorbell);
}

bool shot_is_prepared(const struct message *message)
{
    struct driver_doorbell doorbell;
    uint32_t deliveries;

    return !shot_doorbell(message, &doorbell) && shot_is_possible(message, &deliveries) && deliveries == 1 &&
           device_of(message->set)->driver->prepare;
}

enum result shot_prepare(struct message *message, struct driver_doorbell *doorbell)
{
    struct device *device = device_of(message->set);

    if (shot_doorbell(message, doorbell))
        return RESULT_OK;
    return shot_is_prepared(message) ? device->driver->prepare(device, message->index, doorbell) : RESULT_UNSUPPORTED;
}

enum result shot_await(const struct message *message, uint64_t count)
{
    struct shot_target target = {message, count};
    return wait_until(shot_has_arrived, &target, SHOT_BOUND);
}

enum result shot_fire(struct message *message, uint32_t deliveries)
{
    uint64_t count = message_count_all(message) + deliveries;
    enum result result = shot_send(message);
    return result == RESULT_OK ? shot_await(message, count) : result;
}

enum result shot_fire_blindly(struct message *message)
{
    struct device *device = device_of(message->set);
    return device->driver->fire(device, message->index);
}

enum result shot_send(struct message *message)
{
    uint64_t start = host_nanoseconds();
    enum result result = shot_fire_blindly(message);

    while (result == RESULT_BUSY && host_nanoseconds() - start < SHOT_BOUND) {
        wait_pause(BUSY_PAUSE);
        result = shot_fire_blindly(message);
    }
    return result;
}

bool shot_is_pending(const struct message *message)
{
    struct message_source *source = message->set->source;
    bool masked = false;
    bool pending = false;
    return source->operations->status(source, message->index, &masked, &pending) == RESULT_OK && pending;
}

// While the IPI is pending in the CPU's IRR, a shot would set the same bit: one arrival for both.
static void stand_in(const struct message *message)
{
    uint64_t count = message_count_all(message);

    host_ipi_send(message->cpu, message->info.vector);
    if (shot_await(message, count + 1) != RESULT_OK)
        log_warning("cpu %u vector 0x%02x: an interrupt between processors was not taken within a second", message->cpu,
                    message->info.vector);
}

void shot_make_good(const struct message *message)
{
    const struct message_set *set = message->set;

    if (set->source->kind != MESSAGE_MSI) {
        stand_in(message);
        return;
    }
    for (uint32_t i = 0; i < set->message_count; i++)
        stand_in(&set->messages[i]);
}
