"""CTF 1.8 directories with LTTng's kernel event names: the kernel's own packets as they came, or written anew."""

import os
import re
import struct
import subprocess
import uuid

import ctf_layout
import event
from event import CODES, CPUS, FIELDS, NUMBERS, PLACES, SECOND, Event, Place

MAGIC = 0xC1FC1FC1
PACKET_BYTES = 1 << 16  # of events in a packet that is written here
READER_TIMEOUT = 300  # seconds
_EVENT_HEADER = struct.Struct("<HQ")
_NAMESPACE = uuid.UUID("5b1a1e60-0b0c-4f9e-8a57-51676e616c62")
_NOWHERE = -1
_NUMBERS = {kind: number for number, kind in enumerate(FIELDS)}
_LINE = re.compile(r"\[(\d+)\.(\d{9})\] (?:\S+ )?(\w+): \{ (.*) \}$")
_VALUE = re.compile(
    r"(\w+) = (?:\( ?\"?(?P<enum>[^\"]*?)\"? ?: container = -?\d+ \)|\"(?P<text>[^\"]*)\"|(?P<number>-?\w+))"
)

_METADATA = """/* CTF 1.8 */

typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
typealias integer { size = 16; align = 8; signed = false; } := uint16_t;
typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
typealias integer { size = 32; align = 8; signed = true; } := int32_t;
typealias integer { size = 64; align = 8; signed = false; } := uint64_t;

trace {
	major = 1;
	minor = 8;
	uuid = "%(uuid)s";
	byte_order = le;
	packet.header := struct {
		uint32_t magic;
		uint8_t uuid[16];
		uint32_t stream_id;
	};
};

env {
	hostname = "signalbox";
	domain = "kernel";
	sysname = "Signalbox";
	kernel_version = "%(version)s";
	tracer_name = "signalbox";
	tracer_major = 0;
	tracer_minor = 1;
	tracer_patchlevel = 0;
};

clock {
	name = "monotonic";
	description = "Nanoseconds since the kernel was entered";
	freq = 1000000000;
	offset = 0;
};

typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := time_t;

stream {
	id = 0;
	event.header := struct {
		uint16_t id;
		time_t timestamp;
	};
	packet.context := struct {
		time_t timestamp_begin;
		time_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
		uint64_t packet_seq_num;
		uint64_t events_discarded;
		uint32_t cpu_id;
	};
};
"""


class CtfError(Exception):
    """The packets make no trace."""


# ---- writing ----


def _members(kind):
    """The fields of an event in CTF: a place is two numbers, -1 where there is none."""
    for field in FIELDS[kind]:
        if field in PLACES:
            yield "int32_t", field + "_cpu"
            yield "int32_t", field + "_vector"
        else:
            yield ("int32_t" if field in NUMBERS or field in CODES else "string"), field


def _event_metadata(number, kind):
    members = "".join("\t\t%s _%s;\n" % member for member in _members(kind))
    return '\nevent {\n\tname = "%s";\n\tid = %d;\n\tstream_id = 0;\n\tfields := struct {\n%s\t};\n};\n' % (
        kind,
        number,
        members,
    )


def _pack(one):
    data = _EVENT_HEADER.pack(_NUMBERS[one.kind], one.time)
    for field, value in zip(FIELDS[one.kind], one.values):
        if field in PLACES:
            data += struct.pack("<ii", *(value or (_NOWHERE, _NOWHERE)))
        elif field in NUMBERS or field in CODES:
            data += struct.pack("<i", CODES.get(field, {}).get(value, value))
        else:
            data += value.encode() + b"\0"
    return data


def _packet(identity, cpu, sequence, discarded, span, content):
    context = struct.Struct("<QQQQQQI")
    header = struct.pack("<I16sI", MAGIC, identity.bytes, 0)
    bits = 8 * (len(header) + context.size + len(content))
    return header + context.pack(*span, bits, bits, sequence, discarded, cpu) + content


def packet(identity, cpu, sequence, discarded, span, events):
    """One packet. `span`: the times it covers; `discarded`: events lost on that processor until its end."""
    return _packet(identity, cpu, sequence, discarded, span, b"".join(map(_pack, events)))


