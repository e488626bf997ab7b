// A serial port of the 8250 family, polled, as the console.

#include "drivers/serial/serial_16550.h"
#include "arch/mmio.h"
#include "kernel/core/wait.h"

// Registers and their bits: PC16550D data sheet, 8.0.
enum serial_register {
    SERIAL_DATA = 0,             // with DLAB: divisor, low byte
    SERIAL_INTERRUPT_ENABLE = 1, // with DLAB: divisor, high byte
    SERIAL_FIFO_CONTROL = 2,     // written
    SERIAL_INTERRUPT_ID = 2,     // read
    SERIAL_LINE_CONTROL = 3,
    SERIAL_MODEM_CONTROL = 4,
    SERIAL_LINE_STATUS = 5,
    SERIAL_MODEM_STATUS = 6,
    SERIAL_SCRATCH = 7,
    SERIAL_REGISTER_COUNT = 8
};

enum {
    FIFO_ENABLE_AND_CLEAR = 0x07,
    FIFO_IS_ON = 0xc0,
    FIFO_DEPTH = 16,
    LINE_8N1 = 0x03,
    LINE_DIVISOR_ACCESS = 0x80,
    MODEM_READY = 0x03, // DTR and RTS; OUT2 stays low: it gates the interrupt, and the port is polled
    MODEM_LOOP_TEST = 0x1a,
    MODEM_LOOP_ANSWER = 0x90, // RTS comes back as CTS, OUT2 as DCD
    STATUS_DATA_READY = 0x01,
    STATUS_HOLDING_EMPTY = 0x20,
    STATUS_ALL_SENT = 0x40,
    STATUS_NOBODY = 0xff,
};

enum {
    SERIAL_KEPT = 256, // bytes received while others leave
    // Looks before a port is given up: a look at a real port takes about a microsecond. The clock may not run yet.
    SERIAL_PATIENCE = 4000000,
};

static void serial_write_bytes(struct output *self, const char *bytes, size_t length);
static bool serial_write_binary(struct output *self, const void *bytes, size_t length);

static struct serial {
    struct output output;
    struct serial_place place;
    volatile uint8_t *memory;
    uint32_t burst; // bytes an empty transmitter takes
    bool is_open;
    bool is_stuck; // it took nothing for SERIAL_PATIENCE looks: one look each until it does

    // A writer on any CPU may find a received byte. The flag is tried, never waited for: a writer may be in a panic.
    bool is_receiving; // guards what follows
    uint8_t received[SERIAL_KEPT];
    uint32_t received_first;
    uint32_t received_count;
} serial = {.output = {serial_write_bytes, serial_write_binary}};

static uint8_t serial_get(enum serial_register number)
{
    uint32_t offset = (uint32_t)number * serial.place.stride;
    if (!serial.place.is_memory)
        return io_read8((uint16_t)(serial.place.address + offset));
    return serial.place.stride == 4 ? (uint8_t)mmio_read32(serial.memory + offset) : mmio_read8(serial.memory + offset);
}

static void serial_set(enum serial_register number, uint8_t value)
{
    uint32_t offset = (uint32_t)number * serial.place.stride;
    if (!serial.place.is_memory)
        io_write8((uint16_t)(serial.place.address + offset), value);
    else if (serial.place.stride == 4)
        mmio_write32(serial.memory + offset, value);
    else
        mmio_write8(serial.memory + offset, value);
}

static bool serial_receive_begin(void)
{
    return !__atomic_exchange_n(&serial.is_receiving, true, __ATOMIC_ACQUIRE);
}

static void serial_receive_end(void)
{
    __atomic_store_n(&serial.is_receiving, false, __ATOMIC_RELEASE);
}

// Stores a received byte. The FIFO holds 16, fewer than can arrive while a line is sent.
static uint8_t serial_look(void)
{
    uint8_t status = serial_get(SERIAL_LINE_STATUS);
    if (status == STATUS_NOBODY || !(status & STATUS_DATA_READY) || !serial_receive_begin())
        return status;
    // Checked again: another CPU may have taken the byte.
    if (serial.received_count < SERIAL_KEPT && (serial_get(SERIAL_LINE_STATUS) & STATUS_DATA_READY))
        serial.received[(serial.received_first + serial.received_count++) % SERIAL_KEPT] = serial_get(SERIAL_DATA);
    serial_receive_end();
    return status;
}

static bool serial_take(uint8_t *byte)
{
    if (!serial_receive_begin())
        return false;
    bool has_byte = serial.received_count != 0;
    if (has_byte) {
        *byte = serial.received[serial.received_first];
        serial.received_first = (serial.received_first + 1) % SERIAL_KEPT;
        serial.received_count--;
    }
    serial_receive_end();
    return has_byte;
}

static bool serial_wait(uint8_t status)
{
    uint32_t patience = serial.is_stuck ? 1 : SERIAL_PATIENCE;
    for (uint32_t i = 0; i < patience; i++) {
        if (serial_look() & status) {
            serial.is_stuck = false;
            return true;
        }
    }
    serial.is_stuck = true;
    return false;
}

// Sends one byte; *room is what the transmitter still takes without a look.
static void serial_put(uint8_t byte, uint32_t *room)
{
    if (*room == 0) {
        if (!serial_wait(STATUS_HOLDING_EMPTY))
            return;
        *room = serial.burst;
    }
    serial_set(SERIAL_DATA, byte);
    (*room)--;
}

