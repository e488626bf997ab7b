// Objects from pages cut into equal pieces, one list of such pages per size class; large objects from whole pages.
//
// A free piece is zero except for its link: it is cleared on free, so that a use after free reads zeros instead of old
// data.
//
// The record of a cut page is at its start: an object's address rounded down to the page. So only large objects are
// page-aligned; their record is in the page before.

#include "kernel/runtime/heap.h"
#include "kernel/core/host.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/page.h"

enum { SLAB_HEADER = 64, SLAB_ROOM = 4096 - SLAB_HEADER };

// A freed object holds the link to the next one.
struct piece {
    struct piece *next;
};

// A page cut into pieces of one class; on the class's list while it has a free piece.
struct slab {
    struct slab *next;
    struct slab *previous;
    struct piece *freed;
    uint32_t class;
    uint32_t fresh; // first piece never allocated; it and all later ones are zero
    uint32_t used;
};
_Static_assert(sizeof(struct slab) <= SLAB_HEADER, "the record fits before the first piece");

struct large {
    uint64_t pages; // including the page of this record
};

// Powers of two and the values halfway between; the upper classes divide SLAB_ROOM evenly.
static const uint16_t class_sizes[] = {16, 32, 48, 64, 96, 128, 192, 256, 384, 496, 672, 1008, 1344, 2016, SLAB_ROOM};

static struct spinlock lock;
static struct slab *with_room[ARRAY_COUNT(class_sizes)];

// Starts at the first class of the size's power of two: at most two steps to the right one.
static uint32_t class_of(size_t size)
{
    uint32_t class = size <= class_sizes[0] ? 0 : 2 * (uint32_t)(59 - __builtin_clzll(size - 1));
    while (class_sizes[class] < size)
        class ++;
    return class;
}

static uint32_t slab_capacity(const struct slab *slab)
{
    return (uint32_t)SLAB_ROOM / class_sizes[slab->class];
}

static void slab_link(struct slab *slab)
{
    struct slab **head = &with_room[slab->class];

    slab->previous = NULL;
    slab->next = *head;
    if (*head)
        (*head)->previous = slab;
    *head = slab;
}

static void slab_unlink(struct slab *slab)
{
    if (slab->previous)
        slab->previous->next = slab->next;
    else
        with_room[slab->class] = slab->next;
    if (slab->next)
        slab->next->previous = slab->previous;
}

static struct slab *slab_create(uint32_t class)
{
    struct physical base;

    if (page_allocate(1, 0, &base) != RESULT_OK)
        return NULL;
    struct slab *slab = page_pointer(base);
    slab->class = class;
    return slab;
}

// Caller holds the lock; the slab has a free piece.
static void *slab_take(struct slab *slab)
{
    struct piece *piece = slab->freed;

    if (piece) {
        slab->freed = piece->next;
        piece->next = NULL;
    } else {
        piece = (void *)((char *)slab + SLAB_HEADER + (size_t)slab->fresh++ * class_sizes[slab->class]);
    }
    if (++slab->used == slab_capacity(slab))
        slab_unlink(slab);
    return piece;
}

// Returns the slab, taken off the list, if it became empty and its class has another slab with room; else NULL.
static struct slab *slab_put(struct slab *slab, struct piece *piece)
{
    piece->next = slab->freed;
    slab->freed = piece;
    if (slab->used-- == slab_capacity(slab))
        slab_link(slab);
    if (slab->used || (with_room[slab->class] == slab && !slab->next))
        return NULL;
    slab_unlink(slab);
    return slab;
}

// Allocates a new page outside the lock; if two CPUs do so at once, both pages go on the list.
static void *small_allocate(size_t size)
{
    uint32_t class = class_of(size);

    bool were_on = spinlock_acquire(&lock);
    if (!with_room[class]) {
        spinlock_release(&lock, were_on);
        struct slab *slab = slab_create(class);
        if (!slab)
            return NULL;
        were_on = spinlock_acquire(&lock);
        slab_link(slab);
    }
    void *object = slab_take(with_room[class]);
    spinlock_release(&lock, were_on);
    return object;
}

static void small_free(void *object)
{
    struct slab *slab = (void *)((uintptr_t)object & ~(uintptr_t)(PAGE_SIZE - 1));

    memset(object, 0, class_sizes[slab->class]);
    bool were_on = spinlock_acquire(&lock);
    struct slab *empty = slab_put(slab, object);
    spinlock_release(&lock, were_on);
    if (empty)
        page_free(page_physical(empty), 1);
}

static void *large_allocate(size_t size)
{
    uint64_t pages = size / PAGE_SIZE + (size % PAGE_SIZE != 0) + 1;
    struct physical base;

    if (page_allocate(pages, 0, &base) != RESULT_OK)
        return NULL;
    struct large *large = page_pointer(base);
    large->pages = pages;
    return (char *)large + PAGE_SIZE;
}

static void large_free(void *object)
{
    struct large *large = (void *)((char *)object - PAGE_SIZE);
    page_free(page_physical(large), large->pages);
}

void *heap_allocate(size_t size)
{
    return size <= SLAB_ROOM ? small_allocate(size) : large_allocate(size);
}

void heap_free(void *object)
{
    if (!object)
        return;
    if ((uintptr_t)object % PAGE_SIZE)
        small_free(object);
    else
        large_free(object);
}

void *host_allocate(size_t size)
{
    return heap_allocate(size);
}

void host_free(void *memory)
{
    heap_free(memory);
}
