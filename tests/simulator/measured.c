// Each keeps its callee's answer in a variable past a barrier, so that it ends with a return and not with a jump.

#include "tests/simulator/measured.h"
#include "kernel/inventory/device.h"

#define KEEP(value) __asm__ volatile("" : : "r"(value) : "memory")

enum result measured_connect(const struct irq_request *request, struct irq_grant *grant)
{
    enum result result = irq_connect(request, grant);

    KEEP(result);
    return result;
}

enum result measured_disconnect(struct message_set *set)
{
    enum result result = irq_disconnect(set);

    KEEP(result);
    return result;
}

enum result measured_route_cpu(struct message *message, uint32_t cpu)
{
    enum result result = irq_route_cpu(message, cpu);

    KEEP(result);
    return result;
}

enum result measured_route(struct message *message, struct group_affinity allowed)
{
    enum result result = irq_route(message, allowed);

    KEEP(result);
    return result;
}

enum result measured_policy(struct message_set *set, enum irq_policy policy)
{
    enum result result = irq_policy_set(set, policy);

    KEEP(result);
    return result;
}

enum result measured_offline(uint32_t cpu, char *refusal)
{
    enum result result = irq_cpu_offline(cpu, refusal);

    KEEP(result);
    return result;
}

enum result measured_online(uint32_t cpu)
{
    enum result result = irq_cpu_online(cpu);

    KEEP(result);
    return result;
}

const struct message *measured_find(const struct device *device, uint32_t index)
{
    const struct message *message = message_find(&device->irq, index);

    KEEP(message);
    return message;
}

uint64_t measured_count_on(const struct message *message, uint32_t cpu)
{
    uint64_t count = message_count_on(message, cpu);

    KEEP(count);
    return count;
}

const struct message *measured_slot(uint32_t cpu, uint32_t vector)
{
    const struct message *message = message_at(cpu, vector);

    KEEP(message);
    return message;
}

const struct device *measured_device_find(struct pci_address address)
{
    const struct device *device = device_find(address);

    KEEP(device);
    return device;
}

const struct device *measured_device_parent(const struct device *device)
{
    const struct device *parent = device_parent(device);

    KEEP(parent);
    return parent;
}

void measured_device_add(struct device *device)
{
    device_add(device);
    KEEP(device);
}
