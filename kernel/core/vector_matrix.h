// Which vectors are taken on which CPU. Pure bookkeeping: no hardware, no lock (the caller serialises), and the sum
// free + reserved + allocated + draining == VECTOR_DEVICE_COUNT holds on every CPU after every call.
#ifndef KERNEL_CORE_VECTOR_MATRIX_H
#define KERNEL_CORE_VECTOR_MATRIX_H

#include "kernel/core/vector_bitmap.h"
#include "kernel/lib/result.h"

enum { VECTOR_MATRIX_CPU_COUNT = 4096 }; // most processors one matrix serves

struct vector_matrix;

// A matrix for `cpus` processors, all of them closed to reservation; `node_of` says which proximity domain each is in.
// NULL when memory is out or cpus is 0 or more than VECTOR_MATRIX_CPU_COUNT.
struct vector_matrix *vector_matrix_create(uint32_t cpus, uint32_t (*node_of)(uint32_t cpu));
void vector_matrix_destroy(struct vector_matrix *matrix);

// Opens a CPU for reservation, or closes it (taken vectors stay taken).
void vector_matrix_open(struct vector_matrix *matrix, uint32_t cpu);
void vector_matrix_close(struct vector_matrix *matrix, uint32_t cpu);
bool vector_matrix_is_open(const struct vector_matrix *matrix, uint32_t cpu);

// Reserves `count` (1, 2, 4, 8, 16 or 32) vectors on one open CPU, contiguous and aligned to count, inside the rows
// lowest..highest (the highest row with room first), else in the rows below (highest first), else in the rows above
// (lowest first). A block of 32 covers two rows and counts as inside the band when its upper row is.
// RESULT_NO_VECTORS when the CPU has no such block or is closed, RESULT_INVALID for another count or no such CPU.
MUST_USE enum result vector_matrix_reserve(struct vector_matrix *matrix, uint32_t cpu, enum irql lowest,
                                           enum irql highest, uint32_t count, uint32_t *first);

// Reserves one vector for a level-sensitive line: a number that no other level line uses on any CPU. The end of a level
// interrupt is broadcast to every IOAPIC with the vector's number alone (Intel SDM vol. 3, 11.8.5); a second line of
// that number would be re-armed while its own interrupt is in service and be delivered twice. Otherwise as
// vector_matrix_reserve() with count 1.
MUST_USE enum result vector_matrix_reserve_level(struct vector_matrix *matrix, uint32_t cpu, enum irql lowest,
                                                 enum irql highest, uint32_t *vector);

// Reserves exactly these vectors (any count within the device rows), on one open CPU. RESULT_NO_VECTORS when one of
// them is taken or the CPU is closed, RESULT_INVALID for others than device vectors or no such CPU.
MUST_USE enum result vector_matrix_reserve_at(struct vector_matrix *matrix, uint32_t cpu, uint32_t first,
                                              uint32_t count);

// The same block, found as vector_matrix_reserve() does, on an open CPU and on another that may be closed: for a move
// that writes data and address separately. Results as vector_matrix_reserve(); RESULT_INVALID also for one CPU twice.
MUST_USE enum result vector_matrix_reserve_pair(struct vector_matrix *matrix, uint32_t cpu, uint32_t other,
                                                enum irql lowest, enum irql highest, uint32_t count, uint32_t *first);

// reserved -> allocated, allocated -> draining.
void vector_matrix_commit(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector);
void vector_matrix_drain(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector);

// Any state -> free.
void vector_matrix_free(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector);

// The open CPU with most vectors free, the lowest number of equals: of all CPUs, of a proximity domain, or of the CPUs
// of a group in `mask`. All CPUs, if the domain has no open CPU or does not exist. Constant time. RESULT_NO_VECTORS
// when there is none, or none has a vector free; _in() then still sets *cpu to an open CPU, and returns RESULT_INVALID
// if none is open.
MUST_USE enum result vector_matrix_least_loaded(const struct vector_matrix *matrix, uint32_t *cpu);
MUST_USE enum result vector_matrix_least_loaded_near(const struct vector_matrix *matrix, uint32_t node, uint32_t *cpu);
MUST_USE enum result vector_matrix_least_loaded_in(const struct vector_matrix *matrix, uint32_t group, uint64_t mask,
                                                   uint32_t *cpu);

// The CPUs of a group that are in a proximity domain, open or not.
uint64_t vector_matrix_near(const struct vector_matrix *matrix, uint32_t node, uint32_t group);

// Free vectors of all open CPUs.
uint32_t vector_matrix_free_total(const struct vector_matrix *matrix);

struct vector_counts vector_matrix_counts(const struct vector_matrix *matrix, uint32_t cpu);

// State of one vector: VECTOR_FREE outside the device rows.
enum vector_state vector_matrix_state(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector);

// Whether a vector is not free.
bool vector_matrix_is_taken(const struct vector_matrix *matrix, uint32_t cpu, uint32_t vector);

// The lowest vector from `from` on that is not free; VECTOR_DEVICE_END when there is none.
uint32_t vector_matrix_next_taken(const struct vector_matrix *matrix, uint32_t cpu, uint32_t from);

#endif
