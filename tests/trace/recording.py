"""What a capture says of one recording: all events once and in order, the table, who is called what, what was lost."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field

import capture as capture_module
import ctf
import event
from capture import Route
from event import ENTRY, EXIT, Event, Place


@dataclass
class Recording:
    capture: capture_module.Capture
    events: list
    routes: dict  # irq -> Route, as the last dump or listing has it
    cpus: int
    names: dict  # irq -> what traces call it
    lost: dict = field(default_factory=dict)  # processor -> events that the rings did not keep
    clock_doubt: int = 0  # nanoseconds that times of two processors may be wrong against each other
    missing: int = 0  # events that the kernel printed and nobody could read
    notes: list = field(default_factory=list)

    def name_of(self, irq):
        return self.names.get(irq, "irq-%d" % irq)

    @property
    def begin(self):
        return self.events[0].time if self.events else 0

    @property
    def end(self):
        return self.events[-1].time if self.events else 0

    def counts(self):
        """(irq, processor) -> how often its routine was entered."""
        return Counter((one.irq, one.cpu) for one in self.events if one.kind == ENTRY)


def union(lists):
    """Events of several dumps of the same rings: each as often as the dump that has it most often."""
    found = []
    known = Counter()
    for events in lists:
        seen = Counter()
        for one in events:
            seen[one.what] += 1
            if seen[one.what] > known[one.what]:
                known[one.what] += 1
                found.append(one)
    return sorted(found, key=lambda one: one.time)


def joined(sources):
    """Sources that tell the same in other words (times may differ by their rounding): the one that tells most, and of
    the others what lies before or after it."""
    first, *others = sorted(sources, key=len, reverse=True) or [[]]
    spans = {}
    for one in first:
        low, high = spans.get(one.cpu, (one.time, one.time))
        spans[one.cpu] = (min(low, one.time), max(high, one.time))
    rounding = 1000  # nanoseconds
    extra = [
        one
        for events in others
        for one in events
        if one.cpu not in spans or not spans[one.cpu][0] - rounding <= one.time <= spans[one.cpu][1] + rounding
    ]
    return sorted(first + extra, key=lambda one: one.time)


def of_marks(marks, routes):
    """Marks bear names instead of numbers, and their ends not even those."""
    numbers = {route.name: irq for irq, route in routes.items()}
    inside = {}
    found = []
    for mark in marks:
        stack = inside.setdefault(mark.cpu, [])
        if mark.name in numbers:
            stack.append(numbers[mark.name])
            found.append(Event(mark.time, mark.cpu, ENTRY, (stack[-1], mark.name), mark.line))
        elif not mark.name and stack:
            found.append(Event(mark.time, mark.cpu, EXIT, (stack.pop(), "handled"), mark.line))
    return found


def listed_routes(objects):
    """irq -> Route of `messages --json`, the last of each."""
    found = {}
    for said in objects:
        one = said.value
        try:
            if one["type"] == "message" and isinstance(one["irq"], int):
                found[one["irq"]] = Route(
                    one["irq"],
                    str(one["bdf"]),
                    int(one["index"]),
                    str(one["driver"] or "-"),
                    Place(int(one["cpu"]), int(one["vector"])),
                )
        except (KeyError, TypeError, ValueError):
            continue
    return found


def _lost(dumps):
    """What was lost is what the last dump of each run of the rings says; recording anew begins to count anew."""
    total, last = Counter(), {}
    for dump in dumps:
        for cpu, (recorded, _, lost) in dump.cpus.items():
            if cpu in last and recorded < last[cpu][0]:
                total[cpu] += last[cpu][1]
            last[cpu] = (recorded, lost)
    for cpu, (_, lost) in last.items():
        total[cpu] += lost
    return {cpu: count for cpu, count in sorted(total.items())}


def make(capture, framed=(), notes=()):
    """The recording in a capture; `framed` are the events of its binary dumps, a list each."""
    routes = listed_routes(capture.objects)
    for dump in capture.dumps:
        routes.update(dump.routes)
    text = union(dump.events for dump in capture.dumps)
    marks = union(of_marks(dump.marks, routes) for dump in capture.dumps)
    events = joined([text, union(framed), marks])
    cpus = [said.value.get("cpu") for said in capture.objects if said.value["type"] == "cpu"]
    cpus = [cpu for cpu in cpus if isinstance(cpu, int) and 0 <= cpu < event.CPUS] + [one.cpu for one in events]
    cpus += [cpu for dump in capture.dumps for cpu in dump.cpus if cpu < event.CPUS]
    names = {irq: route.name for irq, route in routes.items()}
    names.update((one.irq, one.get("name")) for one in events if one.kind == ENTRY)
    return Recording(
        capture,
        events,
        routes,
        max(cpus, default=-1) + 1,
        names,
        _lost(capture.dumps),
        max((dump.clock_doubt() for dump in capture.dumps), default=0),
        sum(dump.missing() for dump in capture.dumps),
        list(notes),
    )


def from_frames(capture, notes):
    """The events of a capture's binary dumps, a list each; what cannot be read is noted."""
    found = []
    for dump in capture.frames:
        with tempfile.TemporaryDirectory(prefix="signalbox-") as directory:
            try:
                ctf.write_packets(directory, dump)
                found.append(ctf.read(directory))
            except ctf.CtfError as reason:
                notes.append("the binary dump at line %d cannot be read: %s" % (dump.line, reason))
    return found


def of_bytes(data):
    capture, notes = capture_module.read(data), []
    return make(capture, from_frames(capture, notes), notes)


def load(path):
    """OSError: the file cannot be read."""
    with open(path, "rb") as file:
        return of_bytes(file.read())
