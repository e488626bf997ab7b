// The power button as a fixed event of ACPI, told by the SCI (ACPI 6.5, 4.8.3.1 and 4.8.2.2.1.1).
#ifndef ARCH_POWER_BUTTON_H
#define ARCH_POWER_BUTTON_H

#include "arch/acpi/acpi_fadt.h"

// Brings the machine into ACPI mode, switches off every event whose handler would be AML, which this kernel does not
// run, connects the SCI as a line and enables the button. Pressing it asks the console to switch off. `fadt` NULL:
// none. NULL when it works, else why it does not, for the log. PASSIVE, boot CPU, after the IOAPICs.
const char *power_button_start(const struct acpi_fadt *fadt);

#endif
