// The loader: the steps from the firmware's call to the kernel's entry.

#include "boot/address_space.h"
#include "boot/config.h"
#include "boot/console.h"
#include "boot/enter.h"
#include "boot/framebuffer.h"
#include "boot/handoff_record.h"
#include "boot/kernel_load.h"
#include "boot/last_run.h"
#include "boot/menu.h"
#include "boot/report.h"
#include "boot/step.h"
#include "boot/tables.h"
#include "boot/version.h"

enum { FAILURE_READING_SECONDS = 10 };

struct step {
    const char *name;
    EFI_STATUS (*run)(struct loader *loader);
};

// Watchdog off, or else the firmware resets the machine after five minutes.
static EFI_STATUS watchdog_stop(struct loader *unused)
{
    BS->SetWatchdogTimer(0, 0, 0, NULL);
    return EFI_SUCCESS;
}

static EFI_STATUS image_find(struct loader *self)
{
    self->loaded = efi_library_protocol(self->image, &LoadedImageProtocol);
    return self->loaded == NULL ? step_fail(EFI_UNSUPPORTED, "the firmware does not say what it loaded") : EFI_SUCCESS;
}

// The report before the steps that may refuse the machine, so that a refused machine has one.
static const struct step steps[] = {
    {"watchdog", watchdog_stop},
    {"image", image_find},
    {"command line", config_find},
    {"firmware tables", tables_find},
    {"framebuffer", framebuffer_find},
    {"console", console_find},
    {"report", report_write},
    {"last run", last_run_write},
    {"menu", menu_offer},
    {"kernel", kernel_load},
    {"address space", address_space_build},
    {"place for a report", last_run_reserve},
    {"handoff", handoff_record_build},
    {"enter", enter_kernel},
};

// Called by GNU-EFI's start code with the System V convention, so without EFIAPI.
EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    // On the stack, which has 128 KiB (UEFI 2.10, 2.3.4): GNU-EFI keeps zeroed data in the file.
    struct loader loader = {.image = image};
    EFI_STATUS status = EFI_SUCCESS;
    efi_library_start(image, system);
    efi_library_print(version_text);
    efi_library_print("\n");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !EFI_ERROR(status); i++) {
        step_begin(steps[i].name);
        status = steps[i].run(&loader);
    }
    EFI_INPUT_KEY key;
    (void)efi_library_read_key(FAILURE_READING_SECONDS, &key);
    return status;
}
