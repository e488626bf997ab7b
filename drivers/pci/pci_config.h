// Configuration space by address: ECAM where the firmware describes it, ports 0xCF8/0xCFC for segment 0 elsewhere.
// PCI Express Base 4.0, 7.2.2; PCI Local Bus 3.0, 3.2.2.3.2.
#ifndef DRIVERS_PCI_PCI_CONFIG_H
#define DRIVERS_PCI_PCI_CONFIG_H

#include "kernel/inventory/device.h"

// One entry of the MCFG table; `base` belongs to bus 0 of the segment even where `start_bus` is another. The whole
// region is mapped at once (in large pages). Buses that no entry covers stay with the ports. PASSIVE, boot, before the
// scan. RESULT_INVALID (no 1 MiB alignment, buses in the wrong order), RESULT_NO_MEMORY (too many entries, or mapping
// failed), RESULT_MISMATCH (another host bridge answers there than through the ports); logged. A refused entry leaves
// its buses as they were.
MUST_USE enum result pci_config_add_ecam(struct physical base, uint16_t segment, uint8_t start_bus, uint8_t end_bus);

// The segments with an access method, in the order they were added; segment 0 is always the first.
uint32_t pci_config_segment_total(void);
uint16_t pci_config_segment(uint32_t index);

// Does any access method reach that bus? PASSIVE.
bool pci_config_reaches(uint16_t segment, uint8_t bus);

// Where the function's 4096 bytes are mapped, for as long as the kernel runs; NULL where ECAM does not reach.
volatile void *pci_config_map(struct pci_address address);

// One access of that width. `offset` must be aligned to it. Reads that reach nothing answer all ones, writes there do
// nothing; ports reach 256 bytes, ECAM 4096. Any IRQL.
uint8_t pci_config_read8(struct pci_address address, uint16_t offset);
uint16_t pci_config_read16(struct pci_address address, uint16_t offset);
uint32_t pci_config_read32(struct pci_address address, uint16_t offset);
void pci_config_write8(struct pci_address address, uint16_t offset, uint8_t value);
void pci_config_write16(struct pci_address address, uint16_t offset, uint16_t value);
void pci_config_write32(struct pci_address address, uint16_t offset, uint32_t value);

#endif
