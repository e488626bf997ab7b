"""A console session's bytes taken apart: trace dumps, binary frames, JSON objects, log lines, commands, damage.

Nothing in a capture is trusted: what cannot be read is counted, with the line it stood on, and left out.
"""

import json
import re
from dataclasses import dataclass, field

import event
import frame
from event import Place

DUMP_BEGIN = "# tracer: nop"
_DUMP_END = re.compile(r"# trace end: (\d+) events$")
_MESSAGE = re.compile(
    r"# message irq=(\d+) bdf=(\S+) index=(\d+) driver=(\S+) cpu=(\d+) vector=0x([0-9a-f]{1,2})(?: .*)?$"
)
_CPU = re.compile(r"# cpu (\d+): recorded (\d+) kept (\d+) lost (\d+)$")
_LOG = re.compile(r"\[ *(\d+)\.(\d{6})(?: cpu (\d+))?\] (.*)$")
_PROMPT = re.compile(r"signalbox> ?(.*)$")
_MARK = re.compile(r"(?:print: )?([BE])\|\d+(?:\|(\S+))?$")
_FREQUENCY = re.compile(r"# time: .* at (\d+) Hz$")
_CLOCK = re.compile(r"# clock of cpu (\d+): (-?\d+) to (-?\d+) cycles ahead")
_ESCAPE = re.compile(r"\x1b\[[0-9;?=]*[A-Za-z]")
_VERSION = re.compile(r'\bkernel_version = "([^"]*)"')
_NOT_TEXT = re.compile(rb"[^\t\r\n\x1b\x20-\x7e]")
_MARK_KINDS = ("tracing_mark_write", "print")
_SHOWN = 100  # characters of a damaged line that are kept


@dataclass(frozen=True)
class Route:
    """A message of the kernel's table: who it is and where it was when the dump was made."""

    irq: int
    bdf: str
    index: int
    driver: str
    place: Place

    @property
    def name(self):
        return "%s-%s-%d" % (self.driver if self.driver != "-" else "pci", self.bdf, self.index)


@dataclass(frozen=True)
class Mark:
    """Beginning or end of a routine, as `trace dump marks` prints it."""

    time: int
    cpu: int
    name: str  # "": an end
    line: int


@dataclass
class Dump:
    """One `trace dump` in text."""

    line: int
    command: int = -1  # index of the command that printed it, -1: unknown
    events: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    routes: dict = field(default_factory=dict)  # irq -> Route
    cpus: dict = field(default_factory=dict)  # processor -> (recorded, kept, lost)
    frequency: int = 0  # cycles a second of the processors' clocks
    clocks: dict = field(default_factory=dict)  # processor -> cycles between the bounds of how far its clock is off
    promised: int = -1  # events that the last line counts, -1: there is no last line

    def clock_doubt(self):
        """Nanoseconds that times of two processors may be wrong against each other."""
        return max(self.clocks.values(), default=0) * event.SECOND // self.frequency if self.frequency else 0

    def missing(self):
        """Events that the kernel says it printed and that are not here."""
        return max(self.promised - len(self.events) - len(self.marks), 0) if self.promised >= 0 else 0


@dataclass
class FrameDump:
    """One `trace dump ctf`."""

    line: int
    command: int
    metadata: str = ""
    packets: list = field(default_factory=list)


@dataclass(frozen=True)
class Damage:
    line: int
    what: str
    text: str


@dataclass(frozen=True)
class Said:
    """A line of the log, a command that was typed or a JSON object, with its place in the capture."""

    line: int
    command: int  # index of the last command typed before it
    time: int  # nanoseconds; -1 where there is none
    value: object


@dataclass
class Capture:
    dumps: list = field(default_factory=list)
    frames: list = field(default_factory=list)  # of FrameDump
    objects: list = field(default_factory=list)
    log: list = field(default_factory=list)
    commands: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    damage: list = field(default_factory=list)
    lines: int = 0

    @property
    def version(self):
        """Which build it was: what its command said, or else the first line of its log, or a binary dump."""
        said = [one.value.get("text") for one in self.objects if one.value["type"] == "version"]
        said += [one.value for one in self.log if one.value.startswith("Signalbox ")]
        said += [found[1] for found in (_VERSION.search(dump.metadata) for dump in self.frames) if found]
        return next((text for text in said if isinstance(text, str)), "a Signalbox that did not say its version")


