// Which serial port is the console's.

#include "drivers/serial/serial_chain.h"
#include "kernel/inventory/claim.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/log.h"

enum {
    TRIED_TEXT = 256,
    REASON_TEXT = 64,
    TYPE_16550 = 0x00,
    TYPE_16450 = 0x01,
    TYPE_16550_ANY = 0x12, // by the address structure
    ACCESS_BYTE = 1,
    ACCESS_DWORD = 3,
    CLASS_COMMUNICATION = 0x07,
    CLASS_SIGNAL = 0x11, // some chipsets' UARTs
};

static struct {
    void (*attached)(bool is_first);
    const char *name; // NULL: no port is the console's
    enum serial_rank rank;
    struct serial_place place;
    char tried[TRIED_TEXT];
    size_t tried_length;
} chain;

void serial_chain_start(void (*attached)(bool is_first))
{
    chain.attached = attached;
}

void serial_chain_refuse(const char *name, const char *reason)
{
    size_t room = sizeof(chain.tried) - chain.tried_length;
    size_t length =
        format_text(chain.tried + chain.tried_length, room, "%s%s (%s)", chain.tried_length ? ", " : "", name, reason);

    chain.tried_length += length < room ? length : room - 1;
}

static const struct claim *claim_over(const struct serial_place *place)
{
    uint64_t size = (uint64_t)SERIAL_PORT_SIZE * place->stride;

    return place->is_memory ? claim_against((struct physical){place->address}, size, CLAIM_FIXED, "")
                            : claim_against_ports(place->address, size, CLAIM_FIXED, "");
}

// NULL: the address may be accessed. A BAR may hold a UART only if its function's class allows it.
static const char *refusal_of(const struct serial_place *place, char text[REASON_TEXT])
{
    const struct claim *other = claim_over(place);
    const char *space = place->is_memory ? "" : "port ";
    char bdf[DEVICE_ADDRESS_TEXT];

    if (other) {
        format_text(text, REASON_TEXT, "%s0x%llx lies over %s", space, (unsigned long long)place->address,
                    other->owner);
        return text;
    }
    device_for_each (device) {
        uint32_t class = device->class_code >> 16;
        for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++) {
            const struct bar *bar = &device->bars[i];
            bool is_inside = bar->kind != BAR_NONE && (bar->kind == BAR_IO) != place->is_memory &&
                             place->address >= bar->base.address && place->address - bar->base.address < bar->size;
            if (!is_inside || class == CLASS_COMMUNICATION || class == CLASS_SIGNAL)
                continue;
            format_text(text, REASON_TEXT, "%s0x%llx lies in %s BAR %u", space, (unsigned long long)place->address,
                        pci_address_format(device->address, bdf), i);
            return text;
        }
    }
    return NULL;
}

static const char *failure_text(enum result result)
{
    return result == RESULT_NOT_FOUND ? "nothing answers"
           : result == RESULT_INVALID ? "no such address or speed"
                                      : result_name(result);
}

static void place_text(char *text, size_t capacity, const char *name, const struct serial_place *place)
{
    format_text(text, capacity, "%s at %s0x%llx", name, place->is_memory ? "" : "port ",
                (unsigned long long)place->address);
}

// The old port prints where the console goes, before the change.
static void farewell(const struct serial_place *old, const char *name, const struct serial_place *place, uint32_t baud)
{
    char where[REASON_TEXT], line[REASON_TEXT + 32];

    if (serial_open(old, SERIAL_BAUD_FIRMWARE) == RESULT_OK) {
        place_text(where, sizeof(where), name, place);
        size_t length = format_text(line, sizeof(line), "console: goes on at %s\n", where);
        serial_output()->write(serial_output(), line, length);
    }
    // It answered a moment ago.
    (void)!serial_open(place, baud);
}

static bool is_same(const struct serial_place *place)
{
    return chain.name && chain.place.is_memory == place->is_memory && chain.place.address == place->address;
}

void serial_chain_try(const char *name, enum serial_rank rank, const struct serial_place *place, uint32_t baud)
{
    char text[REASON_TEXT];
    bool is_first = !chain.name;

    if (!is_first && rank <= chain.rank)
        return;
    const char *refusal = is_same(place) ? NULL : refusal_of(place, text);
    enum result result = refusal || is_same(place) ? RESULT_OK : serial_open(place, baud);
    if (refusal || result != RESULT_OK) {
        serial_chain_refuse(name, refusal ? refusal : failure_text(result));
        return;
    }
    bool is_moved = !is_same(place);
    if (is_moved && !is_first)
        farewell(&chain.place, name, place, baud);
    chain.name = name;
    chain.rank = rank;
    chain.place = *place;
    if (is_moved)
        chain.attached(is_first);
}

// 0: laid out as no 8250 is.
static uint32_t stride_of(const struct serial_registers *registers)
{
    if (registers->is_port)
        return 1;
    if (!registers->is_memory)
        return 0;
    if (registers->access_size == ACCESS_DWORD || registers->bit_width == 32)
        return 4;
    return registers->access_size <= ACCESS_BYTE && registers->bit_width <= 8 ? 1 : 0;
}

void serial_chain_try_firmware(const char *name, const struct serial_registers *registers)
{
    uint32_t type = registers->interface;
    struct serial_place place = {
        .is_memory = registers->is_memory,
        .address = registers->address,
        .stride = stride_of(registers),
    };

    if (type != TYPE_16550 && type != TYPE_16450 && type != TYPE_16550_ANY)
        serial_chain_refuse(name, "its interface is none of the 8250's family");
    else if (place.address == 0 || place.stride == 0)
        serial_chain_refuse(name, "its registers are not laid out as an 8250's");
    else
        serial_chain_try(name, SERIAL_RANK_FIRMWARE, &place, SERIAL_BAUD_FIRMWARE);
}

void serial_chain_try_console(uint32_t number, uint32_t baud)
{
    struct serial_place place;

    if (serial_place_of(number, &place))
        serial_chain_try(SERIAL_CONSOLE_NAME, SERIAL_RANK_CONSOLE, &place,
                         baud <= SERIAL_BAUD_PC ? baud : SERIAL_BAUD_FIRMWARE);
}

void serial_chain_try_pc(uint32_t baud)
{
    static const char *const names[SERIAL_PC_PORT_COUNT] = {"COM1", "COM2", "COM3", "COM4"};
    struct serial_place place;

    for (uint32_t i = 0; serial_place_of(i, &place); i++)
        serial_chain_try(names[i], SERIAL_RANK_PC, &place, baud);
}

enum result serial_chain_claim(void)
{
    bool has_ports = chain.name && !chain.place.is_memory;

    return has_ports ? claim_add_ports(chain.place.address, SERIAL_PORT_SIZE, CLAIM_FIXED, chain.name) : RESULT_OK;
}

bool serial_chain_is_console(void)
{
    return chain.name != NULL;
}

void serial_chain_report(bool has_screen)
{
    char where[REASON_TEXT];

    format_text(where, sizeof(where), "%s", has_screen ? "the screen only" : "nowhere");
    if (chain.name)
        place_text(where, sizeof(where), chain.name, &chain.place);
    log_info("console: %s%s%s", where, chain.tried_length ? "; tried before: " : "", chain.tried);
}
