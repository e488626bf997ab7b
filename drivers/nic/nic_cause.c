// One message by the interrupt cause registers.

#include "drivers/nic/nic_cause.h"
#include "arch/mmio.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"

#define CAUSE_TRANSMITTED BIT(0) // TXDW
#define ALL_ONES          UINT32_C(0xffffffff)
#define SERVICE_BOUND     WAIT_MILLISECONDS(500) // shorter than callers go on asking

static uint32_t cause_read(const struct nic_cause *cause, uint32_t offset)
{
    return mmio_read32(cause->registers + offset);
}

static void cause_write(const struct nic_cause *cause, uint32_t offset, uint64_t value)
{
    mmio_write32(cause->registers + offset, (uint32_t)value);
}

// The read makes both stores reach the device before the caller goes on. It must not be of ICR, which would clear the
// cause.
static void cause_set(const struct nic_cause *cause)
{
    cause_write(cause, cause->at->mask, CAUSE_TRANSMITTED);
    cause_write(cause, cause->at->set, CAUSE_TRANSMITTED);
    (void)cause_read(cause, cause->at->mask);
}

void nic_cause_quiet(const struct nic_cause *cause)
{
    cause_write(cause, cause->at->clear_mask, ALL_ONES);
    (void)cause_read(cause, cause->at->read);
}

bool nic_cause_serve(struct nic_cause *cause)
{
    if (!(cause_read(cause, cause->at->read) & CAUSE_TRANSMITTED))
        return false;
    __atomic_fetch_add(&cause->served, 1, __ATOMIC_RELEASE);
    return true;
}

static bool has_served(const struct nic_cause *cause)
{
    return (int32_t)(__atomic_load_n(&cause->served, __ATOMIC_ACQUIRE) - cause->awaited) >= 0;
}

enum result nic_cause_shoot(struct nic_cause *cause)
{
    uint64_t now = host_nanoseconds();

    if (!has_served(cause) && now < cause->expiry)
        return RESULT_BUSY;
    cause->awaited = __atomic_load_n(&cause->served, __ATOMIC_ACQUIRE) + 1;
    cause->expiry = now + SERVICE_BOUND;
    cause_set(cause);
    return RESULT_OK;
}

enum result nic_cause_assert(const struct nic_cause *cause, bool on)
{
    if (on)
        cause_set(cause);
    else
        nic_cause_quiet(cause);
    return cause_read(cause, cause->at->mask) == ALL_ONES ? RESULT_GONE : RESULT_OK;
}
