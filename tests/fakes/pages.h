// Memory of the host for the page allocator of a test: "physical" addresses are plain pointers.
#ifndef TESTS_FAKES_PAGES_H
#define TESTS_FAKES_PAGES_H

#include "kernel/runtime/page.h"

// Gives the allocator `count` contiguous pages of the host, filled with 0xa5; answers where they lie.
struct physical fake_pages_add(uint64_t count);

#endif
