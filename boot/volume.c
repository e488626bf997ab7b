// The volume this program was started from: small files beside it and at its root.

#include "boot/volume.h"

enum { PATH_CAPACITY = 512 };

static EFI_STATUS root_open(const struct loader *loader, EFI_FILE_HANDLE *root)
{
    EFI_FILE_IO_INTERFACE *volume = efi_library_protocol(loader->loaded->DeviceHandle, &FileSystemProtocol);
    return volume == NULL ? EFI_NOT_FOUND : volume->OpenVolume(volume, root);
}

static size_t text_length(const CHAR16 *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

// Fills `path` with the path of `name` in the program's directory. FAT drivers refuse the slashes that some boot
// managers write.
static bool path_beside(const struct loader *loader, const CHAR16 *name, CHAR16 *path)
{
    efi_library_path_text(loader->loaded->FilePath, path, PATH_CAPACITY);
    size_t end = 0;
    for (size_t i = 0; path[i] != 0; i++) {
        if (path[i] == '/')
            path[i] = '\\';
        if (path[i] == '\\')
            end = i + 1;
    }
    if (end + text_length(name) >= PATH_CAPACITY)
        return false;
    for (size_t i = 0; i <= text_length(name); i++)
        path[end + i] = name[i];
    return true;
}

static EFI_STATUS file_write(EFI_FILE_HANDLE root, const CHAR16 *name, const char *bytes, UINTN size)
{
    EFI_FILE_HANDLE file;
    UINTN written = size;
    EFI_STATUS status =
        root->Open(root, &file, (CHAR16 *)name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE | EFI_FILE_MODE_CREATE, 0);
    if (EFI_ERROR(status))
        return status;
    status = file->Write(file, &written, (void *)bytes);
    EFI_STATUS closed = file->Close(file);
    if (EFI_ERROR(status))
        return status;
    return written < size ? EFI_VOLUME_FULL : closed;
}

EFI_STATUS volume_read_beside(const struct loader *loader, const CHAR16 *name, uint8_t *bytes, UINTN capacity,
                              UINTN *size)
{
    CHAR16 path[PATH_CAPACITY];
    EFI_FILE_HANDLE root, file;
    if (!path_beside(loader, name, path))
        return EFI_NOT_FOUND;
    EFI_STATUS status = root_open(loader, &root);
    if (EFI_ERROR(status))
        return status;
    status = root->Open(root, &file, path, EFI_FILE_MODE_READ, 0);
    if (!EFI_ERROR(status)) {
        *size = capacity;
        status = file->Read(file, size, bytes);
        file->Close(file);
    }
    root->Close(root);
    return status;
}

EFI_STATUS volume_replace(const struct loader *loader, const CHAR16 *name, const char *bytes, UINTN size)
{
    EFI_FILE_HANDLE root, old;
    EFI_STATUS status = root_open(loader, &root);
    if (EFI_ERROR(status))
        return status;
    // Deleted first: opening an existing file keeps its length, and a longer old report would show below the new one.
    if (!EFI_ERROR(root->Open(root, &old, (CHAR16 *)name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, 0)))
        old->Delete(old);
    status = file_write(root, name, bytes, size);
    root->Close(root);
    return status;
}
