// The kernel's command line: where its words come from.

#include "boot/config.h"
#include "boot/fw_cfg.h"
#include "boot/step.h"
#include "boot/volume.h"

enum { FILE_CAPACITY = 16384 };

// Allocated: GNU-EFI stores zeroed data in the program file.
static uint8_t *file_bytes;
static struct config_text *load_options;

static bool find_in_fw_cfg(struct loader *loader)
{
    size_t size;
    if (!fw_cfg_read("opt/org.signalbox/cmdline", file_bytes, FILE_CAPACITY, &size))
        return false;
    config_text_from_file(file_bytes, size, &loader->command_line);
    return true;
}

static bool find_in_file(struct loader *loader)
{
    struct config_text *text = &loader->command_line;
    UINTN size;
    EFI_STATUS status = volume_read_beside(loader, L"signalbox.cfg", file_bytes, FILE_CAPACITY, &size);
    if (EFI_ERROR(status)) {
        if (status != EFI_NOT_FOUND)
            step_note("signalbox.cfg cannot be read (%s)", efi_library_status(status));
        return false;
    }
    config_text_from_file(file_bytes, size, text);
    if (text->refused_line != 0)
        step_note("signalbox.cfg, line %u is left out: %s", text->refused_line, text->refused_why);
    return true;
}

// Behind the file's words, so that they win. Some boot managers pass text of their own here: the file counts all the
// same, and words that the kernel does not know only cost a warning.
static bool add_load_options(struct loader *loader)
{
    bool from_shell = efi_library_protocol(loader->image, &ShellParametersProtocolGuid) != NULL;
    bool is_found = config_text_from_load_options(loader->loaded->LoadOptions, loader->loaded->LoadOptionsSize,
                                                  from_shell, load_options);
    if (load_options->is_foreign)
        step_note("the load options, %u bytes, are no ASCII text: not used", (unsigned)loader->loaded->LoadOptionsSize);
    config_text_append(&loader->command_line, load_options);
    return is_found;
}

static const char *find(struct loader *loader)
{
    if (find_in_fw_cfg(loader))
        return "fw_cfg";
    bool has_file = find_in_file(loader);
    bool has_options = add_load_options(loader);
    loader->is_attended = has_file || !has_options;
    if (has_file)
        return has_options ? "signalbox.cfg, load options" : "signalbox.cfg";
    return has_options ? "load options" : "none";
}

EFI_STATUS config_find(struct loader *loader)
{
    EFI_STATUS status = BS->AllocatePool(EfiLoaderData, FILE_CAPACITY + sizeof(*load_options), (void **)&file_bytes);
    if (EFI_ERROR(status))
        return step_fail(status, "no memory to read it");
    load_options = (struct config_text *)(file_bytes + FILE_CAPACITY);
    loader->command_source = find(loader);
    BS->FreePool(file_bytes);
    step_note("from %s, %u bytes%s", loader->command_source, (unsigned)loader->command_line.length,
              loader->command_line.truncated ? ", cut off: it was longer" : "");
    return EFI_SUCCESS;
}