class Reader:
    """Takes a capture in, piece by piece; the result is in `capture`."""

    def __init__(self):
        self.capture = Capture()
        self.dump = None
        self.line = 0

    @property
    def command(self):
        return len(self.capture.commands) - 1

    def read(self, data):
        for piece in data.split(b"\0"):
            if piece:
                self._piece(piece)
        self.capture.lines = self.line
        self._order()
        return self.capture

    def _damage(self, what, text):
        self.capture.damage.append(Damage(self.line, what, text[:_SHOWN]))

    # ---- binary ----

    def _piece(self, piece):
        """What stood between two zero bytes: a frame, text, or a damaged frame with text around it."""
        try:
            kind, payload = frame.decode(piece)
        except ValueError as reason:
            self._text_and_damage(piece, str(reason))
            return
        self._frame(kind, payload)
        self.line += piece.count(b"\n")

    def _frame(self, kind, payload):
        """Metadata comes before the packets, so after packets it is that of another dump."""
        dump = self.capture.frames[-1] if self.capture.frames else None
        if not dump or dump.command != self.command or (kind == frame.METADATA and dump.packets):
            dump = FrameDump(self.line, self.command)
            self.capture.frames.append(dump)
        if kind == frame.METADATA:
            dump.metadata += payload.decode("utf-8", "replace")
        else:
            dump.packets.append(payload)

    def _text_and_damage(self, piece, reason):
        lines = piece.split(b"\n")
        dirty = [number for number, text in enumerate(lines) if _is_binary(text)]
        if not dirty:
            self._text(lines)
            return
        first, last = dirty[0], dirty[-1] + 1
        self._text(lines[:first] + [b""] if first else [])
        self._damage("frame", "%d bytes: %s" % (sum(map(len, lines[first:last])), reason))
        self.line += last - first - 1
        self._text([b""] + lines[last:])

    # ---- text ----

    def _text(self, lines):
        """Lines without their ends."""
        for number, raw in enumerate(lines):
            self.line += number > 0
            text = _ESCAPE.sub("", raw.decode("utf-8", "replace")).rstrip("\r").split("\r")[-1]
            if text.strip():
                self._line(text)

    def _line(self, text):
        prompt = _PROMPT.match(text)
        log = _LOG.match(text)
        if prompt:
            self._prompt(prompt[1].strip())
        elif log:
            time = int(log[1]) * event.SECOND + int(log[2]) * 1000
            self.capture.log.append(Said(self.line, self.command, time, log[4]))
        elif text.startswith("{"):
            self._json(text)
        elif text.startswith(DUMP_BEGIN):
            self._begin()
        elif text.startswith("error: "):
            self.capture.errors.append(Said(self.line, self.command, -1, text[len("error: ") :]))
        elif self.dump:
            self._dumped(text)

    def _prompt(self, typed):
        self.dump = None
        if typed:
            self.capture.commands.append(Said(self.line, self.command + 1, -1, typed))

    def _json(self, text):
        try:
            found = json.loads(text)
            if not isinstance(found.get("type"), str):
                raise ValueError("no type")
        except (ValueError, RecursionError, AttributeError):
            self._damage("json", text)
        else:
            self.capture.objects.append(Said(self.line, self.command, -1, found))

    # ---- trace dumps ----

    def _begin(self):
        self.dump = Dump(self.line, self.command)
        self.capture.dumps.append(self.dump)

    def _dumped(self, text):
        if text.startswith("#"):
            self._comment(text)
            return
        try:
            parts = event.split(text)
            if parts[2] in _MARK_KINDS:
                self.dump.marks.append(_mark(parts, self.line))
            else:
                self.dump.events.append(event.parse(text, self.line))
        except ValueError as reason:
            self._damage(str(reason), text)

    def _comment(self, text):
        message, cpu, end, frequency, clock = (
            one.match(text) for one in (_MESSAGE, _CPU, _DUMP_END, _FREQUENCY, _CLOCK)
        )
        if message:
            self._route(message, text)
        elif cpu:
            self.dump.cpus[int(cpu[1])] = tuple(map(int, cpu.groups()[1:]))
        elif frequency:
            self.dump.frequency = int(frequency[1])
        elif clock:
            self.dump.clocks[int(clock[1])] = max(int(clock[3]) - int(clock[2]), 0)
        elif end:
            self.dump.promised = int(end[1])
            self.dump = None
        elif text.startswith(("# message ", "# cpu ", "# trace end")):
            self._damage("comment", text)

    def _route(self, match, text):
        try:
            place = event.place_of("%s:0x%s" % (match[5], match[6]))
            irq = event.value_of("irq", match[1])
        except ValueError as reason:
            self._damage(str(reason), text)
        else:
            self.dump.routes[irq] = Route(irq, match[2], int(match[3]), match[4], place)

    def _order(self):
        """Dumps are in order of time. One that is not, between two that are, has a damaged time."""
        for dump in self.capture.dumps:
            dump.events, wrong = _in_order(dump.events)
            for found in wrong:
                self.capture.damage.append(Damage(found.line, "time", event.format_line(found)[:_SHOWN]))
        self.capture.damage.sort(key=lambda damage: damage.line)


def _is_binary(text):
    return bool(_NOT_TEXT.search(text)) and _not_utf8(text)


def _not_utf8(text):
    """Names of devices may be more than ASCII; control characters never are."""
    try:
        return any(ord(letter) < 0x20 and letter not in "\t\r\n\x1b" for letter in text.decode("utf-8"))
    except UnicodeDecodeError:
        return True


def _mark(parts, line):
    cpu, time, _, text = parts
    match = _MARK.match(text)
    if not match or (match[1] == "B") != bool(match[2]):
        raise ValueError("no mark")
    return Mark(time, cpu, match[2] or "", line)


def _in_order(events):
    good, wrong = [], []
    for number, found in enumerate(events):
        before = good[-1].time if good else 0
        after = events[number + 1].time if number + 1 < len(events) else None
        is_late = after is not None and found.time > after >= before
        (wrong if found.time < before or is_late else good).append(found)
    return good, wrong


def read(data):
    """The capture in these bytes."""
    return Reader().read(data)
