// Starting the other processors: INIT, start-up, start-up (Intel SDM vol. 3, 9.4), each step bounded.
#ifndef ARCH_SMP_H
#define ARCH_SMP_H

#include "kernel/lib/result.h"

// Starts every processor that the CPU table holds as present. One that does not answer within 5 s is logged, marked
// dead and left out; each that does joins the core. Checks its clock against the boot processor's. Boot CPU, PASSIVE,
// after apic_timer_initialise().
MUST_USE enum result smp_start(void);

// Makes the boot processor online: its system interrupts published, and it joins the core. As core_cpu_join().
MUST_USE enum result smp_boot_online(void);

// Takes a processor out of its idle loop for good; smp_restart() brings it back through INIT and start-up, its slots as
// they were. Boot CPU, PASSIVE. RESULT_TIMEOUT after 5 s, logged; a processor that does not restart is marked dead.
MUST_USE enum result smp_stop(uint32_t cpu);
MUST_USE enum result smp_restart(uint32_t cpu);

// Stops every other online processor for good, by NMI. Any IRQL.
void smp_stop_others(void);

#endif
