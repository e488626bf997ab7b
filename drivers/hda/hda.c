// High Definition Audio controllers: the two rings of codec commands and their answers.

#include "drivers/hda/hda.h"
#include "arch/mmio.h"
#include "drivers/exercise.h"
#include "drivers/pci/pci.h"
#include "drivers/register_wait.h"
#include "drivers/shot_turn.h"
#include "kernel/core/irq.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"

// Registers of 32 bits, unless a line says more.
enum {
    HDA_CLASS_CODE = 0x040300,
    HDA_BAR_SIZE = 0x1000,
    HDA_GCAP = 0x00, // 16 bits
    HDA_GCTL = 0x08,
    HDA_STATESTS = 0x0e, // 16 bits: a bit for each codec
    HDA_INTCTL = 0x20,
    HDA_CORBLBASE = 0x40,
    HDA_CORBUBASE = 0x44,
    HDA_CORBWP = 0x48,   // 16 bits
    HDA_CORBRP = 0x4a,   // 16 bits
    HDA_CORBCTL = 0x4c,  // 8 bits
    HDA_CORBSIZE = 0x4e, // 8 bits
    HDA_RIRBLBASE = 0x50,
    HDA_RIRBUBASE = 0x54,
    HDA_RIRBWP = 0x58,   // 16 bits
    HDA_RINTCNT = 0x5a,  // 16 bits: answers for one interrupt
    HDA_RIRBCTL = 0x5c,  // 8 bits
    HDA_RIRBSTS = 0x5d,  // 8 bits; write 1 to clear
    HDA_RIRBSIZE = 0x5e, // 8 bits

    COMMAND_COUNT = 256,     // in either ring
    ANSWERS = PAGE_SIZE / 2, // their ring's place in the page; the commands' is its start
    HDA_SELFTEST_SHOTS = 3,
};

#define GCAP_64BIT        BIT(0)
#define GCTL_RUN          BIT(0)              // CRST: 0 is reset
#define INTCTL_ALL        (BIT(31) | BIT(30)) // GIE and CIE
#define RING_RESET        BIT(15)
#define CORBCTL_RUN       BIT(1)
#define RIRBCTL_INTERRUPT BIT(0)
#define RIRBCTL_RUN       BIT(1)
#define RIRBSTS_ANSWER    BIT(0)
#define SIZE_256          2
#define SIZE_256_CAPABLE  BIT(6)
#define VERB_VENDOR       UINT32_C(0x000f0000) // get parameter 0 of node 0
#define VERB_CODEC_SHIFT  28
#define BELOW_4_GIB       UINT64_C(0x100000000)
#define RESET_BOUND       WAIT_MILLISECONDS(100)
#define RESET_TIME        WAIT_MICROSECONDS(100) // 5.5.1.2
#define CODEC_TIME        WAIT_MILLISECONDS(1)   // 4.3: within 521 us a codec is seen

struct hda {
    volatile uint8_t *registers;
    struct physical page;
    uint16_t codecs; // a bit each; 0: the message cannot be fired
    struct shot_turn turn;
};

static void write8(const struct hda *hda, uint32_t offset, uint64_t value)
{
    mmio_write8(hda->registers + offset, (uint8_t)value);
}

static void write16(const struct hda *hda, uint32_t offset, uint64_t value)
{
    mmio_write16(hda->registers + offset, (uint16_t)value);
}

static void write32(const struct hda *hda, uint32_t offset, uint64_t value)
{
    mmio_write32(hda->registers + offset, (uint32_t)value);
}

static bool hda_service(const struct interrupt *self)
{
    struct hda *hda = self->context;

    if (!(mmio_read8(hda->registers + HDA_RIRBSTS) & RIRBSTS_ANSWER))
        return false;
    write8(hda, HDA_RIRBSTS, RIRBSTS_ANSWER);
    shot_turn_end(&hda->turn);
    return true;
}

static bool hda_matches(const struct device *device)
{
    return device->class_code == HDA_CLASS_CODE;
}

// A reset ends all transfers of firmware's; afterwards no stream is set up, so that nothing can sound.
static enum result reset(struct hda *hda)
{
    volatile uint8_t *control = hda->registers + HDA_GCTL;

    write32(hda, HDA_INTCTL, 0);
    write32(hda, HDA_GCTL, 0);
    enum result result = register_wait(control, GCTL_RUN, 0, RESET_BOUND);
    wait_pause(RESET_TIME);
    if (result == RESULT_OK) {
        write32(hda, HDA_GCTL, GCTL_RUN);
        result = register_wait(control, GCTL_RUN, GCTL_RUN, RESET_BOUND);
    }
    wait_pause(CODEC_TIME);
    return result;
}

static enum result quiet(struct device *device, struct hda *hda)
{
    volatile void *registers;
    enum result result = pci_bar_map(device, 0, HDA_BAR_SIZE, &registers);

    if (result != RESULT_OK)
        return result;
    hda->registers = registers;
    result = reset(hda);
    hda->codecs = result == RESULT_OK ? mmio_read16(hda->registers + HDA_STATESTS) : 0;
    return result;
}

