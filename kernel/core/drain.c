// The drain interrupt: its service count is the proof.

#include "kernel/core/drain.h"
#include "kernel/core/core_log.h"
#include "kernel/core/core_vectors.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"

#define BOUND WAIT_MILLISECONDS(5000) // long, for emulators that share few processors among many

enum { LOOKS = 64 }; // before sleeping: a CPU that is idle answers sooner than a sleep begins and ends

struct drain_wait {
    uint32_t cpu;
    uint64_t before;
};

static uint32_t waiter; // the CPU that sleeps until the answer, or did last
static bool is_asleep;  // it does, or is about to
static bool was_late;   // a CPU has once not answered in time: its answer may come during a later wait

// The slot's own count, taken by the stub, is what the waiter looks at. The count must be out before its sleep is
// looked for: it says that it sleeps before it looks at the count, so one of the two sees the other.
static bool drain_routine(const struct interrupt *self)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&is_asleep, __ATOMIC_RELAXED) && host_cpu_current() != waiter)
        host_ipi_send(waiter, core_vectors.wake);
    return true;
}

// Being taken is all a wake-up is for.
static bool wake_routine(const struct interrupt *self)
{
    return true;
}

static struct interrupt drain_object = {.routine = drain_routine, .irql = IRQL_DISPATCH, .name = "drain"};
static struct interrupt wake_object = {.routine = wake_routine, .irql = IRQL_IPI, .name = "wake"};

static bool drain_arrived(void *context)
{
    const struct drain_wait *wait = context;

    return host_slot_count(wait->cpu, core_vectors.drain) != wait->before;
}

void drain_prepare(uint32_t cpu)
{
    drain_object.message_id = core_vectors.drain;
    wake_object.message_id = core_vectors.wake;
    host_slot_exchange(cpu, core_vectors.drain, &drain_object);
    host_slot_exchange(cpu, core_vectors.wake, &wake_object);
}

static enum result sleep_until_arrived(struct drain_wait *wait)
{
    waiter = host_cpu_current();
    __atomic_store_n(&is_asleep, true, __ATOMIC_SEQ_CST);
    enum result result = wait_until(drain_arrived, wait, BOUND);
    __atomic_store_n(&is_asleep, false, __ATOMIC_RELEASE);
    return result;
}

static enum result drain_once(uint32_t cpu)
{
    struct drain_wait wait = {cpu, host_slot_count(cpu, core_vectors.drain)};

    host_ipi_send(cpu, core_vectors.drain);
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (drain_arrived(&wait))
            return RESULT_OK;
        host_relax();
    }
    return sleep_until_arrived(&wait);
}

// The slot counts whoever is in it, so its count proves nothing when the drain's own object is not.
RARE static enum result unprepared(uint32_t cpu)
{
    core_error("drain: cpu %u vector 0x%x does not hold the drain's object", cpu, core_vectors.drain);
    return RESULT_MISMATCH;
}

// A late interrupt may have been accepted, and not counted yet, before what shall be drained arrived; it would be taken
// for the answer to this one. The one after it was sent after the call, whichever of the two arrived first.
enum result drain_cpu(uint32_t cpu)
{
    if (host_slot_read(cpu, core_vectors.drain) != &drain_object)
        return unprepared(cpu);
    enum result result = drain_once(cpu);

    if (result == RESULT_OK && was_late)
        result = drain_once(cpu);
    if (result == RESULT_OK)
        return RESULT_OK;
    was_late = true;
    core_error("drain: cpu %u did not take the drain interrupt within 5 seconds", cpu);
    return result;
}
