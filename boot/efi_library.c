// GNU-EFI in one place: the few functions of its library in use.

#include "boot/efi_library.h"

enum { KEY_POLL_MICROSECONDS = 50000, STATUS_LENGTH = 64 };

void efi_library_start(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    InitializeLib(image, system);
}

void efi_library_print(const char *text)
{
    for (; *text != '\0'; text++) {
        CHAR16 units[] = {(CHAR16)*text, 0, 0};
        if (*text == '\n') {
            units[0] = '\r';
            units[1] = '\n';
        }
        ST->ConOut->OutputString(ST->ConOut, units);
    }
}

void efi_library_ascii(const CHAR16 *wide, char *text, size_t capacity)
{
    size_t length = 0;
    for (; wide != NULL && wide[length] != 0 && length + 1 < capacity; length++)
        text[length] = wide[length] >= 0x20 && wide[length] < 0x7f ? (char)wide[length] : '?';
    text[length] = '\0';
}

const char *efi_library_status(EFI_STATUS status)
{
    static CHAR16 wide[STATUS_LENGTH];
    static char text[STATUS_LENGTH];
    StatusToString(wide, status);
    efi_library_ascii(wide, text, sizeof(text));
    return text;
}

void *efi_library_protocol(EFI_HANDLE handle, EFI_GUID *protocol)
{
    void *interface = NULL;
    if (handle == NULL || EFI_ERROR(BS->HandleProtocol(handle, protocol, &interface)))
        return NULL;
    return interface;
}

void *efi_library_table(EFI_GUID guid)
{
    void *table = NULL;
    return EFI_ERROR(LibGetSystemConfigurationTable(&guid, &table)) ? NULL : table;
}

// DevicePathToStr() would say the same, with SSE instructions, which fault where a firmware left CR4.OSFXSR clear.
void efi_library_path_text(const EFI_DEVICE_PATH *path, CHAR16 *text, size_t capacity)
{
    size_t length = 0;
    for (; path != NULL && !IsDevicePathEnd(path) && (size_t)DevicePathNodeLength(path) >= sizeof(*path);
         path = NextDevicePathNode(path)) {
        if (DevicePathType(path) != MEDIA_DEVICE_PATH || DevicePathSubType(path) != MEDIA_FILEPATH_DP)
            continue;
        const CHAR16 *name = (const CHAR16 *)(path + 1);
        size_t units = ((size_t)DevicePathNodeLength(path) - sizeof(*path)) / sizeof(*name);
        if (length > 0 && length + 1 < capacity)
            text[length++] = '\\';
        for (size_t i = 0; i < units && name[i] != 0 && length + 1 < capacity; i++)
            text[length++] = name[i];
    }
    text[length] = 0;
}

bool efi_library_read_key(unsigned seconds, EFI_INPUT_KEY *key)
{
    for (unsigned i = 0; i < seconds * (1000000 / KEY_POLL_MICROSECONDS); i++) {
        if (ST->ConIn != NULL && !EFI_ERROR(ST->ConIn->ReadKeyStroke(ST->ConIn, key)))
            return true;
        BS->Stall(KEY_POLL_MICROSECONDS);
    }
    return false;
}
