// Whose machine this is, by the firmware's word.

#include "kernel/inventory/machine_name.h"

char machine_name[MACHINE_NAME_LENGTH];
char machine_board_name[MACHINE_NAME_LENGTH];
