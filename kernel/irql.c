// Where this CPU stands.

#include "kernel/irql.h"
#include "kernel/port.h"

enum irql irql_current(void)
{
    return port_irql_current();
}
