// Console input.

#include "kernel/console/console_input.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"

// A serial port's 16-byte FIFO fills in 1.4 ms at the highest speed.
#define CONSOLE_INPUT_INTERVAL WAIT_MILLISECONDS(1)
#define CONSOLE_INPUT_PAUSE    WAIT_MILLISECONDS(20) // between two polls while a command waits

enum { CONSOLE_INPUT_STOP = 0x03, CONSOLE_INPUT_GO_ON = 0x11, CONSOLE_INPUT_HOLD = 0x13, CONSOLE_INPUT_PIECE = 64 };

static bool console_input_nothing(uint8_t *byte, uint64_t nanoseconds);

static struct output *console_input_echo;
static console_reader *console_input_reader = console_input_nothing;
static uint8_t console_input_kept[CONSOLE_INPUT_AHEAD];
static uint32_t console_input_first; // first of the unread bytes
static uint32_t console_input_count;
static uint64_t console_input_next_look;
static bool is_running;
static bool is_stop_asked;
static bool is_muted;
static bool is_held;
static bool has_quit;

static bool console_input_nothing(uint8_t *byte, uint64_t nanoseconds)
{
    wait_pause(nanoseconds);
    return false;
}

static void console_input_print(const char *text)
{
    if (console_input_echo)
        console_input_echo->write(console_input_echo, text, strlen(text));
}

static void console_input_forget(void)
{
    console_input_first = 0;
    console_input_count = 0;
}

// As on a terminal, Ctrl-C discards what was typed before it.
static void console_input_stop(void)
{
    if (!is_muted)
        console_input_print("^C\n");
    console_input_forget();
    is_stop_asked = true;
    is_muted = true;
    is_held = false;
}

static bool console_input_keep(uint8_t byte)
{
    if (console_input_count == CONSOLE_INPUT_AHEAD)
        return false;
    console_input_kept[(console_input_first + console_input_count++) % CONSOLE_INPUT_AHEAD] = byte;
    return true;
}

void console_input_attach(struct output *echo, console_reader *reader)
{
    console_input_echo = echo;
    console_input_reader = reader ? reader : console_input_nothing;
    console_input_forget();
}

bool console_input_read(uint8_t *byte, uint64_t nanoseconds)
{
    if (!console_input_count)
        return console_input_reader(byte, nanoseconds);
    *byte = console_input_kept[console_input_first];
    console_input_first = (console_input_first + 1) % CONSOLE_INPUT_AHEAD;
    console_input_count--;
    return true;
}

void console_input_command_begin(void)
{
    is_running = true;
    is_stop_asked = false;
    is_muted = false;
    is_held = false;
    has_quit = false;
    console_input_next_look = 0;
}

bool console_input_command_end(void)
{
    bool was_stopped = is_stop_asked && !has_quit;

    is_running = false;
    is_muted = false;
    has_quit = false; // or else the prompt is muted, too
    return was_stopped;
}

bool console_input_is_running(void)
{
    return is_running;
}

// Bytes per poll: bounds the delay of a command by endless input.
void console_input_look_now(void)
{
    uint8_t byte;
    bool is_full = false;

    for (uint32_t i = 0; is_running && i < CONSOLE_INPUT_PIECE && console_input_reader(&byte, 0); i++) {
        if (byte == CONSOLE_INPUT_STOP)
            console_input_stop();
        else if (byte == CONSOLE_INPUT_HOLD || byte == CONSOLE_INPUT_GO_ON)
            is_held = byte == CONSOLE_INPUT_HOLD;
        else
            is_full |= !console_input_keep(byte);
    }
    if (is_full)
        console_input_print("\a");
    console_input_next_look = host_nanoseconds() + CONSOLE_INPUT_INTERVAL;
}

void console_input_look(void)
{
    if (is_running && host_nanoseconds() >= console_input_next_look)
        console_input_look_now();
}

void console_input_wait(uint64_t nanoseconds)
{
    uint8_t byte;

    if (console_input_reader(&byte, nanoseconds) && byte == CONSOLE_INPUT_STOP)
        console_input_stop();
}

bool console_input_is_muted(void)
{
    return is_muted || has_quit;
}

uint8_t console_input_key(void)
{
    uint8_t byte;

    for (;;) {
        if (!console_input_reader(&byte, CONSOLE_INPUT_PAUSE))
            continue;
        if (byte != CONSOLE_INPUT_STOP)
            return byte;
        console_input_stop();
        return 0;
    }
}

void console_input_quit(void)
{
    is_stop_asked = true;
    has_quit = true;
}

bool console_input_has_quit(void)
{
    return has_quit;
}

void console_input_wait_held(void)
{
    uint64_t start = host_nanoseconds();

    while (is_held && host_nanoseconds() - start < CONSOLE_INPUT_HELD) {
        wait_pause(CONSOLE_INPUT_PAUSE);
        console_input_look_now();
    }
    is_held = false;
}

bool console_stop_asked(void)
{
    console_input_look();
    is_muted = false;
    return is_running && is_stop_asked;
}

bool console_pause(uint64_t nanoseconds)
{
    uint64_t start = host_nanoseconds(), passed = 0;

    while (!console_stop_asked() && passed < nanoseconds) {
        uint64_t left = nanoseconds - passed;
        wait_pause(left < CONSOLE_INPUT_PAUSE ? left : CONSOLE_INPUT_PAUSE);
        passed = host_nanoseconds() - start;
    }
    return console_stop_asked();
}
