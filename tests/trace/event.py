"""One trace event: what it holds, and its line in ftrace's text layout.

          <idle>-0     [000] d.h. 12.345678901: irq_handler_entry: irq=256 name=nvme-0000:00:02.0-0
"""

import re
from typing import NamedTuple, Optional

ENTRY, EXIT, ROUTE, MASK = "irq_handler_entry", "irq_handler_exit", "irq_route", "irq_mask"
SPURIOUS, UNKNOWN = "irq_spurious", "irq_unknown"
ACTIONS = ("connect", "retarget", "drain", "disconnect")
FIRST_MESSAGE = 256  # smaller numbers are vectors of the system
NMI = 2  # no local APIC holds it off
SECOND = 1_000_000_000  # nanoseconds


class Place(NamedTuple):
    """Where a message is taken: a vector of a processor."""

    cpu: int
    vector: int

    @property
    def level(self):
        """The IRQL at which it is taken."""
        return 16 if self.vector == NMI else self.vector >> 4

    def __str__(self):
        return "%d:0x%02x" % self


class Event(NamedTuple):
    time: int  # nanoseconds since the kernel was entered
    cpu: int
    kind: str
    values: tuple  # in the order of FIELDS[kind]
    line: int = 0  # of the capture; no part of what the event is

    def get(self, field):
        return self.values[FIELDS[self.kind].index(field)]

    @property
    def irq(self):
        return self.values[0] if FIELDS[self.kind][0] == "irq" else None

    @property
    def is_move(self):
        """Does it bring a message to another processor?"""
        return (
            self.kind == ROUTE
            and self.get("action") == "retarget"
            and None not in self.values
            and self.get("old").cpu != self.get("new").cpu
        )

    @property
    def what(self):
        """Everything but where it was read."""
        return self[:4]


# Names are what ftrace's and LTTng's readers know, where they know any.
FIELDS = {
    ENTRY: ("irq", "name"),
    EXIT: ("irq", "ret"),
    ROUTE: ("irq", "action", "old", "new"),
    MASK: ("irq", "masked"),
    SPURIOUS: ("vector",),
    UNKNOWN: ("vector", "class"),
}

NUMBERS = {"irq": 1 << 31, "masked": 2, "vector": 256}  # field -> what it stays below
CPUS = 4096  # what processor numbers stay below
TIMES = 1 << 62  # what times stay below
PLACES = {"old", "new"}
CHOICES = {"ret": ("handled", "unhandled"), "action": ACTIONS}
CODES = {"ret": {"unhandled": 0, "handled": 1}}  # words that binary formats have as numbers

_LINE = re.compile(r"\s*\S.*?-\d+\s+\[(\d{3,})\] (\S{4,5}) +(\d+)\.(\d{9}): (\w+): (.*)$")
_PLACE = re.compile(r"(\d+):0x([0-9a-f]{1,2})$")
_PAIR = re.compile(r"(\w+)=(\S+)")


def below(limit, number):
    """ValueError: not a number there can be."""
    if not 0 <= number < limit:
        raise ValueError("out of range: %d" % number)
    return number


def place_of(text) -> Optional[Place]:
    """ValueError: neither a place nor none."""
    if text == "-":
        return None
    match = _PLACE.match(text)
    if not match:
        raise ValueError("no place: %s" % text)
    return Place(below(CPUS, int(match[1])), int(match[2], 16))


def value_of(field, text):
    """A field's value from its text. ValueError: it is none."""
    if field in PLACES:
        return place_of(text)
    if field in NUMBERS:
        return below(NUMBERS[field], int(text, 0))
    if text not in CHOICES.get(field, (text,)):
        raise ValueError("no %s: %s" % (field, text))
    return text


def text_of(field, value):
    if field in PLACES:
        return str(value) if value else "-"
    return "0x%02x" % value if field == "vector" else str(value)


def split(text):
    """A line's (processor, time, kind, arguments) before anybody asks what they mean. ValueError: no event."""
    match = _LINE.match(text)
    if not match:
        raise ValueError("no event")
    time = int(match[3]) * SECOND + int(match[4])
    return below(CPUS, int(match[1])), below(TIMES, time), match[5], match[6]


def parse(text, line=0):
    """The event of a line. ValueError: it is none, or damaged."""
    cpu, time, kind, arguments = split(text)
    if kind not in FIELDS:
        raise ValueError("unknown event")
    pairs = dict(_PAIR.findall(arguments))
    try:
        values = tuple(value_of(field, pairs[field]) for field in FIELDS[kind])
    except KeyError as missing:
        raise ValueError("no %s" % missing) from missing
    return Event(time, cpu, kind, values, line)


def arguments_of(event):
    return " ".join("%s=%s" % (field, text_of(field, value)) for field, value in zip(FIELDS[event.kind], event.values))


def format_line(event):
    """The event as ftrace prints it: in an interrupt, or in ordinary code."""
    flags = "...." if event.kind in (ROUTE, MASK) else "d.h."
    return "%16s-%-5d [%03d] %s %d.%09d: %s: %s" % (
        "<idle>",
        0,
        event.cpu,
        flags,
        *divmod(event.time, SECOND),
        event.kind,
        arguments_of(event),
    )
