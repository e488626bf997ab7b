// The drain interrupt: its service count is the proof.

#include "kernel/core/drain.h"
#include "kernel/core/core_log.h"
#include "kernel/core/core_vectors.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"

#define BOUND WAIT_MILLISECONDS(5000) // for emulators with more CPUs than the host has

enum { LOOKS = 64 }; // polls before sleeping: an idle CPU answers faster than a sleep takes

struct drain_wait {
    uint32_t cpu;
    uint64_t before;
};

static uint32_t waiter;     // the CPU that waits, or waited last
static bool is_asleep;      // `waiter` sleeps or is about to
static uint32_t rounds = 2; // of a drain

// The waiter polls the slot's count, raised by the stub. Count before is_asleep is read here; is_asleep before the
// count is read there: so the waiter sees the count, or is woken.
static bool drain_routine(const struct interrupt *self)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&is_asleep, __ATOMIC_RELAXED) && host_cpu_current() != waiter)
        host_ipi_send(waiter, core_vectors.wake);
    return true;
}

// Nothing to do: taking the interrupt ends the sleep.
static bool wake_routine(const struct interrupt *self)
{
    return true;
}

static struct interrupt drain_object = {.routine = drain_routine, .irql = IRQL_DISPATCH, .name = "drain"};
static struct interrupt wake_object = {.routine = wake_routine, .irql = IRQL_IPI, .name = "wake"};

static inline bool is_past(uint32_t cpu, uint64_t before)
{
    return host_slot_count(cpu, core_vectors.drain) != before;
}

static bool drain_arrived(void *context)
{
    const struct drain_wait *wait = context;

    return is_past(wait->cpu, wait->before);
}

void drain_prepare(uint32_t cpu)
{
    drain_object.message_id = core_vectors.drain;
    wake_object.message_id = core_vectors.wake;
    host_slot_exchange(cpu, core_vectors.drain, &drain_object);
    host_slot_exchange(cpu, core_vectors.wake, &wake_object);
}

RARE static enum result sleep_until_arrived(uint32_t cpu, uint64_t before)
{
    struct drain_wait wait = {cpu, before};

    waiter = host_cpu_current();
    __atomic_store_n(&is_asleep, true, __ATOMIC_SEQ_CST);
    enum result result = wait_until(drain_arrived, &wait, BOUND);
    __atomic_store_n(&is_asleep, false, __ATOMIC_RELEASE);
    return result;
}

static inline enum result drain_once(uint32_t cpu, uint64_t before)
{
    host_ipi_send(cpu, core_vectors.drain);
    for (uint32_t i = 0; i < LOOKS; i++) {
        host_relax();
        if (is_past(cpu, before))
            return RESULT_OK;
    }
    return sleep_until_arrived(cpu, before);
}

// The slot's count proves a drain only if the drain's object is in the slot.
RARE static enum result unprepared(uint32_t cpu)
{
    core_error("drain: cpu %u vector 0x%x does not hold the drain's object", cpu, core_vectors.drain);
    return RESULT_MISMATCH;
}

RARE static enum result late(uint32_t cpu, enum result result)
{
    rounds = 3;
    core_error("drain: cpu %u did not take the drain interrupt within 5 seconds", cpu);
    return result;
}

// One interrupt is not enough. The message to drain comes from the device's root complex, the interrupt from the
// caller's local APIC. The message is at the root complex before the answer to the read-back of its entry (PCI Express
// Base 4.0, 2.4.1), but nothing orders which of the two the other local APIC accepts first (SDM vol. 3, 10.8.4
// and 10.9, are about interrupts already accepted). The second interrupt is sent when the first was accepted, served
// and counted: by then the message has had a round trip between the processors to arrive. No manual states this bound;
// a message that comes later still finds a free slot and is reported (`unknown`, class "late"). A third after a
// time-out: the late interrupt may be accepted before the messages to drain arrive, yet counted after the call, and
// pass for this call's first.
enum result drain_cpu(uint32_t cpu)
{
    uint64_t before = host_slot_count(cpu, core_vectors.drain);

    if (host_slot_read(cpu, core_vectors.drain) != &drain_object)
        return unprepared(cpu);
    for (uint32_t left = rounds; left; left--) {
        enum result result = drain_once(cpu, before++);
        if (result != RESULT_OK)
            return late(cpu, result);
    }
    return RESULT_OK;
}
