// What a PCI Express function says of its link, its power state and its errors, read now. PCI Express Base 4.0, 7.5.3
// and 7.8.4; PCI Bus Power Management Interface 1.2, 3.2.4. Reads only; status bits stay as they are.
#ifndef KERNEL_COMMANDS_PCI_STATUS_H
#define KERNEL_COMMANDS_PCI_STATUS_H

#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"

struct pci_status {
    bool has_link;
    uint32_t speed, width, most_speed, most_width; // speeds as encoded: 1 is 2.5 GT/s
    bool has_power;
    uint32_t power_state; // 0 to 3: D0 to D3
    bool pme_enabled, pme;
    bool has_errors;
    uint32_t uncorrectable, correctable; // status registers of advanced error reporting
};

void pci_status_read(const struct device *device, struct pci_status *status);

// The lines below the capabilities of `pci BDF`; nothing of what the function lacks.
void pci_status_print(struct output *out, const struct pci_status *status);

// The keys `link`, `power_state` and `errors` of the contract.
void pci_status_json(struct json *json, const struct pci_status *status);

#endif
