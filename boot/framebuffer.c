// The firmware's framebuffer; its mode is not changed.

#include "boot/framebuffer.h"
#include "boot/step.h"

enum { PIXEL_SIZE = 4 };

static EFI_GRAPHICS_OUTPUT_PROTOCOL *output_find(void)
{
    EFI_GRAPHICS_OUTPUT_PROTOCOL *output = efi_library_protocol(ST->ConsoleOutHandle, &GraphicsOutputProtocol);
    if (output == NULL && EFI_ERROR(BS->LocateProtocol(&GraphicsOutputProtocol, NULL, (void **)&output)))
        return NULL;
    return output;
}

static const char *mode_refusal(const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *mode)
{
    if (mode == NULL || mode->Info == NULL || mode->FrameBufferBase == 0)
        return "no linear framebuffer";
    const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info = mode->Info;
    if (info->PixelFormat != PixelRedGreenBlueReserved8BitPerColor &&
        info->PixelFormat != PixelBlueGreenRedReserved8BitPerColor)
        return "pixels are neither RGB nor BGR of 32 bits";
    uint64_t needed = (uint64_t)info->PixelsPerScanLine * info->VerticalResolution * PIXEL_SIZE;
    if (info->HorizontalResolution == 0 || needed == 0 || info->PixelsPerScanLine < info->HorizontalResolution ||
        needed > mode->FrameBufferSize)
        return "its sizes contradict each other";
    return NULL;
}

EFI_STATUS framebuffer_find(struct loader *loader)
{
    EFI_GRAPHICS_OUTPUT_PROTOCOL *output = output_find();
    const char *refusal = output == NULL ? "no graphics output" : mode_refusal(output->Mode);
    if (refusal != NULL) {
        step_note("%s", refusal);
        return EFI_SUCCESS;
    }
    const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info = output->Mode->Info;
    loader->framebuffer = (struct handoff_framebuffer){
        .base = output->Mode->FrameBufferBase,
        .size = output->Mode->FrameBufferSize,
        .width = info->HorizontalResolution,
        .height = info->VerticalResolution,
        .pixels_per_line = info->PixelsPerScanLine,
        .format = info->PixelFormat == PixelBlueGreenRedReserved8BitPerColor ? 1 : 0,
    };
    step_note("%ux%u at 0x%lx", info->HorizontalResolution, info->VerticalResolution, loader->framebuffer.base);
    return EFI_SUCCESS;
}