def packets_of(identity, cpu, events, span, lost=0):
    """One processor's events as packets, which together cover `span`: readers that take only the time in which every
    processor was recorded then take all of it. What was lost was lost before the first event that was kept."""
    packets, pieces, size = [], [], 0
    begin, end = span
    for one in events:
        pieces.append(_pack(one))
        size += len(pieces[-1])
        if size >= PACKET_BYTES:
            packets.append(_packet(identity, cpu, len(packets), lost, (begin, one.time), b"".join(pieces)))
            begin, pieces, size = one.time, [], 0
    return packets + [_packet(identity, cpu, len(packets), lost, (begin, end), b"".join(pieces))]


def identity_of(recording):
    """The same recording has the same UUID."""
    return uuid.uuid5(_NAMESPACE, "%d %d %d" % (recording.begin, recording.end, len(recording.events)))


def metadata_of(identity, version):
    text = _METADATA % {"uuid": identity, "version": version.replace("\\", "").replace('"', "")}
    return text + "".join(_event_metadata(number, kind) for kind, number in _NUMBERS.items())


def _save(directory, metadata, streams):
    os.makedirs(directory, exist_ok=True)
    for name in os.listdir(directory):
        os.remove(os.path.join(directory, name))
    with open(os.path.join(directory, "metadata"), "w", encoding="utf-8") as file:
        file.write(metadata)
    for cpu, packets in streams.items():
        with open(os.path.join(directory, "channel0_%d" % cpu), "wb") as file:
            file.writelines(packets)


def write(directory, recording, version):
    """The whole recording, one stream file a processor."""
    identity = identity_of(recording)
    events = {cpu: [] for cpu in range(recording.cpus)}
    for one in recording.events:
        events[one.cpu].append(one)
    _save(
        directory,
        metadata_of(identity, version),
        {
            cpu: packets_of(identity, cpu, found, (recording.begin, recording.end), recording.lost.get(cpu, 0))
            for cpu, found in events.items()
        },
    )


def write_packets(directory, dump):
    """A binary dump's packets as they came. CtfError: they, or their metadata, make no trace."""
    try:
        layout = ctf_layout.Layout(dump.metadata)
        streams = {}
        for packet in dump.packets:
            cpu, begin = layout.read(packet, "cpu_id"), layout.read(packet, "timestamp_begin")
            event.below(CPUS, cpu)
            if layout.read(packet, "packet_size") != 8 * len(packet):
                raise ValueError("a packet's size is not what it says")
            streams.setdefault(cpu, {})[begin, packet] = packet
    except ValueError as reason:
        raise CtfError(str(reason)) from reason
    _save(
        directory, dump.metadata, {cpu: [found[key] for key in sorted(found)] for cpu, found in sorted(streams.items())}
    )


# ---- reading ----


def read(directory):
    """All events of a CTF directory, by babeltrace2. CtfError: it cannot read them."""
    command = [
        "babeltrace2",
        "--clock-seconds",
        "--no-delta",
        "--fields",
        "trace:domain",
        "--names",
        "context,payload",
        "--color",
        "never",
        directory,
    ]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=READER_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CtfError(str(error)) from error
    if done.returncode:
        raise CtfError("babeltrace2: " + done.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    return [found for found in map(_parse, done.stdout.decode("utf-8", "replace").splitlines()) if found]


def _parse(line):
    """An event of babeltrace2's text, None where this reader knows no such event."""
    match = _LINE.match(line)
    if not match or match[3] not in FIELDS:
        return None
    found = {
        one[1].lstrip("_"): next(value for value in one.groups()[1:] if value is not None)
        for one in _VALUE.finditer(match[4])
    }
    try:
        values = tuple(_value(found, field) for field in FIELDS[match[3]])
        return Event(int(match[1]) * SECOND + int(match[2]), event.below(CPUS, int(found["cpu_id"])), match[3], values)
    except (KeyError, ValueError):
        return None


def _value(found, field):
    if field in PLACES:
        cpu, vector = int(found[field + "_cpu"], 0), int(found[field + "_vector"], 0)
        return Place(cpu, vector) if cpu >= 0 and cpu != 0xFFFFFFFF else None
    names = {str(code): name for name, code in CODES.get(field, {}).items()}
    return event.value_of(field, names.get(found[field], found[field]))
