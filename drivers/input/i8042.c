// The keyboard controller of PCs.

#include "drivers/input/i8042.h"
#include "arch/mmio.h"
#include "drivers/gate.h"
#include "drivers/input/ps2_decoder.h"
#include "kernel/console/keys.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/board_device.h"
#include "kernel/lib/output.h"
#include "kernel/runtime/log.h"

enum { DATA = 0x60, STATUS = 0x64, COMMAND = 0x64, KEYBOARD_IRQ = 1 };

#define STATUS_OUTPUT_FULL BIT(0)
#define STATUS_INPUT_FULL  BIT(1)
#define STATUS_SECOND      BIT(5) // the byte comes from the second port
#define STATUS_NOTHING     0xff   // no controller decodes the port

enum {
    COMMAND_READ_CONFIG = 0x20,
    COMMAND_WRITE_CONFIG = 0x60,
    COMMAND_SECOND_OFF = 0xa7,
    COMMAND_SELF_TEST = 0xaa,
    COMMAND_TEST_FIRST = 0xab,
    COMMAND_FIRST_OFF = 0xad,
    COMMAND_FIRST_ON = 0xae,
    SELF_TEST_PASSED = 0x55,
    FIRST_PASSED = 0x00,
};

#define CONFIG_FIRST_INTERRUPT  BIT(0)
#define CONFIG_SECOND_INTERRUPT BIT(1)
#define CONFIG_FIRST_OFF        BIT(4)
#define CONFIG_SECOND_OFF       BIT(5)
#define CONFIG_TRANSLATE        BIT(6)

// To the keyboard itself.
enum { KEYBOARD_SCAN_SET = 0xf0, KEYBOARD_SCAN_ON = 0xf4, KEYBOARD_ACKNOWLEDGE = 0xfa, KEYBOARD_SET_2 = 2 };

enum { FLUSH_LIMIT = 64, TAKE_LIMIT = 16 };

#define STEP           WAIT_MICROSECONDS(50)
#define READY_STEPS    2000  // 100 ms
#define ANSWER_STEPS   10000 // 500 ms: the self-test
#define KEYBOARD_STEPS 1000  // 50 ms: a keyboard answers within 20
#define LEFT_BEHIND    WAIT_MILLISECONDS(20)

static struct {
    struct gate gate;
    struct ps2_decoder decoder;
    struct keyboard keyboard;
    uint64_t full_since; // nanoseconds, since when a byte has been waiting; 0: none is
    bool is_on;
} i8042;

static bool has_output(void)
{
    return io_read8(STATUS) & STATUS_OUTPUT_FULL;
}

static const struct board_line line = {
    .number = KEYBOARD_IRQ,
    .mode = INTERRUPT_LATCHED,
    .polarity = INTERRUPT_ACTIVE_HIGH,
    .is_asserted = has_output,
};

static const struct driver driver = {.name = "i8042"};

static bool await_status(uint8_t bits, bool is_set, uint32_t steps)
{
    for (uint32_t i = 0; i < steps; i++) {
        if (((io_read8(STATUS) & bits) != 0) == is_set)
            return true;
        wait_pause(STEP);
    }
    return false;
}

static bool send(uint16_t port, uint8_t byte)
{
    if (!await_status(STATUS_INPUT_FULL, false, READY_STEPS))
        return false;
    io_write8(port, byte);
    return true;
}

static bool receive(uint8_t *byte, uint32_t steps)
{
    if (!await_status(STATUS_OUTPUT_FULL, true, steps))
        return false;
    *byte = io_read8(DATA);
    return true;
}

static void flush(void)
{
    for (uint32_t i = 0; i < FLUSH_LIMIT && has_output(); i++)
        (void)io_read8(DATA);
}

static bool ask(uint8_t command, uint8_t *answer)
{
    return send(COMMAND, command) && receive(answer, ANSWER_STEPS);
}

static bool write_config(uint8_t config)
{
    return send(COMMAND, COMMAND_WRITE_CONFIG) && send(DATA, config);
}

// Both ports off and the buffer empty first, or else a key's byte is taken for an answer. The self-test may reset the
// configuration, so that is written again after it.
static const char *test_controller(uint8_t *config)
{
    uint8_t answer;

    if (!send(COMMAND, COMMAND_FIRST_OFF) || !send(COMMAND, COMMAND_SECOND_OFF))
        return "takes no command";
    flush();
    if (!ask(COMMAND_READ_CONFIG, config))
        return "gives no configuration";
    *config = (uint8_t)((*config & ~(CONFIG_FIRST_INTERRUPT | CONFIG_SECOND_INTERRUPT)) | CONFIG_SECOND_OFF |
                        CONFIG_TRANSLATE);
    if (!write_config(*config))
        return "takes no configuration";
    if (!ask(COMMAND_SELF_TEST, &answer) || answer != SELF_TEST_PASSED)
        return "fails its self-test";
    if (!write_config(*config) || !ask(COMMAND_READ_CONFIG, config))
        return "loses its configuration in the self-test";
    return !ask(COMMAND_TEST_FIRST, &answer) || answer != FIRST_PASSED ? "fails the test of its first port" : NULL;
}

