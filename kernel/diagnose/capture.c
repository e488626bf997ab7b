// Aiming a message at memory and back.

#include "kernel/diagnose/capture.h"
#include "kernel/core/route.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/remap_unit.h"
#include "kernel/lib/output.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

enum { PAGE_WORDS = PAGE_SIZE / sizeof(uint32_t), TARGET_WORD = PAGE_WORDS / 2 };

#define BELOW_4_GIB UINT64_C(0x100000000)
#define BOUND       WAIT_MILLISECONDS(1000)
#define SETTLE      WAIT_MICROSECONDS(500) // longer than a device's throttle timer, which may repeat the message

// The page that stands in for the local APIC.
struct target {
    struct physical page;
    uint32_t *words;
    uint32_t fill; // differs from the data in every byte, so that every written byte shows
};

static enum result refuse(struct capture *capture, enum result result, const char *format, ...) PRINTF_LIKE(3, 4);

static enum result refuse(struct capture *capture, enum result result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_text_list(capture->reason, sizeof(capture->reason), format, arguments);
    va_end(arguments);
    return result;
}

static enum result check(const struct message *message, struct capture *capture, uint32_t *deliveries)
{
    if (message->set->source->kind == MESSAGE_LINE)
        return refuse(capture, RESULT_UNSUPPORTED, "a line writes no message");
    if (message->set->is_silent)
        return refuse(capture, RESULT_UNSUPPORTED, "no driver can fire it: the function is kept silent");
    if (message->set->is_inactive)
        return refuse(capture, RESULT_UNSUPPORTED, "the device is inactive");
    if (!shot_is_possible(message, deliveries))
        return refuse(capture, RESULT_UNSUPPORTED, "its driver cannot fire message %u", message->index);
    return message->masked ? refuse(capture, RESULT_BUSY, "it is masked") : RESULT_OK;
}

// An MSI that cannot be masked changes its address by one write of the lower half: the upper one is 0 before and after.
static enum result target_make(const struct capture *capture, struct target *target)
{
    bool is_msi = capture->message->set->source->kind == MESSAGE_MSI;
    enum result result = page_allocate(1, is_msi ? BELOW_4_GIB : 0, &target->page);

    if (result != RESULT_OK)
        return result;
    target->words = page_pointer(target->page);
    target->fill = ~capture->expected;
    for (uint32_t i = 0; i < PAGE_WORDS; i++)
        target->words[i] = target->fill;
    return RESULT_OK;
}

static uint32_t word_read(const struct target *target, uint32_t index)
{
    return __atomic_load_n(&target->words[index], __ATOMIC_ACQUIRE);
}

static bool is_written(void *context)
{
    const struct target *target = context;

    return word_read(target, TARGET_WORD) != target->fill;
}

static uint32_t bytes_changed(const struct target *target)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < PAGE_WORDS; i++)
        for (uint32_t changed = word_read(target, i) ^ target->fill; changed; changed >>= 8)
            count += (changed & 0xff) != 0;
    return count;
}

// The messages of an MSI block share one address and data; each puts its number into the low bits of the data.
static const struct message *holder_of(const struct message *message)
{
    return message->set->source->kind == MESSAGE_MSI ? message->set->messages : message;
}

// Where it can be masked, the write leaves it masked: unmask it, or the device's message stays pending.
static enum result aim(const struct message *message, struct physical address)
{
    struct message_source *source = message->set->source;
    struct message_words words = {address, holder_of(message)->info.message_data};
    enum result result = source->operations->write(source, holder_of(message)->index, words);

    if (result != RESULT_OK || source->kind == MESSAGE_MSI)
        return result;
    return source->operations->mask(source, message->index, false);
}

static enum result restore(const struct message *message)
{
    enum result result = route_program(holder_of(message), holder_of(message)->index);

    return result == RESULT_OK && message->set->source->kind == MESSAGE_MSIX ? route_unmask(message, message->index)
                                                                             : result;
}

static bool is_translating(void)
{
    for (uint32_t i = 0; i < remap_unit_total(); i++)
        if (remap_unit_get(i)->answers && remap_unit_get(i)->is_translating)
            return true;
    return false;
}

static enum result judge(struct capture *capture)
{
    if (!capture->is_written)
        return refuse(capture, RESULT_TIMEOUT, "nothing was written within a second: %s",
                      is_translating() ? "an IOMMU translates what devices write"
                                       : "an IOMMU may have dropped it, or the device sent nothing");
    if (capture->found != capture->expected || capture->bytes > sizeof(uint32_t))
        return refuse(capture, RESULT_FAILED, "wrote 0x%x, %u bytes, instead of 0x%x", capture->found, capture->bytes,
                      capture->expected);
    return RESULT_OK;
}

static enum result shoot(struct message *message, struct capture *capture, struct target *target)
{
    enum result result = aim(message, capture->address);

    if (result != RESULT_OK)
        return refuse(capture, result, "it could not be aimed at memory: %s", result_name(result));
    result = shot_send(message);
    if (result != RESULT_OK)
        return refuse(capture, result, "it could not be fired: %s", result_name(result));
    capture->is_written = wait_until(is_written, target, BOUND) == RESULT_OK;
    wait_pause(SETTLE);
    capture->found = word_read(target, TARGET_WORD);
    capture->bytes = bytes_changed(target);
    return judge(capture);
}

// Checks that the route works again. A shot lost for a reason that existed before is lost here, too.
static enum result put_back(struct message *message, struct capture *capture, uint32_t deliveries)
{
    enum result result = restore(message);

    if (result != RESULT_OK)
        return refuse(capture, RESULT_MISMATCH, "the route could not be put back: %s", result_name(result));
    // The message written to memory raised no interrupt.
    shot_make_good(message);
    capture->is_restored = shot_fire(message, deliveries) == RESULT_OK;
    return RESULT_OK;
}

enum result capture_run(struct message *message, struct capture *capture)
{
    struct target target;
    uint32_t deliveries;

    *capture = (struct capture){.message = message, .expected = message->info.message_data};
    enum result result = check(message, capture, &deliveries);
    if (result != RESULT_OK)
        return result;
    if (target_make(capture, &target) != RESULT_OK)
        return refuse(capture, RESULT_NO_MEMORY, "no page of memory for it");
    capture->address.address = target.page.address + TARGET_WORD * sizeof(uint32_t);
    result = shoot(message, capture, &target);
    // A device still aimed at the page may write to it later: the page is never freed.
    if (put_back(message, capture, deliveries) != RESULT_OK)
        return RESULT_MISMATCH;
    page_free(target.page, 1);
    if (result == RESULT_OK && !capture->is_restored)
        return refuse(capture, RESULT_FAILED, "the route is back, but the next shot did not arrive within a second");
    return result;
}
