// The processor's own exceptions: all but a counted NMI end in panic.

#include "arch/interrupt/exception.h"
#include "arch/cpu_registers.h"
#include "arch/gdt.h"
#include "arch/interrupt/arrival.h"
#include "arch/interrupt/exception_text.h"
#include "arch/paging/paging.h"
#include "arch/processor.h"
#include "kernel/console/panic.h"
#include <stdatomic.h>

enum { DESCRIPTION_LENGTH = 160 };

// arch/raw_msr.asm: the instruction that may fault, and where to go on then.
extern const char raw_msr_try[], raw_msr_failed[];

static _Atomic(void (*)(struct exception_frame *)) nmi_handler;
static _Atomic(const struct exception_frame *) fatal_frame;
static uint32_t fatal_apic_id;

// The local APIC ID by CPUID: an exception may come before, or because of, this processor's own structures.
static uint32_t apic_id_by_cpuid(void)
{
    if (cpuid_read(0, 0).eax >= 0xb && cpuid_read(0xb, 0).ebx != 0)
        return cpuid_read(0xb, 0).edx;
    return cpuid_read(1, 0).ebx >> 24;
}

// panic() prints on the first processor to fail; later ones must not replace its frame.
static void frame_keep(const struct exception_frame *frame)
{
    const struct exception_frame *none = NULL;
    if (atomic_compare_exchange_strong(&fatal_frame, &none, frame))
        fatal_apic_id = apic_id_by_cpuid();
}

// A stack overflow faults on the guard page and double-faults pushing the frame: CR2 still holds the address.
static const char *stack_verdict(const struct exception_frame *frame, uint64_t fault_address)
{
    bool may_be = frame->vector == EXCEPTION_PAGE_FAULT || frame->vector == EXCEPTION_DOUBLE_FAULT;
    return may_be && paging_is_stack_guard(fault_address) ? ", stack overflow" : "";
}

// A fault inside a firmware call comes on the firmware's tables, which map neither consoles nor the direct map. The
// stack of such a call is mapped by both.
static const char *space_restore(void)
{
    if (cr3_read() == paging_root() || paging_root() == 0)
        return "";
    cr3_write(paging_root());
    return ", in a foreign address space";
}

// One may come from the first table on, long before the handler: a button, a watchdog, a board's error pin. The record
// is there, for GS is loaded before the table.
static void nmi_take(struct exception_frame *frame)
{
    void (*handler)(struct exception_frame *) = atomic_load(&nmi_handler);
    if (handler != NULL)
        handler(frame);
    else
        processor_current()->nmi_count++;
}

uint32_t exception_ist_of(uint32_t vector)
{
    switch (vector) {
    case EXCEPTION_DOUBLE_FAULT:
        return GDT_IST_DOUBLE_FAULT;
    case EXCEPTION_NMI:
        return GDT_IST_NMI;
    case EXCEPTION_MACHINE_CHECK:
        return GDT_IST_MACHINE_CHECK;
    default:
        return GDT_IST_NONE;
    }
}

bool exception_handle(struct exception_frame *frame)
{
    if (arrival_take((uint32_t)frame->vector))
        return EXCEPTION_WITH_ERROR_CODE >> frame->vector & 1;
    if (frame->vector == EXCEPTION_GENERAL_PROTECTION && frame->rip == (uint64_t)raw_msr_try) {
        frame->rip = (uint64_t)raw_msr_failed;
        return false;
    }
    if (frame->vector == EXCEPTION_NMI) {
        nmi_take(frame);
        return false;
    }
    char text[DESCRIPTION_LENGTH];
    uint64_t fault_address = cr2_read();
    const char *space = space_restore();
    exception_describe(frame, fault_address, text, sizeof(text));
    frame_keep(frame);
    panic("%s%s%s", text, space, stack_verdict(frame, fault_address));
}

void exception_nmi_attach(void (*handler)(struct exception_frame *frame))
{
    atomic_store(&nmi_handler, handler);
}

const struct exception_frame *exception_fatal_frame(void)
{
    const struct exception_frame *frame = atomic_load(&fatal_frame);
    return frame != NULL && fatal_apic_id == apic_id_by_cpuid() ? frame : NULL;
}
