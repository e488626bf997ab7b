// All device drivers.

#include "drivers/driver_list.h"
#include "drivers/ahci/ahci.h"
#include "drivers/e1000e.h"
#include "drivers/edu.h"
#include "drivers/hda/hda.h"
#include "drivers/nic/e1000.h"
#include "drivers/nic/igb.h"
#include "drivers/nvme/nvme.h"
#include "drivers/pci/pci_port.h"
#include "drivers/rocker.h"
#include "drivers/virtio/virtio_rng.h"
#include "drivers/xhci/xhci.h"

const struct driver *const driver_list[] = {
    &nvme_driver,   &e1000e_driver, &igb_driver,  &e1000_driver, &virtio_rng_driver, &edu_driver,
    &rocker_driver, &xhci_driver,   &ahci_driver, &hda_driver,   &pci_port_driver,   NULL,
};
