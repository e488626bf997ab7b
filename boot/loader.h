// The state that the loader's steps fill in.
#ifndef BOOT_LOADER_H
#define BOOT_LOADER_H

#include "boot/config_text.h"
#include "boot/efi_library.h"
#include "boot/elf.h"
#include "boot/handoff.h"

struct loader {
    EFI_HANDLE image;
    EFI_LOADED_IMAGE *loaded;
    struct config_text command_line;
    const char *command_source; // as in struct handoff
    bool is_attended;           // no program chose the words, so that a person may be there
    uint64_t rsdp;              // 0: none
    uint64_t smbios;            // 0: none
    uint64_t kept_report;       // physical; 0: none
    struct handoff_framebuffer framebuffer;
    struct handoff_console consoles[HANDOFF_CONSOLE_COUNT];
    struct elf_image kernel;
    uint64_t kernel_base; // physical
    uint64_t symbols;     // physical; 0: none
    uint64_t strings;     // physical; 0: none
    uint64_t root;        // the PML4 the kernel is entered with
    struct handoff *handoff;
};

#endif
