"""trace.dat, version 6: what `trace-cmd report` and KernelShark open. The layout is that of trace-cmd.dat.v6(5), and in
the pages the ring buffer's, as header_page and header_event describe it."""

import struct

from event import CODES, FIELDS, NUMBERS, PLACES, text_of

PAGE = 4096
_PAGE_HEADER = struct.Struct("<QQ")  # time of the first event, bytes of events and flags
_ROOM = PAGE - _PAGE_HEADER.size
_MISSED, _MISSED_COUNTED = (
    1 << 31,
    1 << 30,
)  # of the second word: events before this page were lost; how many is at its end
_DELTA_BITS = 27
_TIME_EXTEND = 30  # event type: no event, but 27 + 32 more bits of time
_FIRST_ID = 300  # of the events; smaller ones are ftrace's own
_COMMON = struct.Struct("<HBBi")  # type, flags, preemption count, pid
_FLAGS = 0x01 | 0x08  # interrupts off, in an interrupt: what ftrace prints as d and h
_TRACECLOCK, _CPUSTAT = 4, 2  # options

_HEADER_PAGE = (
    """	field: u64 timestamp;	offset:0;	size:8;	signed:0;
	field: local_t commit;	offset:8;	size:8;	signed:1;
	field: int overwrite;	offset:8;	size:1;	signed:1;
	field: char data;	offset:16;	size:%d;	signed:1;
"""
    % _ROOM
)

_HEADER_EVENT = """# compressed entry header
	type_len    :    5 bits
	time_delta  :   27 bits
	array       :   32 bits

	padding     : type == 29
	time_extend : type == 30
	time_stamp : type == 31
	data max type_len  == 28
"""

_FORMAT = """name: %s
ID: %d
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

%s
print fmt: %s
"""


def _is_number(field):
    return field in NUMBERS or field in CODES


def _format(kind, number):
    """An event's description, as the kernel has it in its `format` files."""
    members, shown, values = "", [], []
    for index, field in enumerate(FIELDS[kind]):
        kind_of = "int" if _is_number(field) else "__data_loc char[]"
        members += "\tfield:%s %s;\toffset:%d;\tsize:4;\tsigned:%d;\n" % (
            kind_of,
            field,
            _COMMON.size + 4 * index,
            _is_number(field),
        )
        shown.append("%s=%s" % (field, "%s" if not field in NUMBERS else "0x%02x" if field == "vector" else "%d"))
        values.append(_value_text(field))
    return _FORMAT % (kind, number, members, ", ".join(['"%s"' % " ".join(shown), *values]))


def _value_text(field):
    if field in CODES:
        names = {code: name for name, code in CODES[field].items()}
        return 'REC->%s ? "%s" : "%s"' % (field, names[1], names[0])
    return "REC->" + field if _is_number(field) else "__get_str(%s)" % field


def _record(one, number):
    """An event's bytes without the ring buffer's own: numbers in place, texts behind them."""
    fields = FIELDS[one.kind]
    at = _COMMON.size + 4 * len(fields)
    words, texts = [], b""
    for field, value in zip(fields, one.values):
        if _is_number(field):
            words.append(CODES.get(field, {}).get(value, value))
            continue
        text = (text_of(field, value) if field in PLACES else value).encode() + b"\0"
        words.append(len(text) << 16 | at + len(texts))
        texts += text
    data = _COMMON.pack(number, _FLAGS, 0, 0) + struct.pack("<%di" % len(words), *words) + texts
    return data + bytes(-len(data) % 4)


def _headed(data, delta):
    """Behind the ring buffer's header: up to 28 words say their length in it, more have a word for it."""
    words = len(data) // 4
    if words <= 28:
        return struct.pack("<I", delta << 5 | words) + data
    return struct.pack("<II", delta << 5, len(data) + 4) + data


class _Pages:
    """One processor's pages."""

    def __init__(self, lost):
        self.lost = lost
        self.pages = []
        self.data = b""
        self.first = self.last = 0

    def add(self, time, data):
        delta = time - self.last
        extend = (
            struct.pack("<II", (delta & (1 << _DELTA_BITS) - 1) << 5 | _TIME_EXTEND, delta >> _DELTA_BITS)
            if delta >> _DELTA_BITS
            else b""
        )
        entry = extend + _headed(data, 0 if extend else delta)
        if not self.data or len(self.data) + len(entry) > self._room():
            self.close()
            self.first, entry = time, _headed(data, 0)
        self.data += entry
        self.last = time

    def _room(self):
        return _ROOM - (8 if self.lost and not self.pages else 0)

    def close(self):
        if not self.data:
            return
        flags, tail = 0, b""
        if self.lost and not self.pages:
            flags, tail = _MISSED | _MISSED_COUNTED, struct.pack("<Q", self.lost)
        page = _PAGE_HEADER.pack(self.first, len(self.data) | flags) + self.data + tail
        self.pages.append(page.ljust(PAGE, b"\0"))
        self.data = b""


def _pages(recording, numbers):
    found = [_Pages(recording.lost.get(cpu, 0)) for cpu in range(recording.cpus)]
    for one in recording.events:
        found[one.cpu].add(one.time, _record(one, numbers[one.kind]))
    for pages in found:
        pages.close()
    return [b"".join(pages.pages) for pages in found]


def _sized(width, data):
    return len(data).to_bytes(width, "little") + data


def _text(text):
    return text.encode()


def _options(recording):
    """The clock, and what each ring recorded and lost."""
    counts = [0] * recording.cpus
    for one in recording.events:
        counts[one.cpu] += 1
    options = [(_TRACECLOCK, b"[mono]\0")]
    for cpu, count in enumerate(counts):
        options.append(
            (_CPUSTAT, _text("CPU: %d\nentries: %d\noverrun: %d\n\0" % (cpu, count, recording.lost.get(cpu, 0))))
        )
    return (
        b"options  \0"
        + b"".join(struct.pack("<H", kind) + _sized(4, data) for kind, data in options)
        + struct.pack("<H", 0)
    )


def _header(recording, numbers):
    out = b"\x17\x08\x44tracing6\0" + struct.pack("<BBI", 0, 8, PAGE)
    out += b"header_page\0" + _sized(8, _text(_HEADER_PAGE)) + b"header_event\0" + _sized(8, _text(_HEADER_EVENT))
    out += struct.pack("<I", 0)  # formats of ftrace's own events
    out += struct.pack("<I", 1) + b"irq\0" + struct.pack("<I", len(numbers))
    out += b"".join(_sized(8, _text(_format(kind, number))) for kind, number in numbers.items())
    out += _sized(4, b"") + _sized(4, b"")  # functions, formats of trace_printk
    out += _sized(8, b"0 <idle>\n")
    return out + struct.pack("<I", recording.cpus) + _options(recording) + b"flyrecord\0"


def write(path, recording):
    numbers = {kind: _FIRST_ID + index for index, kind in enumerate(FIELDS)}
    header, pages = _header(recording, numbers), _pages(recording, numbers)
    offset = -(-(len(header) + 16 * len(pages)) // PAGE) * PAGE
    table = b""
    for data in pages:
        table += struct.pack("<QQ", offset, len(data))
        offset += len(data)
    with open(path, "wb") as file:
        head = header + table
        file.write(head + bytes(-len(head) % PAGE))
        file.writelines(pages)
