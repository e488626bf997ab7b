// Memory of the host for the page allocator.

#include "tests/fakes/pages.h"
#include <assert.h>
#include <string.h>
#include <sys/mman.h>

// Pages of their own from the host's kernel, which needs no giving back at the end of a test.
struct physical fake_pages_add(uint64_t count)
{
    void *pages = mmap(NULL, count * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(pages != MAP_FAILED);
    memset(pages, 0xa5, count * PAGE_SIZE);
    struct physical base = {(uintptr_t)pages};
    page_add_region(base, count * PAGE_SIZE);
    return base;
}
