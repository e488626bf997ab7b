// The interrupt cause registers of Intel's gigabit controllers, for one message by MSI or the line (82574 datasheet,
// 10.2.4; I210 datasheet, 8.8). A shot sets a cause that hardware raises only when it transmits, which no driver here
// lets it do.
#ifndef DRIVERS_NIC_NIC_CAUSE_H
#define DRIVERS_NIC_NIC_CAUSE_H

#include "drivers/shot_turn.h"

// Where a family has them in BAR 0, in bytes.
struct nic_cause_places {
    uint32_t read;       // ICR: cleared by reading
    uint32_t set;        // ICS
    uint32_t mask;       // IMS: a 1 lets a cause interrupt
    uint32_t clear_mask; // IMC
};

struct nic_cause {
    volatile uint8_t *registers; // BAR 0
    const struct nic_cause_places *at;
    struct shot_turn turn;
};

// No cause interrupts, none is set. PASSIVE.
void nic_cause_quiet(const struct nic_cause *cause);

// For the service routine: clears all causes; false when that of a shot was not set. Any IRQL.
bool nic_cause_serve(struct nic_cause *cause);

// Fires once. RESULT_BUSY until the routine has taken the shot before, since a cause that is set twice is one cause;
// half a second later, when the message is masked or was lost, it is set again all the same. PASSIVE.
MUST_USE enum result nic_cause_shoot(struct nic_cause *cause);

// Asserts or deasserts the line, and reads back. RESULT_GONE: the device reads as all ones. PASSIVE.
MUST_USE enum result nic_cause_assert(const struct nic_cause *cause, bool on);

#endif
