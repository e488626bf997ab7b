// One port of an AHCI controller.

#include "drivers/ahci/ahci_port.h"
#include "arch/mmio.h"
#include "drivers/register_wait.h"

// The page: command list, received FIS area, command table, each aligned as the controller wants it.
enum { LIST = 0, RECEIVED = 0x400, TABLE = 0x800 };

enum {
    FIS_TO_DEVICE = 0x27,
    FIS_IS_COMMAND = 0x80,
    FIS_DWORDS = 5,
    ATA_CHECK_POWER_MODE = 0xe5,
};

#define COMMAND_START     BIT(0)
#define COMMAND_RECEIVE   BIT(4)
#define COMMAND_RECEIVING BIT(14)
#define COMMAND_RUNNING   BIT(15)
#define TASK_FILE_BUSY    (BIT(7) | BIT(3)) // BSY and DRQ
#define STATUS_DETECTION  BITS(3, 0)
#define STATUS_POWER      BITS(11, 8)
#define ALL_ONES          UINT32_C(0xffffffff)
#define STOP_BOUND        WAIT_MILLISECONDS(500) // 10.1.2
#define READY_BOUND       WAIT_MILLISECONDS(1000)

static void write64(volatile uint8_t *to, uint64_t value)
{
    mmio_write32(to, (uint32_t)value);
    mmio_write32(to + 4, (uint32_t)(value >> 32));
}

static uint32_t command_read(const volatile uint8_t *port)
{
    return mmio_read32(port + AHCI_PORT_COMMAND);
}

static void command_write(volatile uint8_t *port, uint64_t value)
{
    mmio_write32(port + AHCI_PORT_COMMAND, (uint32_t)value);
}

// The command list before the receiver, or else a command under way has nowhere to put its end.
enum result ahci_port_stop(volatile uint8_t *port)
{
    mmio_write32(port + AHCI_PORT_IE, 0);
    command_write(port, command_read(port) & ~COMMAND_START);
    enum result result = register_wait(port + AHCI_PORT_COMMAND, COMMAND_RUNNING, 0, STOP_BOUND);
    if (result == RESULT_OK) {
        command_write(port, command_read(port) & ~COMMAND_RECEIVE);
        result = register_wait(port + AHCI_PORT_COMMAND, COMMAND_RECEIVING, 0, STOP_BOUND);
    }
    mmio_write32(port + AHCI_PORT_ERROR, ALL_ONES);
    mmio_write32(port + AHCI_PORT_IS, ALL_ONES);
    return result;
}

bool ahci_port_is_used(const volatile uint8_t *port)
{
    uint32_t status = mmio_read32(port + AHCI_PORT_STATUS);

    return FIELD_GET(STATUS_DETECTION, status) == 3 && FIELD_GET(STATUS_POWER, status) == 1;
}

// Slot 0: a header without data, and the register FIS that it names.
static void command_fill(uint8_t *memory, struct physical base)
{
    uint32_t *header = (uint32_t *)(memory + LIST);
    uint64_t table = base.address + TABLE;

    header[0] = FIS_DWORDS;
    header[2] = (uint32_t)table;
    header[3] = (uint32_t)(table >> 32);
    memory[TABLE] = FIS_TO_DEVICE;
    memory[TABLE + 1] = FIS_IS_COMMAND;
    memory[TABLE + 2] = ATA_CHECK_POWER_MODE;
}

// The receiver first: the drive's first FIS sets the task file (10.3.1). Memory is written before the controller may
// read it.
enum result ahci_port_start(volatile uint8_t *port, void *memory, struct physical base)
{
    command_fill(memory, base);
    write64(port + AHCI_PORT_LIST, base.address + LIST);
    write64(port + AHCI_PORT_RECEIVED, base.address + RECEIVED);
    command_write(port, command_read(port) | COMMAND_RECEIVE);
    enum result result = register_wait(port + AHCI_PORT_TASK_FILE, TASK_FILE_BUSY, 0, READY_BOUND);
    if (result != RESULT_OK)
        return result;
    mmio_write32(port + AHCI_PORT_IS, ALL_ONES);
    mmio_write32(port + AHCI_PORT_IE, (uint32_t)(AHCI_PORT_END | AHCI_PORT_BAD));
    command_write(port, command_read(port) | COMMAND_START);
    return RESULT_OK;
}