static enum result connect(struct device *device, struct hda *hda)
{
    struct irq_request request = {
        .device = &device->irq,
        .routine = hda_service,
        .context = hda,
        .priority = IRQ_PRIORITY_NORMAL,
        .minimum = 1,
        .maximum = 1,
    };
    struct irq_grant grant;

    return irq_connect(&request, &grant);
}

static bool has_full_rings(const struct hda *hda)
{
    return mmio_read8(hda->registers + HDA_CORBSIZE) & SIZE_256_CAPABLE &&
           mmio_read8(hda->registers + HDA_RIRBSIZE) & SIZE_256_CAPABLE;
}

// Every command is the same question to the same codec, so that a shot only moves the write pointer. The reset of the
// commands' read pointer is acknowledged by the bit reading as 1, which some controllers never show.
static void start_rings(const struct hda *hda)
{
    uint32_t *commands = page_pointer(hda->page);
    uint64_t commands_at = hda->page.address, answers_at = commands_at + ANSWERS;

    for (uint32_t i = 0; i < COMMAND_COUNT; i++)
        commands[i] = VERB_VENDOR | (uint32_t)__builtin_ctz(hda->codecs) << VERB_CODEC_SHIFT;
    write8(hda, HDA_CORBSIZE, SIZE_256);
    write8(hda, HDA_RIRBSIZE, SIZE_256);
    write32(hda, HDA_CORBLBASE, commands_at);
    write32(hda, HDA_CORBUBASE, commands_at >> 32);
    write32(hda, HDA_RIRBLBASE, answers_at);
    write32(hda, HDA_RIRBUBASE, answers_at >> 32);
    write16(hda, HDA_CORBWP, 0);
    write16(hda, HDA_CORBRP, RING_RESET);
    wait_pause(RESET_TIME);
    write16(hda, HDA_CORBRP, 0);
    write16(hda, HDA_RIRBWP, RING_RESET);
    write16(hda, HDA_RINTCNT, 1);
    write8(hda, HDA_RIRBSTS, RIRBSTS_ANSWER);
    write8(hda, HDA_RIRBCTL, RIRBCTL_INTERRUPT | RIRBCTL_RUN);
    write8(hda, HDA_CORBCTL, CORBCTL_RUN);
    write32(hda, HDA_INTCTL, INTCTL_ALL);
}

static enum result bring_up(struct device *device, struct hda *hda)
{
    enum result result = quiet(device, hda);

    if (result != RESULT_OK)
        return result;
    if (!has_full_rings(hda))
        hda->codecs = 0;
    result = page_allocate(1, mmio_read16(hda->registers + HDA_GCAP) & GCAP_64BIT ? 0 : BELOW_4_GIB, &hda->page);
    if (result == RESULT_OK)
        result = connect(device, hda);
    if (result == RESULT_OK && hda->codecs)
        start_rings(hda);
    return result;
}

static void shut_down(struct device *device, struct hda *hda)
{
    pci_bus_master(device, false);
    if (device->irq.messages)
        irq_disconnect(device->irq.messages);
    if (hda->page.address)
        page_free(hda->page, 1);
    heap_free(hda);
}

static enum result hda_start(struct device *device)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct hda *hda = heap_allocate(sizeof(*hda));

    if (!hda)
        return RESULT_NO_MEMORY;
    enum result result = bring_up(device, hda);
    if (result != RESULT_OK) {
        shut_down(device, hda);
        return result;
    }
    device->driver_state = hda;
    log_info("hda %s: 1 message%s", pci_address_format(device->address, text),
             hda->codecs ? ", fired by asking a codec for its vendor" : ", nothing fires it: no codec");
    return RESULT_OK;
}

static bool hda_can_fire(const struct device *device, uint32_t index, uint32_t *deliveries)
{
    const struct hda *hda = device->driver_state;

    *deliveries = 1;
    return hda && hda->codecs && index == 0;
}

static enum result hda_fire(struct device *device, uint32_t index)
{
    char text[DEVICE_ADDRESS_TEXT];
    struct hda *hda = device->driver_state;
    uint32_t deliveries;

    if (!hda_can_fire(device, index, &deliveries)) {
        log_warning("hda %s: message %u cannot be fired: no codec", pci_address_format(device->address, text), index);
        return RESULT_UNSUPPORTED;
    }
    enum result result = shot_turn_begin(&hda->turn);
    if (result == RESULT_OK)
        write16(hda, HDA_CORBWP, (mmio_read16(hda->registers + HDA_CORBWP) + 1u) % COMMAND_COUNT);
    return result;
}

static enum result hda_selftest(struct device *device, struct output *out)
{
    char text[DEVICE_ADDRESS_TEXT];
    uint32_t fired;
    enum result result = exercise_all(device, HDA_SELFTEST_SHOTS, out, &fired);

    if (result == RESULT_OK)
        output_format(out, "hda %s: %u questions to a codec, every answer arrived once\n",
                      pci_address_format(device->address, text), HDA_SELFTEST_SHOTS);
    return result;
}

const struct driver hda_driver = {
    .name = "hda",
    .matches = hda_matches,
    .start = hda_start,
    .fire = hda_fire,
    .rests = true,
    .can_fire = hda_can_fire,
    .selftest = hda_selftest,
};
