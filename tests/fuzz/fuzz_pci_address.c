// Addresses as typed: what is taken is within PCI's bounds and reads back as the same function.

#include "kernel/inventory/device.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char text[DEVICE_ADDRESS_TEXT], text_again[DEVICE_ADDRESS_TEXT];
    struct pci_address address, again;

    char *typed = malloc(size + 1);
    if (!typed)
        return 0;
    memcpy(typed, bytes, size);
    typed[size] = '\0';
    if (pci_address_parse(typed, &address) == RESULT_OK) {
        require(address.device < 32 && address.function < 8);
        pci_address_format(address, text);
        require(strlen(text) == DEVICE_ADDRESS_TEXT - 1);
        require(pci_address_parse(text, &again) == RESULT_OK);
        require(strcmp(text, pci_address_format(again, text_again)) == 0);
        require(strcasecmp(text + strlen(text) - strlen(typed), typed) == 0);
    }
    free(typed);
    return 0;
}
