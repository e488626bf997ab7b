// What PCI code needs of the kernel, on the host: heap, log, waiting and the list of firmware findings, all
// countable.
#ifndef TESTS_FAKES_PCI_SURROUNDINGS_H
#define TESTS_FAKES_PCI_SURROUNDINGS_H

#include "kernel/lib/types.h"

void surroundings_reset(void);
uint32_t surroundings_objects(void); // allocated and not freed
bool surroundings_logged(const char *part);
uint32_t surroundings_log_total(void);
uint64_t surroundings_waited(void);                           // nanoseconds
extern void (*surroundings_on_wait)(void);                    // plays what happens meanwhile; NULL after a reset
bool surroundings_found(const char *item, const char *where); // was it recorded as a firmware finding?

#endif
