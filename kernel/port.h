// The core's port: everything the routing core needs from the machine below. arch/ defines it, tests/ fakes it, and
// another kernel that adopts the core writes these functions and nothing else.
#ifndef KERNEL_PORT_H
#define KERNEL_PORT_H

#include "kernel/bench/bench_trial.h"
#include "kernel/core/interrupt.h"
#include "kernel/core/message_source.h"
#include "kernel/diagnose/interrupt_state.h"
#include "kernel/lib/result.h"
#include "kernel/trace/trace_ring.h"

// The number of the CPU this runs on. Any IRQL.
uint32_t port_cpu_current(void);

// The level this CPU runs at: the higher of CR8 and the class in service. Any IRQL.
enum irql port_irql_current(void);

// CR8 as it was written last, whatever is in service. Any IRQL.
enum irql port_irql_read(void);

// Writes CR8. The caller keeps the order of levels; this does not check it.
void port_irql_write(enum irql level);

// Turns maskable interrupts off on this CPU and answers whether they were on; the answer goes back into restore.
bool port_interrupts_disable(void);
void port_interrupts_restore(bool were_on);

// Publishes an object as the whole content of slot (cpu, vector) with one store, and answers the object it replaces.
// NULL stands for the kernel's own object for unowned vectors, both ways. The count of the slot is kept.
const struct interrupt *port_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object);

// The object in slot (cpu, vector) now; NULL where it is the kernel's own for unowned vectors.
const struct interrupt *port_slot_read(uint32_t cpu, uint32_t vector);

// Does the CPU's interrupt table still lead from this vector to the stub of this vector?
bool port_gate_is_ours(uint32_t cpu, uint32_t vector);

// Reads the calling CPU's own interrupt hardware. Any IRQL.
void port_interrupt_state_read(struct interrupt_state *state);

// Interrupts taken through slot (cpu, vector) since start-up. May be one behind while that CPU is entering the stub.
uint64_t port_slot_count(uint32_t cpu, uint32_t vector);

// The address and data that make a device's write arrive at (cpu, vector), edge triggered, fixed delivery.
// RESULT_UNSUPPORTED: the CPU's APIC ID does not fit the message (above 255 without remapping); nothing is cut off.
MUST_USE enum result port_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words);

// Takes address and data apart as the machine does. RESULT_INVALID: no interrupt, the write goes to memory or nowhere;
// RESULT_UNSUPPORTED: it names an entry of a remapping table. Any IRQL.
struct message_target {
    struct apic_id apic_id;
    uint32_t vector;
    bool is_plain; // one CPU by its own ID, fixed delivery, edge triggered, as port_message_compose() writes it
};
MUST_USE enum result port_message_decode(struct message_words words, struct message_target *target);

// Sends a fixed interrupt to another CPU or to this one: a vector of the system rows, or a device's in whose place the
// caller stands.
void port_ipi_send(uint32_t cpu, uint32_t vector);

// Stops a CPU that no message is routed to: it takes nothing but a start-up command until it is started again. Another
// CPU than the caller's. RESULT_TIMEOUT: it did not stop within 5 seconds and goes on.
MUST_USE enum result port_processor_stop(uint32_t cpu);

// Starts it again, its slots as they were. RESULT_TIMEOUT.
MUST_USE enum result port_processor_start(uint32_t cpu);

// Nanoseconds since the kernel was entered. Monotonic on one CPU.
uint64_t port_nanoseconds(void);

// The raw clock under it (TSC) and its frequency in Hz: cycles, or instructions under QEMU's -icount shift=0.
uint64_t port_cycles(void);
uint64_t port_cycles_frequency(void);

// port_nanoseconds() as it was when port_cycles() read `cycles`; not before the kernel was entered.
uint64_t port_nanoseconds_at(uint64_t cycles);

// The ring that a CPU's interrupts are recorded in, and the choice whether they are: for the calling CPU from the next
// interrupt on, for one that is stopped when it is started again. Without memory in the ring it must not be chosen.
// port_trace_ring() answers NULL for a CPU that never started.
struct trace_ring *port_trace_ring(uint32_t cpu);
void port_trace_choose(uint32_t cpu, bool traced);

// Called with interrupts off: sleeps until an interrupt was taken or the deadline passed, whichever is first, and
// returns with interrupts off. An interrupt that became pending before the call ends the sleep at once.
void port_idle(uint64_t deadline_nanoseconds);

// When the CPU that calls began the sleep it is in, in cycles: what an interrupt that ends a sleep can ask. 0: it does
// not sleep. Any IRQL.
uint64_t port_idle_since(void);

// Cycles the CPU that calls has waited since the kernel was entered, by port_idle() or for hardware. Any IRQL.
uint64_t port_cycles_waited(void);

// One turn of a spin loop.
void port_relax(void);

// Makes one measurement and takes its clock readings. The service routine of the vector's slot runs as it always does,
// in the middle of a routine that reads the clock; slot and interrupt table are as before when this returns. Interrupts
// on, below the vector's level, one trial at a time. RESULT_TIMEOUT: the message did not come within about a second.
MUST_USE enum result port_bench(struct bench_trial *trial);

#endif
