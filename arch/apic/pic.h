// The 8259 pair of the original PC: moved out of the way and masked.
#ifndef ARCH_APIC_PIC_H
#define ARCH_APIC_PIC_H

// Records unmasked lines, moves both to the legacy row so that a stray interrupt is recognised, and masks all. Boot
// CPU, interrupts off.
void pic_quiet(void);

#endif