static bool tell_keyboard(uint8_t byte)
{
    uint8_t answer;

    for (uint32_t i = 0; i < 2; i++) // it may ask once for the byte again
        if (send(DATA, byte) && receive(&answer, KEYBOARD_STEPS) && answer == KEYBOARD_ACKNOWLEDGE)
            return true;
    return false;
}

// Scan code set 2, which a controller translates and every keyboard knows.
static bool start_keyboard(void)
{
    return tell_keyboard(KEYBOARD_SCAN_SET) && tell_keyboard(KEYBOARD_SET_2) && tell_keyboard(KEYBOARD_SCAN_ON);
}

// The status must be read before the data: only then does it say which port the byte comes from.
static bool take(void)
{
    uint8_t status = io_read8(STATUS);
    struct key_event event;

    if (!(status & STATUS_OUTPUT_FULL))
        return false;
    uint8_t byte = io_read8(DATA);
    if (!(status & STATUS_SECOND) && ps2_decode(&i8042.decoder, byte, &event))
        keyboard_type(&i8042.keyboard, event);
    return true;
}

static bool take_all(void)
{
    uint32_t taken = 0, asked;

    if (!gate_enter(&i8042.gate))
        return false;
    do {
        asked = gate_asked(&i8042.gate);
        for (uint32_t i = 0; i < TAKE_LIMIT && take(); i++)
            taken++;
    } while (!gate_leave(&i8042.gate, asked));
    return taken != 0;
}

static bool i8042_service(const struct interrupt *self)
{
    return take_all();
}

// An IOAPIC ignores an edge that comes while its pin is masked, and the controller gives no other until its byte was
// read. So a byte that nobody takes for a while is taken without its interrupt.
static bool is_left_behind(void)
{
    if (!i8042.is_on || !has_output()) {
        i8042.full_since = 0;
        return false;
    }
    uint64_t now = host_nanoseconds();
    if (i8042.full_since == 0)
        i8042.full_since = now;
    return now - i8042.full_since >= LEFT_BEHIND;
}

static void take_left_behind(void)
{
    i8042.full_since = 0;
    (void)take_all();
}

static const struct keys_work work = {is_left_behind, take_left_behind, true};

static enum result connect(void)
{
    struct device *device;
    struct irq_grant grant;
    enum result result = board_device_create(&line, &driver, &device);

    if (result != RESULT_OK)
        return result;
    struct irq_request request = {
        .device = &device->irq,
        .routine = i8042_service,
        .minimum = 1,
        .maximum = 1,
    };
    return irq_connect(&request, &grant);
}

// The line before the interrupt, or else its first edge finds nobody.
static enum result switch_on(uint8_t config)
{
    ps2_decoder_start(&i8042.decoder, config & CONFIG_TRANSLATE ? PS2_SET_1 : PS2_SET_2);
    enum result result = connect();
    if (result != RESULT_OK)
        return result;
    config = (uint8_t)((config & ~CONFIG_FIRST_OFF) | CONFIG_FIRST_INTERRUPT);
    if (!write_config(config))
        return RESULT_TIMEOUT;
    i8042.is_on = true;
    keys_attach_work(&work);
    return RESULT_OK;
}

enum result i8042_start(char said[I8042_TEXT])
{
    uint8_t config = 0;

    format_text(said, I8042_TEXT, "none");
    if (io_read8(STATUS) == STATUS_NOTHING)
        return RESULT_NOT_FOUND;
    const char *fault = test_controller(&config);
    if (fault) {
        format_text(said, I8042_TEXT, "the controller %s", fault);
        return RESULT_FAILED;
    }
    bool has_keyboard = send(COMMAND, COMMAND_FIRST_ON) && start_keyboard();
    flush();
    enum result result = switch_on(config);
    if (result != RESULT_OK) {
        format_text(said, I8042_TEXT, "its line cannot be connected: %s", result_name(result));
        return result;
    }
    format_text(said, I8042_TEXT, "%s", has_keyboard ? "a keyboard" : "no keyboard answers");
    if (has_keyboard)
        keyboard_count(true);
    return RESULT_OK;
}
