// Leaving the firmware: what is called between its memory map and the kernel's first instruction, in order.
// sources: boot/memory_map.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/efi.h"

#include "boot/address_space.c"
#include "boot/enter.c"
#include "boot/memory.c"

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STRIDE = 48, FIRST_KEY = 100, ENTRY = 0x1234, TABLE_BYTES = 4096, LOADER_EFER = 0x500 };
enum call { CALL_ALLOCATE_PAGES, CALL_ALLOCATE_POOL, CALL_FREE_POOL, CALL_MAP, CALL_EXIT, CALL_JUMP, CALL_FAIL };

#define CALL(what, value)       \
    {                           \
        EVENT_CALL, what, value \
    }
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))
#define ENTERED                                                      \
    {EVENT_INTERRUPTS_OFF}, {EVENT_MSR_READ, MSR_EFER, LOADER_EFER}, \
        {EVENT_MSR_WRITE, MSR_EFER, LOADER_EFER | MSR_EFER_NXE}, CALL(CALL_JUMP, ENTRY)

struct fake_boot_services *BS;

static _Alignas(4096) uint64_t firmware_root[512], kernel_root[512];
static UINTN key, descriptor_total; // the firmware's map now
static UINTN changes;               // refusals to come: the map has changed meanwhile
static EFI_STATUS refusal;
static bool has_exited;
static struct handoff record;
static struct loader loader;
static jmp_buf entered;

static void boot_service(enum call call, uint64_t value)
{
    assert_false(has_exited);
    event_add(EVENT_CALL, call, value);
}

static EFI_STATUS allocate_pages(EFI_ALLOCATE_TYPE how, enum fake_memory_type type, UINTN pages,
                                 EFI_PHYSICAL_ADDRESS *base)
{
    boot_service(CALL_ALLOCATE_PAGES, pages);
    *base = (uintptr_t)aligned_alloc(4096, pages * 4096);
    key++;
    return EFI_SUCCESS;
}

static EFI_STATUS allocate_pool(enum fake_memory_type type, UINTN size, void **memory)
{
    boot_service(CALL_ALLOCATE_POOL, size);
    *memory = malloc(size);
    key++;
    return EFI_SUCCESS;
}

static EFI_STATUS free_pool(void *memory)
{
    boot_service(CALL_FREE_POOL, 0);
    free(memory);
    key++;
    return EFI_SUCCESS;
}

static void set_mem(void *memory, UINTN size, uint8_t value)
{
    memset(memory, value, size);
}

static EFI_STATUS get_memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *map_key, UINTN *stride,
                                 UINT32 *version)
{
    UINTN room = *size;

    boot_service(CALL_MAP, room);
    *size = descriptor_total * STRIDE;
    *stride = STRIDE;
    *version = 1;
    if (room < *size)
        return EFI_BUFFER_TOO_SMALL;
    for (UINTN i = 0; i < descriptor_total; i++)
        *(EFI_MEMORY_DESCRIPTOR *)((char *)map + i * STRIDE) =
            (EFI_MEMORY_DESCRIPTOR){.type = 7, .base = i << 20, .pages = 1, .attribute = 0xf};
    *map_key = key;
    return EFI_SUCCESS;
}

// A timer's handler has allocated in between: another key, one more descriptor, other page tables.
static EFI_STATUS exit_boot_services(EFI_HANDLE image, UINTN map_key)
{
    boot_service(CALL_EXIT, map_key);
    if (refusal)
        return refusal;
    if (changes) {
        changes--;
        key++;
        descriptor_total++;
    }
    firmware_root[3] = key;
    has_exited = map_key == key;
    return has_exited ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
}

EFI_STATUS step_fail(EFI_STATUS status, const char *format, ...)
{
    event_add(EVENT_CALL, CALL_FAIL, status);
    return status;
}

void step_note(const char *format, ...)
{
    event_add(EVENT_CALL, CALL_FAIL, 0);
}

_Noreturn void enter_jump(uint64_t root, uint64_t entry, struct handoff *handoff, uint64_t *entry_cycles)
{
    event_add(EVENT_CALL, CALL_JUMP, entry);
    assert_ptr_equal(root, kernel_root);
    assert_ptr_equal(handoff, &record);
    assert_ptr_equal(entry_cycles, &record.entry_cycles);
    longjmp(entered, 1);
}

