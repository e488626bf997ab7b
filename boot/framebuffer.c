// The firmware's framebuffer; its mode is not changed.

#include "boot/framebuffer.h"
#include "boot/step.h"

enum { PIXEL_SIZE = 4, RED_FIRST = 0, BLUE_FIRST = 1, FORMAT_OTHER = 2 };

// Byte masks of the two layouts, for firmware that names them as PixelBitMask.
static uint32_t format_of(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info)
{
    const EFI_PIXEL_BITMASK *mask = &info->PixelInformation;
    if (info->PixelFormat == PixelRedGreenBlueReserved8BitPerColor)
        return RED_FIRST;
    if (info->PixelFormat == PixelBlueGreenRedReserved8BitPerColor)
        return BLUE_FIRST;
    if (info->PixelFormat != PixelBitMask || mask->GreenMask != 0xff00)
        return FORMAT_OTHER;
    if (mask->RedMask == 0xff && mask->BlueMask == 0xff0000)
        return RED_FIRST;
    return mask->RedMask == 0xff0000 && mask->BlueMask == 0xff ? BLUE_FIRST : FORMAT_OTHER;
}

static const char *mode_refusal(const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *mode)
{
    if (mode == NULL || mode->Info == NULL)
        return "has no mode";
    const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info = mode->Info;
    if (info->PixelFormat == PixelBltOnly)
        return "PixelBltOnly: drawn by the firmware's Blt() alone, there is no framebuffer in memory";
    if (mode->FrameBufferBase == 0)
        return "no linear framebuffer";
    if (format_of(info) == FORMAT_OTHER)
        return "pixels are neither RGB nor BGR of 32 bits";
    uint64_t needed = (uint64_t)info->PixelsPerScanLine * info->VerticalResolution * PIXEL_SIZE;
    if (info->HorizontalResolution == 0 || needed == 0 || info->PixelsPerScanLine < info->HorizontalResolution ||
        needed > mode->FrameBufferSize)
        return "its sizes contradict each other";
    return NULL;
}

// An output without a monitor has a mode all the same, but no EDID.
static bool has_monitor(EFI_HANDLE handle)
{
    const EFI_EDID_ACTIVE_PROTOCOL *edid = efi_library_protocol(handle, &EdidActiveProtocol);
    return edid != NULL && edid->SizeOfEdid != 0;
}

static struct handoff_framebuffer framebuffer_of(const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *mode)
{
    return (struct handoff_framebuffer){
        .base = mode->FrameBufferBase,
        .size = mode->FrameBufferSize,
        .width = mode->Info->HorizontalResolution,
        .height = mode->Info->VerticalResolution,
        .pixels_per_line = mode->Info->PixelsPerScanLine,
        .format = format_of(mode->Info),
    };
}

// What the outputs looked at so far had to offer.
struct survey {
    uint32_t usable;
    bool is_watched; // the one taken has a monitor
};

// Takes the output unless it is unusable, or one as good was taken before it.
static void output_offer(struct loader *loader, EFI_HANDLE handle, struct survey *survey)
{
    const char *name = handle == ST->ConsoleOutHandle ? "console" : "output";
    EFI_GRAPHICS_OUTPUT_PROTOCOL *output = efi_library_protocol(handle, &GraphicsOutputProtocol);
    if (output == NULL)
        return;
    const char *refusal = mode_refusal(output->Mode);
    if (refusal != NULL) {
        step_note("%s: %s", name, refusal);
        return;
    }
    struct handoff_framebuffer found = framebuffer_of(output->Mode);
    if (found.base == loader->framebuffer.base)
        return; // the console's handle passes its only output on
    bool is_watched = has_monitor(handle);
    survey->usable++;
    step_note("%s: %ux%u at 0x%lx", name, found.width, found.height, found.base);
    if (survey->usable == 1 || (is_watched && !survey->is_watched)) {
        loader->framebuffer = found;
        survey->is_watched = is_watched;
    }
}

// With several outputs the console's handle is a splitter without memory: every handle is asked.
EFI_STATUS framebuffer_find(struct loader *loader)
{
    EFI_HANDLE *handles = NULL;
    UINTN count = 0;
    struct survey survey = {0};
    if (EFI_ERROR(BS->LocateHandleBuffer(ByProtocol, &GraphicsOutputProtocol, NULL, &count, &handles)))
        count = 0;
    if (count == 0)
        step_note("no graphics output");
    for (UINTN i = 0; i < count; i++)
        output_offer(loader, handles[i], &survey);
    if (handles != NULL)
        BS->FreePool(handles);
    if (survey.usable > 1)
        step_note("%u outputs; the kernel's is the one at 0x%lx, others stay as they are", survey.usable,
                  loader->framebuffer.base);
    return EFI_SUCCESS;
}
