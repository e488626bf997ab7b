// Whose machine this is, by the firmware's word: maker and product, never a serial number. Set while it boots.
#ifndef KERNEL_INVENTORY_MACHINE_NAME_H
#define KERNEL_INVENTORY_MACHINE_NAME_H

enum { MACHINE_NAME_LENGTH = 96 };

// Terminated; "" where the firmware does not say.
extern char machine_name[MACHINE_NAME_LENGTH];
extern char machine_board_name[MACHINE_NAME_LENGTH];

#endif
