// The firmware's console variable.

#include "boot/console.h"
#include "boot/console_path.h"
#include "boot/step.h"

enum { VARIABLE_CAPACITY = 2048 };

EFI_STATUS console_find(struct loader *loader)
{
    static CHAR16 name[] = L"ConOut";
    EFI_GUID global = EFI_GLOBAL_VARIABLE;
    uint8_t bytes[VARIABLE_CAPACITY];
    UINTN size = sizeof(bytes);
    EFI_STATUS status = RT->GetVariable(name, &global, NULL, &size, bytes);

    if (EFI_ERROR(status)) {
        step_note("ConOut cannot be read (%s)", efi_library_status(status));
        return EFI_SUCCESS;
    }
    step_note("%u serial ports in ConOut", (unsigned)console_path_ports(bytes, size, loader->consoles));
    return EFI_SUCCESS;
}
