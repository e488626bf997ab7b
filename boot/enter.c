// Leaving the firmware and entering the kernel.

#include "boot/enter.h"
#include "arch/cpu_registers.h"
#include "boot/address_space.h"
#include "boot/memory.h"
#include "boot/step.h"

// enter_jump.asm: stores the TSC, loads CR3, jumps with the record in rdi.
_Noreturn void enter_jump(uint64_t root, uint64_t entry, struct handoff *handoff, uint64_t *entry_cycles);

static EFI_STATUS boot_services_try_exit(EFI_HANDLE image)
{
    UINTN key;
    EFI_STATUS status = memory_read(&key);
    return EFI_ERROR(status) ? status : BS->ExitBootServices(image, key);
}

// A firmware timer's handler may allocate between GetMemoryMap and ExitBootServices, which then refuses the old key.
// The failed call has stopped the timers, so the second try succeeds; there is no third (UEFI 2.10, 7.4.6).
static EFI_STATUS boot_services_exit(EFI_HANDLE image)
{
    EFI_STATUS status = boot_services_try_exit(image);
    return status == EFI_INVALID_PARAMETER ? boot_services_try_exit(image) : status;
}

EFI_STATUS enter_kernel(struct loader *loader)
{
    EFI_STATUS status = boot_services_exit(loader->image);
    if (EFI_ERROR(status))
        return step_fail(status, "the firmware does not let go");
    cpu_cli();
    struct memory_regions regions = memory_convert();
    loader->handoff->regions = (uintptr_t)regions.items;
    loader->handoff->region_count = (uint32_t)regions.count;
    address_space_complete(loader->root);
    enter_jump(loader->root, loader->kernel.entry, loader->handoff, &loader->handoff->entry_cycles);
}
