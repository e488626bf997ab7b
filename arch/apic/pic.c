// The 8259A pair (its datasheet's initialisation words ICW1 to ICW4).

#include "arch/apic/pic.h"
#include "arch/mmio.h"
#include "kernel/core/irql.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/vectors.h"

enum {
    PIC_FIRST = 0x20,
    PIC_SECOND = 0xa0,
    PIC_DATA = 1, // the odd port
    PIC_LINES = 8,
    PIC_ALL_MASKED = 0xff,
    PIC_CASCADE = 2, // the first chip's input for the second chip
    ICW1_INITIALISE_WITH_ICW4 = 0x11,
    ICW4_8086_MODE = 0x01,
};

static void record_unmasked(uint16_t port, uint32_t first_line)
{
    uint8_t mask = io_read8(port + PIC_DATA);

    for (uint32_t i = 0; i < PIC_LINES; i++)
        if (!(mask & BIT(i)) && first_line + i != PIC_CASCADE)
            firmware_record("pic_line", 1, "8259 line %u", first_line + i);
}

static void initialise(uint16_t port, uint8_t vector, uint8_t cascade)
{
    io_write8(port, ICW1_INITIALISE_WITH_ICW4);
    io_write8(port + PIC_DATA, vector);
    io_write8(port + PIC_DATA, cascade);
    io_write8(port + PIC_DATA, ICW4_8086_MODE);
    io_write8(port + PIC_DATA, PIC_ALL_MASKED);
}

void pic_quiet(void)
{
    record_unmasked(PIC_FIRST, 0);
    record_unmasked(PIC_SECOND, PIC_LINES);
    initialise(PIC_FIRST, VECTOR_LEGACY, 1 << PIC_CASCADE);
    initialise(PIC_SECOND, VECTOR_LEGACY + PIC_LINES, PIC_CASCADE);
}
