// Pools of CPUs to choose from: all of them, and those of each proximity domain. Pure.
#ifndef KERNEL_CORE_VECTOR_DOMAINS_H
#define KERNEL_CORE_VECTOR_DOMAINS_H

#include "kernel/core/vector_pool.h"

enum { VECTOR_DOMAIN_LISTS = 64 };

// With a single domain, `pool` is the pool of all CPUs.
struct vector_domain {
    struct vector_domain *next;
    uint32_t node;
    struct vector_pool *pool;
};

struct vector_domains {
    struct vector_pool all;
    struct vector_pool **near;                        // by CPU: the pool of its domain
    struct vector_domain *lists[VECTOR_DOMAIN_LISTS]; // by the low bits of the node
};

// Fills zeroed domains with `cpus` CPUs that have no level yet. RESULT_NO_MEMORY: call vector_domains_release().
MUST_USE enum result vector_domains_create(struct vector_domains *domains, uint32_t cpus,
                                           uint32_t (*node_of)(uint32_t cpu));
void vector_domains_release(struct vector_domains *domains);

// The CPUs of this proximity domain; all CPUs if the domain has none.
const struct vector_pool *vector_domains_near(const struct vector_domains *domains, uint32_t node);

// vector_pool_move() in both pools of a CPU.
void vector_domains_move(struct vector_domains *domains, uint32_t cpu, uint32_t from, uint32_t to);

#endif
