// What an earlier start left in memory before the machine was reset, as a file on the volume; and the place for this
// one's.

#include "boot/last_run.h"
#include "boot/memory.h"
#include "boot/step.h"
#include "boot/volume.h"
#include "kernel/lib/kept_report.h"

// Below it firmware and the loaders of other systems put their things, so that it seldom survives.
#define LOWEST_PLACE UINT64_C(0x4000000)

// Writes the report at this address, if there is one; false: look on.
static bool write_found(struct loader *loader, struct kept_report *report)
{
    if (!kept_report_is_whole(report))
        return false;
    EFI_STATUS status = volume_replace(loader, L"\\signalbox-last.txt", report->text, report->length);
    if (EFI_ERROR(status))
        step_note("the last run's report, %u bytes, cannot be written (%s)", report->length,
                  efi_library_status(status));
    else
        step_note("signalbox-last.txt, %u bytes", report->length);
    kept_report_void(report);
    return true;
}

static uint64_t first_place(uint64_t base)
{
    uint64_t aligned = (base + KEPT_REPORT_ALIGN - 1) / KEPT_REPORT_ALIGN * KEPT_REPORT_ALIGN;
    return aligned < LOWEST_PLACE ? LOWEST_PLACE : aligned;
}

// The places in free memory from the lowest on, until `stop_at` says true of one.
static bool any_place(struct loader *loader, bool (*stop_at)(struct loader *loader, struct kept_report *report))
{
    struct memory_regions regions = memory_convert();
    for (size_t i = 0; i < regions.count; i++) {
        uint64_t end = regions.items[i].base + regions.items[i].size;
        if (regions.items[i].kind != HANDOFF_MEMORY_FREE)
            continue;
        for (uint64_t place = first_place(regions.items[i].base); place < end && end - place >= KEPT_REPORT_SIZE;
             place += KEPT_REPORT_ALIGN)
            if (stop_at(loader, memory_pointer(place)))
                return true;
    }
    return false;
}

static bool reserve(struct loader *loader, struct kept_report *report)
{
    if (EFI_ERROR(memory_keep_at((uintptr_t)report, memory_pages(KEPT_REPORT_SIZE))))
        return false;
    loader->kept_report = (uintptr_t)report;
    return true;
}

EFI_STATUS last_run_write(struct loader *loader)
{
    UINTN key;
    if (!EFI_ERROR(memory_read(&key)))
        (void)any_place(loader, write_found);
    return EFI_SUCCESS;
}

EFI_STATUS last_run_reserve(struct loader *loader)
{
    UINTN key;
    if (EFI_ERROR(memory_read(&key)) || !any_place(loader, reserve))
        step_note("no room: nothing of this run is kept over a reset");
    return EFI_SUCCESS;
}
