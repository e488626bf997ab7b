// The real MSI-X source; its accesses to device memory are the model's.

#define ARCH_MMIO_H // the real one stays out

#include "tests/fakes/machine.h"

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer);

#include "drivers/pci_msix_source.c"
