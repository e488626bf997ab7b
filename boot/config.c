// The kernel's command line: where it comes from, first found wins.

#include "boot/config.h"
#include "boot/fw_cfg.h"
#include "boot/step.h"
#include "boot/volume.h"

enum { FILE_CAPACITY = 16384 };

// Allocated: GNU-EFI stores zeroed data in the program file.
static uint8_t *file_bytes;

static bool find_in_fw_cfg(struct loader *loader)
{
    size_t size;
    if (!fw_cfg_read("opt/org.signalbox/cmdline", file_bytes, FILE_CAPACITY, &size))
        return false;
    config_text_from_file(file_bytes, size, &loader->command_line);
    return true;
}

static bool find_in_load_options(struct loader *loader)
{
    bool from_shell = efi_library_protocol(loader->image, &ShellParametersProtocolGuid) != NULL;
    bool is_found = config_text_from_load_options(loader->loaded->LoadOptions, loader->loaded->LoadOptionsSize,
                                                  from_shell, &loader->command_line);
    if (loader->command_line.is_foreign)
        step_note("the load options, %u bytes, are no ASCII text: not used", (unsigned)loader->loaded->LoadOptionsSize);
    return is_found;
}

static bool find_in_file(struct loader *loader)
{
    UINTN size;
    EFI_STATUS status = volume_read_beside(loader, L"signalbox.cfg", file_bytes, FILE_CAPACITY, &size);
    if (EFI_ERROR(status)) {
        if (status != EFI_NOT_FOUND)
            step_note("signalbox.cfg cannot be read (%s)", efi_library_status(status));
        return false;
    }
    config_text_from_file(file_bytes, size, &loader->command_line);
    return true;
}

EFI_STATUS config_find(struct loader *loader)
{
    static const struct {
        const char *name;
        bool (*find)(struct loader *loader);
    } sources[] = {
        {"fw_cfg", find_in_fw_cfg},
        {"load options", find_in_load_options},
        {"signalbox.cfg", find_in_file},
    };
    EFI_STATUS status = BS->AllocatePool(EfiLoaderData, FILE_CAPACITY, (void **)&file_bytes);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory to read it");
    loader->command_source = "none";
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (sources[i].find(loader)) {
            loader->command_source = sources[i].name;
            break;
        }
    }
    BS->FreePool(file_bytes);
    step_note("from %s, %u bytes%s", loader->command_source, (unsigned)loader->command_line.length,
              loader->command_line.truncated ? ", cut off: it was longer" : "");
    return EFI_SUCCESS;
}
