// The real MSI-X source; its accesses to device memory are the model's.

#include "tests/fakes/mmio.h"

#include "tests/fakes/machine.h"

#include "drivers/pci/pci_msix_source.c"
