// mem: words of memory or of a device's registers at a physical address. Only where something is known to answer.

#include "kernel/commands/commands.h"
#include "kernel/diagnose/raw.h"
#include "kernel/inventory/claim.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

enum { MEM_WORD = 4, MEM_WORDS = 1024, MEM_SHOWN = 16, MEM_ROW = 4 };

// The claim that holds the whole word; NULL: none.
static const struct claim *mem_owner(uint64_t address)
{
    const struct claim *claim;

    for (uint32_t i = 0; (claim = claim_get(i)) != NULL; i++)
        if (!claim->is_port && claim->rank != CLAIM_ASSIGNED && address >= claim->base.address &&
            address - claim->base.address <= claim->size - MEM_WORD && claim->size >= MEM_WORD)
            return claim;
    return NULL;
}

static enum result mem_read(struct command_call *call, uint64_t address, bool may_touch_devices, uint32_t *value)
{
    const struct claim *owner = mem_owner(address);
    struct physical place = {address};

    if (!owner)
        return command_fail(call, RESULT_NOT_FOUND, "0x%llx: nothing is known to answer there",
                            (unsigned long long)address);
    if (strcmp(owner->owner, CLAIM_MEMORY) == 0)
        return raw_memory_read(place, value);
    if (!may_touch_devices)
        return command_fail(call, RESULT_INVALID,
                            "0x%llx is %s: a read may change the device; say 'device' to read it all the same",
                            (unsigned long long)address, owner->owner);
    return raw_device_read(place, value);
}

static void mem_print(struct command_call *call, uint64_t address, uint32_t index, uint32_t value)
{
    struct json json;

    if (!call->json) {
        if (index % MEM_ROW == 0)
            output_format(call->out, "%s0x%llx:", index ? "\n" : "", (unsigned long long)address);
        output_format(call->out, " %08x", value);
        return;
    }
    json_line_begin(&json, call->out, "mem");
    json_hex(&json, "address", address, 8);
    json_hex(&json, "value", value, 8);
    json_string(&json, "owner", mem_owner(address)->owner);
    json_line_end(&json);
}

static enum result mem_words(struct command_call *call, uint64_t address, uint64_t count, bool may_touch_devices)
{
    enum result result = RESULT_OK;
    uint32_t value = 0;

    for (uint32_t i = 0; i < count && result == RESULT_OK && !console_stop_asked(); i++) {
        result = mem_read(call, address + i * MEM_WORD, may_touch_devices, &value);
        if (result == RESULT_OK)
            mem_print(call, address + i * MEM_WORD, i, value);
    }
    if (!call->json)
        output_format(call->out, "\n");
    return result;
}

static enum result mem_run(struct command_call *call)
{
    uint64_t address, count = MEM_SHOWN;
    bool is_device = call->word_count > 1 && strcmp(call->words[call->word_count - 1], "device") == 0;
    enum result result = command_expect(call, 1, is_device ? 3 : 2);
    if (result == RESULT_OK)
        result = command_number(call, 1, &address);
    if (result == RESULT_OK && call->word_count > (is_device ? 3U : 2U))
        result = command_number(call, 2, &count);
    if (result != RESULT_OK)
        return result;
    if (address % MEM_WORD != 0)
        return command_fail(call, RESULT_INVALID, "ADDRESS is a multiple of 4");
    if (count == 0 || count > MEM_WORDS || address > UINT64_MAX - count * MEM_WORD)
        return command_fail(call, RESULT_INVALID, "COUNT is 1 to %u", (unsigned)MEM_WORDS);
    return mem_words(call, address, count, is_device);
}

const struct command command_mem = {
    .name = "mem",
    .usage = "mem ADDRESS [COUNT] [device]",
    .summary = "Words at a physical address; reads only",
    .run = mem_run,
    .options = "ADDRESS\tof memory, or of a register that a function decodes\n"
               "COUNT\twords of 32 bits: 1 to 1024, else 16\n"
               "device\treads registers too, though a read may change the device\n",
    .examples = "mem 0x100000\n",
};
