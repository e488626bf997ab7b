// One output to several targets.

#include "kernel/console/output_tee.h"
#include "kernel/core/host.h"
#include "kernel/lib/memory.h"

enum { OUTPUT_TEE_PIECE = 256 };

static void output_tee_pass(const struct output_tee *tee, const char *bytes, size_t length)
{
    for (uint32_t i = 0; i < tee->target_count; i++)
        tee->targets[i]->write(tee->targets[i], bytes, length);
}

// Clears with blanks, which every terminal supports.
static void output_tee_clear_status(struct output_tee *tee)
{
    static const char blanks[OUTPUT_TEE_STATUS + 2] = {'\r', [1 ... OUTPUT_TEE_STATUS] = ' ', '\r'};

    if (tee->status_width == 0)
        return;
    output_tee_pass(tee, blanks, 1 + tee->status_width);
    output_tee_pass(tee, "\r", 1);
    tee->status_width = 0;
}

static void output_tee_leave(struct output_tee *tee, const char *bytes, size_t length)
{
    if (length > OUTPUT_TEE_WAITING - tee->waiting_length) {
        tee->dropped += length;
        return;
    }
    memcpy(tee->waiting + tee->waiting_length, bytes, length);
    tee->waiting_length += length;
}

// Returns whether the caller writes now; otherwise its bytes wait.
static bool output_tee_enter(struct output_tee *tee, const char *bytes, size_t length)
{
    bool were_on = spinlock_acquire(&tee->lock);
    bool entered = !tee->writing;
    if (entered)
        tee->writing = true;
    else
        output_tee_leave(tee, bytes, length);
    spinlock_release(&tee->lock, were_on);
    return entered;
}

// Takes a piece of the waiting bytes. When there are none, the tee becomes free under the same lock, or else the bytes
// of a writer that comes between stay behind.
static size_t output_tee_take(struct output_tee *tee, char piece[OUTPUT_TEE_PIECE])
{
    bool were_on = spinlock_acquire(&tee->lock);
    size_t length = tee->waiting_length < OUTPUT_TEE_PIECE ? tee->waiting_length : OUTPUT_TEE_PIECE;
    memcpy(piece, tee->waiting, length);
    tee->waiting_length -= length;
    memmove(tee->waiting, tee->waiting + length, tee->waiting_length);
    tee->writing = length != 0;
    spinlock_release(&tee->lock, were_on);
    return length;
}

// Outputs the bytes that other writers left meanwhile.
static void output_tee_exit(struct output_tee *tee)
{
    char piece[OUTPUT_TEE_PIECE];
    size_t taken;
    while ((taken = output_tee_take(tee, piece)) != 0) {
        output_tee_clear_status(tee);
        output_tee_pass(tee, piece, taken);
    }
}

static void output_tee_write(struct output *self, const char *bytes, size_t length)
{
    struct output_tee *tee = CONTAINER_OF(self, struct output_tee, output);
    if (!output_tee_enter(tee, bytes, length))
        return;
    output_tee_clear_status(tee);
    output_tee_pass(tee, bytes, length);
    output_tee_exit(tee);
}

// Binary bytes must not wait among the text: waits until the tee is free. Text written meanwhile waits.
static bool output_tee_write_binary(struct output *self, const void *bytes, size_t length)
{
    struct output_tee *tee = CONTAINER_OF(self, struct output_tee, output);
    bool is_taken = false;
    while (!output_tee_enter(tee, "", 0))
        host_relax();
    output_tee_clear_status(tee);
    for (uint32_t i = 0; i < tee->target_count; i++)
        is_taken |= output_binary(tee->targets[i], bytes, length);
    output_tee_exit(tee);
    return is_taken;
}

static void output_tee_write_aside(struct output *self, const char *bytes, size_t length)
{
    struct output_tee *tee = CONTAINER_OF(self, struct output_tee, aside);
    if (!tee->aside_target)
        return;
    while (!output_tee_enter(tee, "", 0))
        host_relax();
    output_tee_clear_status(tee);
    tee->aside_target->write(tee->aside_target, bytes, length);
    output_tee_exit(tee);
}

static void output_tee_write_urgent(struct output *self, const char *bytes, size_t length)
{
    struct output_tee *tee = CONTAINER_OF(self, struct output_tee, urgent);
    output_tee_clear_status(tee);
    output_tee_pass(tee, bytes, length);
}

static void output_tee_write_status(struct output *self, const char *bytes, size_t length)
{
    struct output_tee *tee = CONTAINER_OF(self, struct output_tee, status);
    if (!output_tee_enter(tee, "", 0))
        return;
    uint32_t width = (uint32_t)(length < OUTPUT_TEE_STATUS ? length : OUTPUT_TEE_STATUS);
    if (width < tee->status_width)
        output_tee_clear_status(tee);
    if (width) {
        output_tee_pass(tee, "\r", 1);
        output_tee_pass(tee, bytes, width);
    }
    tee->status_width = width;
    output_tee_exit(tee);
}

void output_tee_start(struct output_tee *tee)
{
    *tee = (struct output_tee){
        .output.write = output_tee_write,
        .output.write_binary = output_tee_write_binary,
        .urgent.write = output_tee_write_urgent,
        .status.write = output_tee_write_status,
        .aside.write = output_tee_write_aside,
    };
}

bool output_tee_add(struct output_tee *tee, struct output *target)
{
    if (tee->target_count == OUTPUT_TEE_TARGETS)
        return false;
    tee->targets[tee->target_count++] = target;
    return true;
}
