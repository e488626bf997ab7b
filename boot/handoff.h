// What the loader hands the kernel: one record, versioned and size-checked, that needs no other header of either side.
#ifndef BOOT_HANDOFF_H
#define BOOT_HANDOFF_H

#include <stdint.h>

#define HANDOFF_MAGIC   UINT64_C(0x786f626c616e6769) // "ignalbox"
#define HANDOFF_VERSION 3

// Where linker.ld puts the kernel; the loader may put its pages anywhere in memory.
#define HANDOFF_KERNEL_BASE UINT64_C(0xffffffff80000000)

enum handoff_memory {
    HANDOFF_MEMORY_FREE,     // conventional: the kernel may use it
    HANDOFF_MEMORY_FIRMWARE, // loader and boot services: readable, left alone
    HANDOFF_MEMORY_ACPI,     // ACPI reclaim and NVS
    HANDOFF_MEMORY_RUNTIME,  // runtime services code and data
    HANDOFF_MEMORY_KERNEL,   // the kernel image, this record, what it points at
    HANDOFF_MEMORY_RESERVED, // RAM the firmware keeps, or unusable
    HANDOFF_MEMORY_DEVICE,   // memory-mapped I/O
};

struct handoff_region {
    uint64_t base;
    uint64_t size;
    uint32_t kind; // enum handoff_memory
    uint32_t efi_type;
};

struct handoff_framebuffer {
    uint64_t base; // 0: none
    uint64_t size;
    uint32_t width;
    uint32_t height;
    uint32_t pixels_per_line;
    uint32_t format; // 0: red in byte 0, 1: blue in byte 0; others are not handed over
};

// A serial port the firmware's console goes to.
enum handoff_console_kind {
    HANDOFF_CONSOLE_NONE, // ends the list
    HANDOFF_CONSOLE_PC,   // `number` 0 is COM1
    HANDOFF_CONSOLE_PCI,  // the function that `path` leads to
};

enum { HANDOFF_CONSOLE_COUNT = 4, HANDOFF_CONSOLE_DEPTH = 8 };

struct handoff_console {
    uint8_t kind; // enum handoff_console_kind
    uint8_t number;
    uint8_t depth; // of `path`
    uint8_t reserved;
    uint32_t baud;                       // 0: not said
    uint8_t path[HANDOFF_CONSOLE_DEPTH]; // bits 7:3 device, 2:0 function, from root bus 0 down
};

// All addresses are physical and identity mapped in the address space the kernel is entered with.
struct handoff {
    uint64_t magic;
    uint32_t version;
    uint32_t size; // sizeof(struct handoff)
    uint64_t regions;
    uint32_t region_count;
    uint32_t command_line_length;
    uint64_t command_line;   // not terminated
    uint64_t command_source; // terminated text: "fw_cfg", "load options", "signalbox.cfg", "none"
    uint64_t rsdp;           // 0: the firmware has none
    uint64_t smbios;         // 0: none
    uint64_t kernel_base;    // physical address of HANDOFF_KERNEL_BASE
    uint64_t kernel_size;
    uint64_t symbols; // the kernel's ELF64 symbol table, sorted as linked; 0: none
    uint64_t symbols_size;
    uint64_t strings; // its string table
    uint64_t strings_size;
    uint64_t firmware_root; // CR3 of the address space the kernel is entered with: firmware's own map plus the kernel
    uint64_t runtime_services; // EFI_RUNTIME_SERVICES
    uint64_t entry_cycles;     // TSC just before the jump
    struct handoff_framebuffer framebuffer;
    struct handoff_console consoles[HANDOFF_CONSOLE_COUNT + 1]; // the last is HANDOFF_CONSOLE_NONE
    uint64_t kept_report; // of kernel/lib/kept_report.h; 0: nothing can be kept over a reset
};

#ifdef __STDC_VERSION__
_Static_assert(sizeof(struct handoff_region) == 24, "wire size");
_Static_assert(sizeof(struct handoff_framebuffer) == 32, "wire size");
_Static_assert(sizeof(struct handoff_console) == 16, "wire size");
_Static_assert(sizeof(struct handoff) == 256, "wire size");
#endif

#endif
