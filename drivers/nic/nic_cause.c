// One message by the interrupt cause registers.

#include "drivers/nic/nic_cause.h"
#include "arch/mmio.h"

#define CAUSE_TRANSMITTED BIT(0) // TXDW
#define ALL_ONES          UINT32_C(0xffffffff)

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
    shot_turn_end(&cause->turn);
    return true;
}

enum result nic_cause_shoot(struct nic_cause *cause)
{
    enum result result = shot_turn_begin(&cause->turn);

    if (result == RESULT_OK)
        cause_set(cause);
    return result;
}

enum result nic_cause_assert(const struct nic_cause *cause, bool on)
{
    if (on)
        cause_set(cause);
    else
        nic_cause_quiet(cause);
    return cause_read(cause, cause->at->mask) == ALL_ONES ? RESULT_GONE : RESULT_OK;
}
