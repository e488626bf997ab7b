// Addresses as typed: what is taken is within PCI's bounds and reads back as the same function.

#include "kernel/inventory/device.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        unsigned field[4] = {0};
        int fields = sscanf(typed, "%x:%x:%x.%x", &field[0], &field[1], &field[2], &field[3]);
        if (fields != 4)
            require(sscanf(typed, "%x:%x.%x", &field[1], &field[2], &field[3]) == 3 && !(field[0] = 0));
        require(field[0] == address.segment && field[1] == address.bus);
        require(field[2] == address.device && field[3] == address.function);
    }
    free(typed);
    return 0;
}
