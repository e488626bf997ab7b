// Proximity domains in a hash table by node number.

#include "kernel/core/vector_domains.h"
#include "kernel/core/host.h"

static struct vector_domain *domain_find(const struct vector_domains *domains, uint32_t node)
{
    struct vector_domain *domain = domains->lists[node % VECTOR_DOMAIN_LISTS];

    while (domain && domain->node != node)
        domain = domain->next;
    return domain;
}

// pool: shared pool to use, or NULL to allocate one.
static struct vector_domain *domain_create(struct vector_domains *domains, uint32_t node, struct vector_pool *pool)
{
    struct vector_domain **list = &domains->lists[node % VECTOR_DOMAIN_LISTS];
    struct vector_domain *domain = host_allocate(sizeof(*domain));

    if (domain && !pool)
        pool = host_allocate(sizeof(*pool));
    if (!domain || !pool) {
        host_free(domain);
        return NULL;
    }
    *domain = (struct vector_domain){.next = *list, .node = node, .pool = pool};
    *list = domain;
    return domain;
}

static bool is_one_domain(uint32_t cpus, uint32_t (*node_of)(uint32_t cpu))
{
    uint32_t cpu = 1;

    while (cpu < cpus && node_of(cpu) == node_of(0))
        cpu++;
    return cpu == cpus;
}

static enum result cpu_add(struct vector_domains *domains, uint32_t cpu, uint32_t node, struct vector_pool *shared)
{
    struct vector_domain *domain = domain_find(domains, node);

    if (!domain)
        domain = domain_create(domains, node, shared);
    if (!domain)
        return RESULT_NO_MEMORY;
    domains->near[cpu] = domain->pool;
    enum result result = vector_pool_add(&domains->all, cpu);
    return result == RESULT_OK ? vector_pool_add(domain->pool, cpu) : result;
}

enum result vector_domains_create(struct vector_domains *domains, uint32_t cpus, uint32_t (*node_of)(uint32_t cpu))
{
    struct vector_pool *shared = is_one_domain(cpus, node_of) ? &domains->all : NULL;
    enum result result = RESULT_OK;

    domains->near = host_allocate(cpus * sizeof(struct vector_pool *));
    if (!domains->near)
        return RESULT_NO_MEMORY;
    for (uint32_t cpu = 0; cpu < cpus && result == RESULT_OK; cpu++)
        result = cpu_add(domains, cpu, node_of(cpu), shared);
    return result;
}

static void domain_destroy(const struct vector_domains *domains, struct vector_domain *domain)
{
    if (domain->pool != &domains->all) {
        vector_pool_release(domain->pool);
        host_free(domain->pool);
    }
    host_free(domain);
}

void vector_domains_release(struct vector_domains *domains)
{
    for (uint32_t i = 0; i < VECTOR_DOMAIN_LISTS; i++) {
        while (domains->lists[i]) {
            struct vector_domain *domain = domains->lists[i];
            domains->lists[i] = domain->next;
            domain_destroy(domains, domain);
        }
    }
    vector_pool_release(&domains->all);
    host_free(domains->near);
}

const struct vector_pool *vector_domains_near(const struct vector_domains *domains, uint32_t node)
{
    const struct vector_domain *domain = domain_find(domains, node);

    return domain ? domain->pool : &domains->all;
}

void vector_domains_move(struct vector_domains *domains, uint32_t cpu, uint32_t from, uint32_t to)
{
    vector_pool_move(&domains->all, cpu, from, to);
    if (domains->near[cpu] != &domains->all)
        vector_pool_move(domains->near[cpu], cpu, from, to);
}