static void serial_write_bytes(struct output *self, const char *bytes, size_t length)
{
    uint32_t room = 0;
    if (!serial.is_open)
        return;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            serial_put('\r', &room);
        serial_put((uint8_t)bytes[i], &room);
    }
    // Waits until the transmitter is empty: the machine may be switched off next.
    (void)serial_wait(STATUS_ALL_SENT);
}

static bool serial_write_binary(struct output *self, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    uint32_t room = 0;
    if (!serial.is_open)
        return false;
    for (size_t i = 0; i < length; i++)
        serial_put(byte[i], &room);
    (void)serial_wait(STATUS_ALL_SENT);
    return true;
}

// The scratch register keeps what is written; the 8250 has none, but every port has loopback.
static bool serial_answers(void)
{
    serial_set(SERIAL_SCRATCH, 0x5a);
    bool keeps = serial_get(SERIAL_SCRATCH) == 0x5a;
    serial_set(SERIAL_SCRATCH, 0xa5);
    keeps = keeps && serial_get(SERIAL_SCRATCH) == 0xa5;
    if (keeps)
        return true;
    serial_set(SERIAL_MODEM_CONTROL, MODEM_LOOP_TEST);
    bool hears = (serial_get(SERIAL_MODEM_STATUS) & 0xf0) == MODEM_LOOP_ANSWER;
    serial_set(SERIAL_MODEM_CONTROL, MODEM_READY);
    return hears;
}

// DLAB is cleared first, or else the second write would change the divisor, not the interrupt enables.
static enum result serial_find(void)
{
    serial_set(SERIAL_LINE_CONTROL, LINE_8N1);
    serial_set(SERIAL_INTERRUPT_ENABLE, 0);
    return serial_answers() ? RESULT_OK : RESULT_NOT_FOUND;
}

static uint32_t base_baud(const struct serial_place *place)
{
    return place->base_baud ? place->base_baud : SERIAL_BAUD_PC;
}

static void serial_set_up(uint32_t baud)
{
    if (baud != SERIAL_BAUD_FIRMWARE) {
        uint32_t divisor = (base_baud(&serial.place) + baud / 2) / baud;
        serial_set(SERIAL_LINE_CONTROL, LINE_DIVISOR_ACCESS | LINE_8N1);
        serial_set(SERIAL_DATA, (uint8_t)divisor);
        serial_set(SERIAL_INTERRUPT_ENABLE, (uint8_t)(divisor >> 8));
    }
    serial_set(SERIAL_LINE_CONTROL, LINE_8N1);
    serial_set(SERIAL_FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
    bool has_fifo = (serial_get(SERIAL_INTERRUPT_ID) & FIFO_IS_ON) == FIFO_IS_ON;
    serial.burst = has_fifo ? FIFO_DEPTH : 1;
    serial_set(SERIAL_MODEM_CONTROL, MODEM_READY);
}

// The old place is kept until the new one is mapped: a failure is logged, and the log goes to the old one.
static enum result serial_map(const struct serial_place *place)
{
    volatile void *memory = NULL;
    enum result result = RESULT_OK;
    if (place->is_memory)
        result = mmio_map((struct physical){place->address}, (uint64_t)SERIAL_REGISTER_COUNT * place->stride, &memory);
    else if (place->address > UINT16_MAX)
        result = RESULT_INVALID;
    if (result != RESULT_OK)
        return result;
    serial.place = *place;
    serial.memory = memory;
    return RESULT_OK;
}

static bool serial_has_data(void *context)
{
    (void)serial_look();
    return __atomic_load_n(&serial.received_count, __ATOMIC_ACQUIRE) != 0;
}

bool serial_place_of(uint32_t number, struct serial_place *place)
{
    static const uint16_t ports[SERIAL_PC_PORT_COUNT] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
    if (number >= SERIAL_PC_PORT_COUNT)
        return false;
    *place = (struct serial_place){.address = ports[number], .stride = 1};
    return true;
}

enum result serial_open(const struct serial_place *place, uint32_t baud)
{
    struct serial before = serial;
    if ((place->stride != 1 && place->stride != 4) || baud > base_baud(place))
        return RESULT_INVALID;
    enum result result = serial_map(place);
    if (result == RESULT_OK)
        result = serial_find();
    if (result != RESULT_OK) {
        serial = before;
        return result;
    }
    // The firmware's last bytes are sent before the FIFO is cleared.
    serial.is_stuck = false;
    (void)serial_wait(STATUS_ALL_SENT);
    serial_set_up(baud);
    serial.received_count = 0;
    serial.is_open = true;
    return RESULT_OK;
}

struct output *serial_output(void)
{
    return &serial.output;
}

bool serial_read(uint8_t *byte, uint64_t nanoseconds)
{
    if (!serial.is_open) {
        wait_pause(nanoseconds);
        return false;
    }
    // A look alone has no level to keep: it may be made while another wait goes on.
    if (nanoseconds == 0)
        return serial_has_data(NULL) && serial_take(byte);
    return wait_until(serial_has_data, NULL, nanoseconds) == RESULT_OK && serial_take(byte);
}
