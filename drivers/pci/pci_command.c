// The command register of one function.

#include "drivers/pci/pci_command.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_registers.h"

uint16_t pci_command_change(const struct device *device, uint16_t set, uint16_t clear)
{
    uint16_t command = pci_read16(device, PCI_COMMAND);
    uint16_t wanted = (uint16_t)((command & ~clear) | set);
    if (command == PCI_GONE16 || command == wanted)
        return command;
    pci_write16(device, PCI_COMMAND, wanted);
    return pci_read16(device, PCI_COMMAND);
}
