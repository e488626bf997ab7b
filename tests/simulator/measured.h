// The measured operations, each a function of its own that nothing is inlined into: callgrind counts from its entry to
// its return.
#ifndef TESTS_SIMULATOR_MEASURED_H
#define TESTS_SIMULATOR_MEASURED_H

#include "kernel/core/irq_move.h"
#include "kernel/inventory/device.h"

enum result measured_connect(const struct irq_request *request, struct irq_grant *grant);
enum result measured_disconnect(struct message_set *set);
enum result measured_route_cpu(struct message *message, uint32_t cpu);
enum result measured_route(struct message *message, struct group_affinity allowed);
enum result measured_policy(struct message_set *set, enum irq_policy policy);
enum result measured_offline(uint32_t cpu, char *refusal);
enum result measured_online(uint32_t cpu);
const struct message *measured_find(const struct device *device, uint32_t index);
uint64_t measured_count_on(const struct message *message, uint32_t cpu);
const struct message *measured_slot(uint32_t cpu, uint32_t vector);
const struct device *measured_device_find(struct pci_address address);
const struct device *measured_device_parent(const struct device *device);
void measured_device_add(struct device *device);

#endif
