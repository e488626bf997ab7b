// The host functions the routing core calls: these nineteen, and memcpy, memset, memmove, strlen, strcmp of the C
// library. arch/host.c defines them for this kernel, tests/lift/ in plain C for a program without hardware.
#ifndef KERNEL_CORE_HOST_H
#define KERNEL_CORE_HOST_H

#include "kernel/core/interrupt.h"
#include "kernel/core/message_source.h"
#include "kernel/lib/result.h"

// The number of the CPU this runs on, below the count given to core_start(). Any IRQL.
uint32_t host_cpu_current(void);

// The level this CPU runs at: the higher of CR8 and the class in service. IRQL_PASSIVE for the value CR8 has at rest.
// Any IRQL.
enum irql host_irql_current(void);

// CR8 as it was written last, whatever is in service. Any IRQL.
enum irql host_irql_read(void);

// Writes CR8. The core keeps the order of levels; this does not check it. Any IRQL.
void host_irql_write(enum irql level);

// Disables maskable interrupts on this CPU; returns whether they were on, for host_interrupts_restore(). Both are
// compiler barriers. Any IRQL.
bool host_interrupts_disable(void);
void host_interrupts_restore(bool were_on);

// Publishes an object as the whole content of slot (cpu, vector) with one store, sequentially consistent: a CPU that
// loads the pointer sees the object's contents. Returns the replaced object. NULL stands for the host's own object for
// unowned vectors, both ways. The count of the slot is kept. PASSIVE.
const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object);

// The object in slot (cpu, vector) now, with acquire order; NULL where it is the host's own for unowned vectors.
const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector);

// Interrupts taken through slot (cpu, vector) since start-up: counted by the dispatcher before it calls the routine, so
// it may be one low while that CPU enters the stub. Acquire order: a slot is reused after its count changed, so no
// later store may become visible before this load. Any IRQL.
uint64_t host_slot_count(uint32_t cpu, uint32_t vector);

// The address and data that make a device's write arrive at (cpu, vector), edge triggered, fixed delivery.
// RESULT_UNSUPPORTED: no message can reach this CPU (an APIC ID above 255 without remapping); nothing is cut off.
MUST_USE enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words);

// Sends a fixed interrupt to another CPU or to this one: a vector of core_setup's table, or a device vector, to run its
// routine. The routine sees stores made before the call. Any IRQL.
void host_ipi_send(uint32_t cpu, uint32_t vector);

// Stops a CPU that no message is routed to; it takes no interrupt until started again. Not the caller's CPU. PASSIVE.
// RESULT_TIMEOUT: it did not stop within the host's bound and goes on.
MUST_USE enum result host_processor_stop(uint32_t cpu);

// Starts a stopped CPU, its slots unchanged. PASSIVE. RESULT_TIMEOUT.
MUST_USE enum result host_processor_start(uint32_t cpu);

// Nanoseconds since some fixed moment. Monotonic on one CPU. Any IRQL.
uint64_t host_nanoseconds(void);

// Called with interrupts off: sleeps until an interrupt was taken or the deadline passed, whichever is first; returns
// with interrupts off. An interrupt that became pending before the call ends the sleep at once.
void host_idle(uint64_t deadline_nanoseconds);

// One turn of a spin loop. Any IRQL.
void host_relax(void);

// One finished line, without its newline; `line` is valid only during the call. Any IRQL, also from a service routine:
// a host whose console takes a lock keeps the line for later.
enum host_log_level { HOST_LOG_ERROR, HOST_LOG_WARNING };
void host_log(enum host_log_level level, const char *line);

// Zeroed memory, aligned to 16 bytes; NULL when there is none. PASSIVE.
MUST_USE void *host_allocate(size_t size);
void host_free(void *memory); // NULL is allowed

#endif
