// A machine of four CPUs with one device of eight messages, connected through the real core to a fake message source:
// what tests of live moves begin with. Processors 0 and 1 are of proximity domain 0; 2, 3 and the device of domain 1.
#ifndef TESTS_FAKES_MOVED_DEVICE_H
#define TESTS_FAKES_MOVED_DEVICE_H

#include "kernel/core/irq_move.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"

enum { MOVED_CPUS = 4, MOVED_MESSAGES = 8 };

struct moved_device {
    struct device device;
    struct fake_source source;
    struct message_set *set;
    uint32_t refusals; // so many writes more answer that hardware did not keep them
    char refusal[IRQ_REFUSAL_LENGTH];
};

extern struct moved_device moved;

// cmocka's setup for a device with MSI-X, or with an MSI that cannot be masked, and the teardown of both, which insists
// that nothing is left. Connected, messages spread; the fake's calls begin to be listed afterwards.
int moved_setup(void **state);
int moved_setup_msi(void **state);
int moved_teardown(void **state);
void moved_connect(uint32_t messages);

// Interrupts between processors arrive at once, or not at all.
void moved_ipis_arrive(bool on);

struct vector_counts moved_counts(uint32_t cpu);
void moved_fill(uint32_t cpu, uint32_t left);          // all its vectors are taken but so many
void moved_put(struct message *message, uint32_t cpu); // moves it there; the list of calls is empty then
struct group_affinity moved_cpus(uint64_t mask);       // of group 0

// The record, the slot and the hardware agree, and nothing is left of a move.
void moved_expect(const struct message *message, uint32_t cpu);

#endif
