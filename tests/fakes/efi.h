// Takes the place of boot/efi_library.h: a firmware's boot services, those that leaving them may use. A test includes
// this first and then the .c file it tests; a service that is not here does not compile.
#ifndef TESTS_FAKES_EFI_H
#define TESTS_FAKES_EFI_H

#define BOOT_EFI_LIBRARY_H // the real one stays out

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t EFI_STATUS, UINTN, EFI_PHYSICAL_ADDRESS;
typedef uint32_t UINT32;
typedef void *EFI_HANDLE;
typedef struct fake_descriptor {
    uint32_t type, padding;
    uint64_t base, virtual_base, pages, attribute;
} EFI_MEMORY_DESCRIPTOR;
typedef struct fake_loaded_image EFI_LOADED_IMAGE;

typedef enum { AllocateAnyPages, AllocateMaxAddress, AllocateAddress } EFI_ALLOCATE_TYPE;
enum fake_memory_type { EfiLoaderData = 2 };

#define EFI_SUCCESS              UINT64_C(0)
#define EFI_INVALID_PARAMETER    UINT64_C(0x8000000000000002)
#define EFI_UNSUPPORTED          UINT64_C(0x8000000000000003)
#define EFI_BUFFER_TOO_SMALL     UINT64_C(0x8000000000000005)
#define EFI_OUT_OF_RESOURCES     UINT64_C(0x8000000000000009)
#define EFI_INCOMPATIBLE_VERSION UINT64_C(0x8000000000000019)
#define EFI_ERROR(status)        ((int64_t)(status) < 0)

struct fake_boot_services {
    EFI_STATUS (*AllocatePages)(EFI_ALLOCATE_TYPE, enum fake_memory_type, UINTN pages, EFI_PHYSICAL_ADDRESS *base);
    EFI_STATUS (*AllocatePool)(enum fake_memory_type, UINTN size, void **memory);
    EFI_STATUS (*FreePool)(void *memory);
    void (*SetMem)(void *memory, UINTN size, uint8_t value);
    EFI_STATUS (*GetMemoryMap)(UINTN *, EFI_MEMORY_DESCRIPTOR *, UINTN *key, UINTN *stride, UINT32 *version);
    EFI_STATUS (*ExitBootServices)(EFI_HANDLE image, UINTN key);
};
extern struct fake_boot_services *BS;

#endif