static int set_up(void **state)
{
    static struct fake_boot_services services = {allocate_pages, allocate_pool,  free_pool,
                                                 set_mem,        get_memory_map, exit_boot_services};

    fake_cpu_reset();
    fake_cpu.cr3 = (uintptr_t)firmware_root | 0x18;
    fake_msr_set(MSR_EFER, LOADER_EFER);
    memset(kernel_root, 0, sizeof(kernel_root));
    kernel_root[KERNEL_ROOT_ENTRY] = 77;
    BS = &services;
    key = FIRST_KEY;
    descriptor_total = 10;
    changes = refusal = 0;
    has_exited = false;
    record = (struct handoff){0};
    loader = (struct loader){.root = (uintptr_t)kernel_root, .handoff = &record, .kernel.entry = ENTRY};
    return 0;
}

static int tear_down(void **state)
{
    free(map_bytes);
    map_bytes = NULL;
    map_capacity = 0;
    while (kept_count)
        free(memory_pointer(kept[--kept_count].base));
    region_capacity = 0;
    return 0;
}

// The buffer is there already, as after the report.
static void with_room(void)
{
    UINTN unused;

    assert_int_equal(memory_read(&unused), EFI_SUCCESS);
    event_clear();
}

static EFI_STATUS enter(void)
{
    return setjmp(entered) == 0 ? enter_kernel(&loader) : EFI_SUCCESS;
}

#define ROOM ((10 + 64) * STRIDE)

static void nothing_lies_between_the_map_its_key_and_interrupts_off(void **state)
{
    with_room();
    assert_int_equal(enter(), EFI_SUCCESS);
    EXPECT(CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 2), ENTERED);
    assert_false(fake_cpu.interrupts_on);
}

static void a_buffer_too_small_is_replaced_before_the_key_is_taken(void **state)
{
    assert_int_equal(enter(), EFI_SUCCESS);
    EXPECT(CALL(CALL_MAP, 0), CALL(CALL_ALLOCATE_POOL, ROOM), CALL(CALL_ALLOCATE_PAGES, 2), CALL(CALL_MAP, ROOM),
           CALL(CALL_EXIT, FIRST_KEY + 2), ENTERED);
}

static void a_changed_map_is_read_again_for_a_second_and_last_exit(void **state)
{
    with_room();
    changes = 1;
    assert_int_equal(enter(), EFI_SUCCESS);
    EXPECT(CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 2), CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 3),
           ENTERED);
    // What the kernel gets is the second map: a page each, 1 MiB apart.
    const struct handoff_region *given = (const struct handoff_region *)(uintptr_t)record.regions;
    uint64_t last = 0;
    for (uint32_t i = 0; i < record.region_count; i++)
        last = given[i].kind == HANDOFF_MEMORY_FREE ? given[i].base : last;
    assert_int_equal(last, 10 << 20);
}

// Interrupts stay as they are: the firmware goes on.
static void there_is_no_third_exit(void **state)
{
    with_room();
    changes = 2;
    fake_cpu.interrupts_on = true;
    assert_int_equal(enter(), EFI_INVALID_PARAMETER);
    EXPECT(CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 2), CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 3),
           CALL(CALL_FAIL, EFI_INVALID_PARAMETER));
    assert_true(fake_cpu.interrupts_on);
}

static void another_refusal_is_not_tried_again(void **state)
{
    with_room();
    refusal = EFI_UNSUPPORTED;
    assert_int_equal(enter(), EFI_UNSUPPORTED);
    EXPECT(CALL(CALL_MAP, ROOM), CALL(CALL_EXIT, FIRST_KEY + 2), CALL(CALL_FAIL, EFI_UNSUPPORTED));
}

// Until its last call returns, the firmware may change its tables.
static void the_firmwares_half_is_copied_after_the_exit(void **state)
{
    with_room();
    changes = 1;
    firmware_root[3] = 1;
    firmware_root[KERNEL_ROOT_ENTRY] = 5;
    assert_int_equal(enter(), EFI_SUCCESS);
    assert_int_equal(kernel_root[3], key);
    assert_int_equal(kernel_root[KERNEL_ROOT_ENTRY], 77);
}

static void a_map_without_a_whole_descriptor_is_no_map(void **state)
{
    UINTN unused;

    with_room();
    descriptor_total = 0;
    assert_int_equal(memory_read(&unused), EFI_INCOMPATIBLE_VERSION);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_lies_between_the_map_its_key_and_interrupts_off),
        TEST(a_buffer_too_small_is_replaced_before_the_key_is_taken),
        TEST(a_changed_map_is_read_again_for_a_second_and_last_exit),
        TEST(there_is_no_third_exit),
        TEST(another_refusal_is_not_tried_again),
        TEST(the_firmwares_half_is_copied_after_the_exit),
        TEST(a_map_without_a_whole_descriptor_is_no_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
