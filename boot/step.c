// The loader's console output: one line per step, notes under it, and failure.

#include "boot/step.h"
#include "kernel/lib/output.h"

enum { STEP_LINE_LENGTH = 256 };

static const char *step_name = "start";

static void step_print_reason(const char *format, va_list arguments)
{
    char text[STEP_LINE_LENGTH];
    efi_library_print("signalbox: ");
    efi_library_print(step_name);
    efi_library_print(": ");
    format_text_list(text, sizeof(text), format, arguments);
    efi_library_print(text);
}

void step_begin(const char *name)
{
    step_name = name;
    efi_library_print("signalbox: ");
    efi_library_print(name);
    efi_library_print("\n");
}

void step_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    step_print_reason(format, arguments);
    va_end(arguments);
    efi_library_print("\n");
}

EFI_STATUS step_fail(EFI_STATUS status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    step_print_reason(format, arguments);
    va_end(arguments);
    efi_library_print(" (");
    efi_library_print(efi_library_status(status));
    efi_library_print(")\n");
    return status;
}
