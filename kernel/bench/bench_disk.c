// Reads, and how long the CPU slept in them.
//
// A sleep begins when host_idle() says so and ends when the interrupt is taken. That moment cannot be read, but the
// service routine is entered a fixed time later: the time measured first with an interrupt that is pending before the
// sleep begins. A routine that reads the clock therefore calls the driver's; its own cost is measured and subtracted,
// too.

#include "kernel/bench/bench_disk.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/clock.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/page.h"
#include "kernel/runtime/vectors.h"

enum { CLASS_SERIAL_BUS = 0x0c }; // a USB controller reads sticks, its own messages say nothing of their speed
enum { NAP_COUNT = 64, READS = 200, TRIES_EACH = 4, CALIBRATIONS = 20 };
#define DEPTH_BOUND WAIT_MILLISECONDS(2000)

// An interrupt as the watching routine saw it.
struct nap {
    uint64_t since; // 0: it came while the CPU was awake
    uint64_t entered;
};

// Replaces the routine in a message's slot.
struct watcher {
    struct interrupt object;
    const struct interrupt *original;
    uint32_t vector;
};

static struct nap naps[NAP_COUNT];
static uint32_t nap_count;
static uint64_t least_nap;     // from the start of a sleep to the routine, with an interrupt already pending
static uint64_t watching_cost; // of one call of the watching routine, without the original's

static bool watch(const struct interrupt *self)
{
    const struct watcher *watcher = self->context;
    struct nap *nap = &naps[nap_count++ % NAP_COUNT];

    nap->since = clock_idle_since();
    nap->entered = clock_cycles();
    return watcher->original->routine(watcher->original);
}

static void watcher_publish(struct watcher *watcher, uint32_t vector, const struct interrupt *original)
{
    watcher->original = original;
    watcher->vector = vector;
    watcher->object = *original;
    watcher->object.routine = watch;
    watcher->object.context = watcher;
    host_slot_exchange(host_cpu_current(), vector, &watcher->object);
}

static void watcher_withdraw(const struct watcher *watcher)
{
    host_slot_exchange(host_cpu_current(), watcher->vector, watcher->original);
}

static bool do_nothing(const struct interrupt *self)
{
    return true;
}

static enum result call_routine(void *context)
{
    const struct interrupt *object = context;

    (void)object->routine(object);
    return RESULT_OK;
}

static uint64_t call_ticks(struct interrupt *object)
{
    uint64_t start = clock_cycles();
    (void)call_routine(object);
    return clock_cycles() - start;
}

// The minimum of several: an interruption adds time.
static void cost_calibrate(void)
{
    struct interrupt plain = {.routine = do_nothing};
    struct watcher watcher = {.original = &plain, .object = {.routine = watch, .context = &watcher}};
    uint64_t watched = UINT64_MAX, unwatched = UINT64_MAX;

    for (uint32_t i = 0; i < CALIBRATIONS; i++) {
        uint64_t with = call_ticks(&watcher.object), without = call_ticks(&plain);
        watched = with < watched ? with : watched;
        unwatched = without < unwatched ? without : unwatched;
    }
    watching_cost = watched > unwatched ? watched - unwatched : 0;
}

// A self-IPI, held off until the sleep begins.
static enum result nap_calibrate(void)
{
    struct watcher watcher;

    watcher_publish(&watcher, VECTOR_IPI_WAKE, host_slot_read(host_cpu_current(), VECTOR_IPI_WAKE));
    least_nap = UINT64_MAX;
    for (uint32_t i = 0; i < CALIBRATIONS; i++) {
        nap_count = 0;
        bool were_on = host_interrupts_disable();
        host_ipi_send(host_cpu_current(), VECTOR_IPI_WAKE);
        host_idle(host_nanoseconds() + WAIT_MILLISECONDS(1));
        host_interrupts_restore(were_on);
        if (nap_count == 1 && naps[0].since && naps[0].entered - naps[0].since < least_nap)
            least_nap = naps[0].entered - naps[0].since;
    }
    watcher_withdraw(&watcher);
    return least_nap == UINT64_MAX ? RESULT_FAILED : RESULT_OK;
}

// The disk under measurement, and the reads made.
struct disk {
    struct device *device;
    struct watcher *watchers; // one for each of its messages on this CPU
    uint32_t count;
    void *page;
    struct message *shot; // a message, fired by a read of its own
    uint32_t depth;
    bool (*is_wanted)(void); // keep the sample? decided by its sleeps
};

static struct device *find_disk(void)
{
    device_for_each (device)
        if (device->class_code >> 16 != CLASS_SERIAL_BUS && device->driver && device->driver->read_block &&
            device->irq.messages && !device->irq.messages->is_inactive)
            return device;
    return NULL;
}

static enum result disk_watch(struct disk *disk)
{
    uint32_t here = host_cpu_current();

    disk->watchers = heap_allocate(disk->device->irq.messages->message_count * sizeof(disk->watchers[0]));
    if (!disk->watchers)
        return RESULT_NO_MEMORY;
    message_for_each (disk->device->irq.messages, message)
        if (message->cpu == here)
            watcher_publish(&disk->watchers[disk->count++], message->info.vector, message->info.interrupt_object);
    return RESULT_OK;
}

