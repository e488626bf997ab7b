// The metadata, from top to bottom.

#include "kernel/trace/trace_ctf_metadata.h"
#include "kernel/core/cpu.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/unknown.h"
#include "kernel/runtime/clock.h"
#include "kernel/trace/trace_name.h"
#include "kernel/version.h"

// Readers recognise TSDL by the first line. Alignment is one byte throughout; times are nanoseconds.
static const char types[] = "typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
                            "typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
                            "typealias integer { size = 16; align = 8; signed = true; } := int16_t;\n"
                            "typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
                            "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n\n";

// The environment names LTTng's kernel tracer, so that analyses made for it read the fields.
static const char environment[] = "env {\n"
                                  "\thostname = \"signalbox\";\n"
                                  "\tdomain = \"kernel\";\n"
                                  "\tsysname = \"Signalbox\";\n"
                                  "\tkernel_release = \"%s\";\n"
                                  "\tkernel_version = \"%s\";\n"
                                  "\ttracer_name = \"lttng-modules\";\n"
                                  "\ttracer_major = 2;\n"
                                  "\ttracer_minor = 13;\n"
                                  "\ttracer_patchlevel = 0;\n"
                                  "};\n\n"
                                  "clock {\n"
                                  "\tname = \"monotonic\";\n"
                                  "\tdescription = \"since the kernel was entered; counter at %llu Hz\";\n"
                                  "\tfreq = 1000000000;\n"
                                  "\toffset = 0;\n"
                                  "};\n\n";

// An event header has 4 bytes, or 13 when 2^27 ns or more have passed since the previous event.
static const char stream[] =
    "typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := time_t;\n\n"
    "struct event_header {\n"
    "\tenum : integer { size = 5; align = 1; signed = false; } { near = 0 ... 30, far = 31 } id;\n"
    "\tvariant <id> {\n"
    "\t\tstruct {\n"
    "\t\t\tinteger { size = 27; align = 1; signed = false; map = clock.monotonic.value; } timestamp;\n"
    "\t\t} near;\n"
    "\t\tstruct { uint32_t id; time_t timestamp; } far;\n"
    "\t} v;\n"
    "} align(8);\n\n"
    "stream {\n"
    "\tid = 0;\n"
    "\tevent.header := struct event_header;\n"
    "\tpacket.context := struct {\n"
    "\t\ttime_t timestamp_begin;\n"
    "\t\ttime_t timestamp_end;\n"
    "\t\tuint64_t content_size;\n"
    "\t\tuint64_t packet_size;\n"
    "\t\tuint64_t packet_seq_num;\n"
    "\t\tuint64_t events_discarded;\n"
    "\t\tuint32_t cpu_id;\n"
    "\t};\n"
    "};\n\n";

static const struct {
    uint32_t id;
    const char *name;
    const char *fields;
} events[] = {
    {CTF_ENTRY, "irq_handler_entry", "uint32_t _irq; name_t _name;"},
    {CTF_EXIT, "irq_handler_exit", "uint32_t _irq; uint8_t _ret;"},
    {CTF_ROUTE, "irq_route",
     "uint32_t _irq; action_t _action; int16_t _old_cpu; int16_t _old_vector; int16_t _new_cpu; int16_t _new_vector;"},
    {CTF_MASK, "irq_mask", "uint32_t _irq; uint8_t _masked;"},
    {CTF_SPURIOUS, "irq_spurious", "uint8_t _vector;"},
    {CTF_UNKNOWN, "irq_unknown", "uint8_t _vector; class_t _class;"},
};

static bool is_used(const struct trace_ctf_names *names, uint32_t name)
{
    return names->used[name / 8] >> name % 8 & 1;
}

static void write_uuid(struct output *out, const struct trace_uuid *uuid)
{
    for (uint32_t i = 0; i < sizeof(uuid->bytes); i++)
        output_format(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid->bytes[i]);
}

static void write_trace(struct output *out, const struct trace_uuid *uuid)
{
    output_format(out, "trace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = \"");
    write_uuid(out, uuid);
    output_format(out, "\";\n\tbyte_order = le;\n\tpacket.header := struct {\n"
                       "\t\tuint32_t magic;\n\t\tuint8_t uuid[16];\n\t\tuint32_t stream_id;\n\t};\n};\n\n");
}

// A system vector is named by the first CPU that has a routine for it.
static const char *vector_name(uint32_t vector, char *text)
{
    uint32_t cpu = 0;

    while (cpu + 1 < cpu_total() && !host_slot_read(cpu, vector))
        cpu++;
    return trace_name(vector, cpu, text);
}

static void write_names(struct output *out, const struct trace_ctf_names *names)
{
    uint32_t name = TRACE_CTF_MESSAGE;
    char text[TRACE_NAME_TEXT];

    output_format(out, "typealias enum : uint16_t {\n");
    for (uint32_t vector = 0; vector < TRACE_CTF_MESSAGE; vector++)
        if (is_used(names, vector))
            output_format(out, "\t\"%s\" = %u,\n", vector_name(vector, text), vector);
    for (const struct message_set *set = message_set_first(); set; set = set->next)
        for (uint32_t i = 0; i < set->message_count && name < TRACE_CTF_GONE; i++, name++)
            if (is_used(names, name))
                output_format(out, "\t\"%s\" = %u,\n", trace_name_of(&set->messages[i], text), name);
    output_format(out, "\t\"gone\" = %u\n} := name_t;\n", TRACE_CTF_GONE);
}

static void write_words(struct output *out)
{
    output_format(out, "typealias enum : uint8_t { ");
    for (uint32_t kind = TRACE_CONNECT; kind <= TRACE_DISCONNECT; kind++)
        output_format(out, "%s%s = %u", kind == TRACE_CONNECT ? "" : ", ", trace_action_name((enum trace_kind)kind),
                      kind);
    output_format(out, " } := action_t;\ntypealias enum : uint8_t { ");
    for (uint32_t i = 0; i < UNKNOWN_CLASS_COUNT; i++)
        output_format(out, "%s = %u, ", trace_class_name(i), i);
    output_format(out, "%s = %u } := class_t;\n\n", trace_class_name(TRACE_UNCLASSIFIED), TRACE_UNCLASSIFIED);
}

uint16_t trace_ctf_name(uint32_t number)
{
    uint32_t place = TRACE_CTF_MESSAGE;

    if (number < MESSAGE_NUMBER_FIRST)
        return (uint16_t)number;
    for (const struct message_set *set = message_set_first(); set; set = set->next) {
        uint32_t index = set->message_count ? number - set->messages[0].number : 0;
        if (index < set->message_count)
            return (uint16_t)(place + index < TRACE_CTF_GONE ? place + index : TRACE_CTF_GONE);
        place += set->message_count;
    }
    return TRACE_CTF_GONE;
}

void trace_ctf_names_add(struct trace_ctf_names *names, uint16_t name)
{
    names->used[name / 8] |= (uint8_t)BIT(name % 8);
}

void trace_ctf_metadata(struct output *out, const struct trace_uuid *uuid, const struct trace_ctf_names *names)
{
    output_format(out, "/* CTF 1.8 */\n\n%s", types);
    write_trace(out, uuid);
    output_format(out, environment, version_release, version_text, (unsigned long long)clock_frequency());
    output_format(out, "%s", stream);
    write_names(out, names);
    write_words(out);
    for (uint32_t i = 0; i < ARRAY_COUNT(events); i++)
        output_format(out, "event {\n\tname = \"%s\";\n\tid = %u;\n\tstream_id = 0;\n\tfields := struct { %s };\n};\n",
                      events[i].name, events[i].id, events[i].fields);
}
