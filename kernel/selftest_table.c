// Self-test: every record of the message table agrees with everything else that knows of it.

#include "kernel/console.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/line_share.h"
#include "kernel/port.h"
#include "kernel/selftest.h"
#include "kernel/vector_matrix.h"

// A check of one message: NULL when it passes, else what is wrong.
typedef const char *selftest_check(const struct message *message);

static bool selftest_same_words(struct message_words left, struct message_words right)
{
    return left.address.address == right.address.address && left.data == right.data;
}

static const char *selftest_check_record(const struct message *message)
{
    const struct message_info_entry *info = &message->info;
    const struct cpu *cpu = cpu_get(message->cpu);
    if (!cpu || cpu->state != CPU_ONLINE)
        return "its CPU is not online";
    if (!cpu_in_set(message->cpu, info->target_processor_set))
        return "its CPU is outside the allowed set";
    if (info->vector < VECTOR_DEVICE_FIRST || info->vector >= VECTOR_LEGACY)
        return "its vector is not a device vector";
    if (info->irql != irql_of_vector(info->vector))
        return "its IRQL is not its vector's row";
    return vector_matrix_is_taken(irq_vectors(), message->cpu, info->vector) ? NULL : "its vector counts as free";
}

static const char *selftest_check_object(const struct message *message)
{
    const struct interrupt *object = message->info.interrupt_object;
    if ((object != &message->objects[0] && object != &message->objects[1]) || object->message != message)
        return "its interrupt object belongs to another record";
    if (!object->routine || object->message_id != message->index)
        return "its interrupt object would call the wrong routine";
    return object->irql == message->info.irql ? NULL : "its interrupt object has another IRQL";
}

// The composer is asked again: the record must be what a message to this CPU and vector is today.
static const char *selftest_check_words(const struct message *message)
{
    struct message_words words;
    if (message->set->source->kind == MESSAGE_LINE)
        return NULL;
    if (port_message_compose(message->cpu, message->info.vector, &words) != RESULT_OK)
        return "no message can reach its CPU";
    return selftest_same_words(words, message_words_of(message)) ? NULL : "its address and data lead elsewhere";
}

// MSI without mask bits has nothing to compare; the record then says whether the message was let go.
static bool selftest_has_mask(const struct message_source *source)
{
    return source->kind != MESSAGE_MSI || source->device->msi.maskable;
}

static const char *selftest_check_hardware(const struct message *message)
{
    struct message_source *source = message->set->source;
    struct message_words words;
    bool masked;
    bool pending;
    if (source->operations->read(source, message->index, &words) != RESULT_OK)
        return "the device could not be read back";
    if (!selftest_same_words(words, message_words_of(message)))
        return "the device holds another address or data";
    if (source->operations->status(source, message->index, &masked, &pending) != RESULT_OK)
        return "the device's mask bit could not be read";
    return !selftest_has_mask(source) || masked == message->masked ? NULL : "the device's mask bit differs";
}

static selftest_check *const selftest_checks[] = {
    selftest_check_record,
    selftest_check_object,
    selftest_check_words,
    selftest_check_hardware,
};

static const char *selftest_check_message(const struct message *message)
{
    const char *fault = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(selftest_checks) && !fault; i++)
        fault = selftest_checks[i](message);
    return fault;
}

static void selftest_check_set(struct selftest *test, const struct message_set *set)
{
    for (uint32_t i = 0; i < set->message_count; i++) {
        const char *fault = selftest_check_message(&set->messages[i]);
        if (fault) {
            selftest_report(test, false, "table", set->device, "message %u: %s", i, fault);
            return;
        }
    }
    selftest_report(test, true, "table", set->device, "%u messages by %s", set->message_count,
                    message_kind_name(set->source->kind));
}

// Marks every (cpu, vector) that a record names; answers how many were named before.
static uint32_t selftest_count_shared(uint64_t *seen)
{
    uint32_t shared = 0;
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            uint32_t slot = message->cpu * VECTOR_COUNT + message->info.vector;
            if (message->cpu >= cpu_total() || message->info.vector >= VECTOR_COUNT)
                continue;
            // Devices on one line share a slot by design.
            shared += (seen[slot / 64] & BIT(slot % 64)) != 0 && !line_share_other(message);
            seen[slot / 64] |= BIT(slot % 64);
        }
    }
    return shared;
}

static void selftest_check_slots(struct selftest *test)
{
    uint64_t *seen = heap_allocate((size_t)cpu_total() * VECTOR_COUNT / 8);
    if (!seen) {
        selftest_report(test, false, "slots", NULL, "no memory to compare them");
        return;
    }
    uint32_t shared = selftest_count_shared(seen);
    selftest_report(test, shared == 0, "slots", NULL, "%u messages, %u share a CPU and vector", message_total(),
                    shared);
    heap_free(seen);
}

void selftest_table(struct selftest *test)
{
    for (const struct message_set *set = message_set_first(); set && !console_stop_asked(); set = set->next)
        selftest_check_set(test, set);
    selftest_check_slots(test);
}