static void disk_unwatch(const struct disk *disk)
{
    for (uint32_t i = 0; i < disk->count; i++)
        watcher_withdraw(&disk->watchers[i]);
    heap_free(disk->watchers);
}

static enum result read_one(void *context)
{
    const struct disk *disk = context;

    return disk->device->driver->read_block(disk->device, 0, disk->page);
}

// Several interrupts may be taken before the CPU leaves one sleep: the first one ended it.
static bool ended_a_sleep(uint32_t nap)
{
    return naps[nap].since && (nap == 0 || naps[nap].since != naps[nap - 1].since);
}

static uint64_t slept(void)
{
    uint64_t ticks = 0;

    for (uint32_t i = 0; i < nap_count; i++)
        if (ended_a_sleep(i) && naps[i].entered - naps[i].since > least_nap)
            ticks += naps[i].entered - naps[i].since - least_nap;
    return ticks;
}

static bool slept_once(void)
{
    return nap_count == 1 && naps[0].since;
}

static bool stayed_awake(void)
{
    return nap_count == 1 && !naps[0].since;
}

static bool was_interrupted(void)
{
    return nap_count > 0 && nap_count <= NAP_COUNT;
}

// A sleep ended by the clock's interrupt cannot be told from work: the sample is dropped.
static enum result sample(struct bench_run *run, enum result (*action)(void *context), struct disk *disk)
{
    uint64_t clock = host_slot_count(host_cpu_current(), VECTOR_CLOCK);
    uint32_t before = run->count;

    nap_count = 0;
    enum result result = bench_add_call(run, action, disk);
    if (result != RESULT_OK || run->count == before)
        return result;
    run->count = before;
    if (host_slot_count(host_cpu_current(), VECTOR_CLOCK) == clock && disk->is_wanted())
        (void)bench_add(run, bench_beyond(run, run->samples[before], slept() + nap_count * watching_cost));
    return RESULT_OK;
}

static enum result samples(struct bench_run *run, enum result (*action)(void *context), struct disk *disk)
{
    enum result result = nap_calibrate();

    cost_calibrate();
    run->limit = READS;
    for (uint32_t i = 0; i < READS * TRIES_EACH && result == RESULT_OK && bench_wants_more(run); i++)
        result = sample(run, action, disk);
    if (result == RESULT_OK && run->count + run->rejected == 0)
        return bench_refuse(run, "no read ended so, before the clock's own interrupt");
    return result;
}

static enum result measure(struct bench_run *run, enum result (*action)(void *context), struct disk *disk)
{
    struct physical page;
    enum result result = page_allocate(1, 0, &page);

    if (result != RESULT_OK)
        return result;
    disk->page = page_pointer(page);
    result = disk_watch(disk);
    if (result == RESULT_OK) {
        // The first read warms the caches, and shows whether there is anything to read.
        result = read_one(disk);
        result = result == RESULT_NOT_FOUND ? bench_refuse(run, "the disk has nothing that can be read")
                 : result == RESULT_OK      ? samples(run, action, disk)
                                            : result;
        disk_unwatch(disk);
    }
    page_free(page, 1);
    return result;
}

enum result bench_disk_read(struct bench_run *run)
{
    struct disk disk = {.device = find_disk(), .is_wanted = run->parameter ? stayed_awake : slept_once};

    return disk.device ? measure(run, read_one, &disk) : bench_refuse(run, "no disk with a driver");
}

static uint64_t answered(const struct disk *disk)
{
    return disk->device->driver->answers(disk->device, disk->shot->index).shots;
}

struct depth_wait {
    const struct disk *disk;
    uint64_t wanted;
};

static bool all_answered(void *context)
{
    const struct depth_wait *wait = context;

    return answered(wait->disk) >= wait->wanted;
}

static enum result read_many(void *context)
{
    const struct disk *disk = context;
    struct depth_wait wait = {disk, answered(disk) + disk->depth};
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < disk->depth && result == RESULT_OK; i++)
        result = disk->device->driver->fire(disk->device, disk->shot->index);
    return result == RESULT_OK ? wait_until(all_answered, &wait, DEPTH_BOUND) : result;
}

// Message 0 may serve another kind of queue; the others serve the disk's I/O.
static struct message *find_shot(const struct device *device)
{
    uint32_t deliveries;

    message_for_each (device->irq.messages, message)
        if (message->index && message->cpu == host_cpu_current() && shot_is_possible(message, &deliveries))
            return message;
    return NULL;
}

enum result bench_disk_depth(struct bench_run *run)
{
    struct disk disk = {.device = find_disk(), .depth = run->parameter, .is_wanted = was_interrupted};

    if (!disk.device || !disk.device->driver->fire || !disk.device->driver->answers)
        return bench_refuse(run, "no disk whose driver keeps many reads in flight");
    disk.shot = find_shot(disk.device);
    if (!disk.shot)
        return bench_refuse(run, "the disk has no queue with a message on this processor");
    run->divisor = run->parameter;
    return measure(run, read_many, &disk);
}
