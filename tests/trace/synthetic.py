"""A made-up session for tests: four processors, messages that move while they arrive, routines that preempt; the bytes
that a console would have said."""

import json
import random
import uuid

import ctf
import event
import frame
from capture import Route
from event import ENTRY, EXIT, MASK, ROUTE, SPURIOUS, UNKNOWN, Event, Place

CPUS = 4
VERSION = "Signalbox 0.1, commit 0123456789ab+, 2026-11-27 (synthetic)"
DEVICES = (
    ("nvme", "0000:00:02.0", 3, 0x80),
    ("e1000e", "0000:00:03.0", 2, 0x81),
    ("edu", "0000:00:05.0", 1, 0xB0),
    ("rocker", "0000:00:06.0", 4, 0x50),
)
START = 12 * event.SECOND


class Session:
    def __init__(self, seed=1, turns=400):
        self.random = random.Random(seed)
        self.events = []
        self.time = START
        self.places, self.routes, self.taken = {}, {}, {}
        self._connect_all()
        self.first = dict(self.places)
        for _ in range(turns):
            self._turn()
        self.lost = {cpu: 0 for cpu in range(CPUS)}
        self._refresh()

    def _connect_all(self):
        irq = event.FIRST_MESSAGE
        for driver, bdf, count, vector in DEVICES:
            for index in range(count):
                self.routes[irq] = Route(irq, bdf, index, driver, None)
                self._settle(irq, irq % CPUS, vector)
                irq += 1

    def _settle(self, irq, cpu, row):
        """A free vector of the row's level on that processor."""
        vector = row & 0xF0
        while Place(cpu, vector) in self.taken:
            vector += 1
        self.places[irq] = Place(cpu, vector)
        self.taken[self.places[irq]] = irq

    def _refresh(self):
        self.routes = {
            irq: Route(irq, route.bdf, route.index, route.driver, self.places[irq])
            for irq, route in self.routes.items()
        }

    # ---- what happens ----

    def _say(self, cpu, kind, *values):
        self.time += self.random.randrange(40, 900)
        self.events.append(Event(self.time, cpu, kind, values))

    def _turn(self):
        self.time += self.random.randrange(1000, 40000)
        what = self.random.random()
        irq = self.random.choice(sorted(self.places))
        if what < 0.75:
            self._interrupt(irq)
        elif what < 0.95:
            self._move(irq)
        elif what < 0.97:
            self._say(0, MASK, irq, 1)
            self._say(0, MASK, irq, 0)
        elif what < 0.98:
            self._say(self.random.randrange(CPUS), SPURIOUS, 0xFF)
        else:
            self._say(self.random.randrange(CPUS), UNKNOWN, 0x5F, "late")

    def _interrupt(self, irq, place=None):
        cpu, vector = place or self.places[irq]
        self._say(cpu, ENTRY, irq, self.routes[irq].name)
        higher = [other for other, at in self.places.items() if at.cpu == cpu and at.vector >> 4 > vector >> 4]
        if higher and self.random.random() < 0.3:
            self._interrupt(self.random.choice(higher))
        self._say(cpu, EXIT, irq, "handled" if self.random.random() < 0.95 else "unhandled")

    def _move(self, irq):
        old = self.places[irq]
        self._settle(irq, (old.cpu + 1 + self.random.randrange(CPUS - 1)) % CPUS, old.vector)
        self._say(0, ROUTE, irq, "retarget", old, self.places[irq])
        if self.random.random() < 0.3:
            self._interrupt(irq, old)  # was on its way
        self._say(0, ROUTE, irq, "drain", old, self.places[irq])
        del self.taken[old]

    # ---- what the console says ----

    def map_lines(self):
        yield "# tracer: nop"
        yield "# time: seconds since the kernel was entered, from the time-stamp counter at 2000000000 Hz"
        for irq, route in self.routes.items():
            yield "# message irq=%d bdf=%s index=%d driver=%s cpu=%d vector=0x%02x" % (
                irq,
                route.bdf,
                route.index,
                route.driver,
                *route.place,
            )
        for cpu in range(CPUS):
            kept = sum(one.cpu == cpu for one in self.events)
            yield "# cpu %d: recorded %d kept %d lost %d" % (cpu, kept + self.lost[cpu], kept, self.lost[cpu])
            yield "# clock of cpu %d: -10 to 20 cycles ahead of cpu 0's, 0 taken off" % cpu

    def text_lines(self):
        yield from self.map_lines()
        yield from map(event.format_line, self.events)
        yield "# trace end: %d events" % len(self.events)

    def mark_lines(self):
        yield "# tracer: nop"
        for irq, route in self.routes.items():
            yield "# message irq=%d bdf=%s index=%d driver=%s cpu=%d vector=0x%02x" % (
                irq,
                route.bdf,
                route.index,
                route.driver,
                *route.place,
            )
        shown = [one for one in self.events if one.kind in (ENTRY, EXIT)]
        for one in shown:
            line = event.format_line(one)
            mark = "B|%d|%s" % (one.cpu + 1, one.get("name")) if one.kind == ENTRY else "E|%d" % (one.cpu + 1)
            yield line[: line.index(one.kind)] + "tracing_mark_write: " + mark
        yield "# trace end: %d events" % len(shown)

    def frames(self, metadata_piece=1000):
        identity = uuid.UUID(int=7)
        metadata = ctf.metadata_of(identity, VERSION).encode()
        found = [
            frame.encode(frame.METADATA, metadata[at : at + metadata_piece])
            for at in range(0, len(metadata), metadata_piece)
        ]
        for cpu in range(CPUS):
            mine = [one for one in self.events if one.cpu == cpu]
            span = (self.events[0].time, self.events[-1].time)
            size = max(len(mine) // 3, 1)
            pieces = [mine[at : at + size] for at in range(0, len(mine), size)]
            for number, piece in enumerate(pieces):
                begin = span[0] if number == 0 else piece[0].time
                end = span[1] if number == len(pieces) - 1 else piece[-1].time
                found.append(
                    frame.encode(frame.PACKET, ctf.packet(identity, cpu, number, self.lost[cpu], (begin, end), piece))
                )
        return b"".join(found)

    def json_lines(self):
        yield {"type": "version", "text": VERSION}
        for cpu in range(CPUS):
            yield {"type": "cpu", "cpu": cpu, "apic_id": cpu, "state": "online"}
        for irq, route in self.routes.items():
            yield {
                "type": "message",
                "bdf": route.bdf,
                "index": route.index,
                "irq": irq,
                "vector": route.place.vector,
                "cpu": route.place.cpu,
                "driver": route.driver,
                "kind": "msix",
                "message_address": "0xfee00000",
            }

    def capture(self, text=True, frames=True, marks=False, listing=True):
        """The session's bytes; log lines come in between, as they do when other processors have something to say."""
        out = [
            "[   0.000000] " + VERSION,
            "[   0.265353] boot: 4 of 4 processors",
            "signalbox> trace start",
            "signalbox> trace stop",
        ]
        for wanted, command, lines in (
            (text, "trace dump", self.text_lines),
            (marks, "trace dump marks", self.mark_lines),
        ):
            if wanted:
                out.append("signalbox> " + command)
                for number, line in enumerate(lines()):
                    out.append(line)
                    if number % 97 == 50:
                        out.append(
                            "[%5d.%06d cpu 1] nvme 0000:00:02.0: something to say" % (self.time // event.SECOND, number)
                        )
        data = "\r\n".join(out + [""]).encode()
        if frames:
            data += b"signalbox> trace dump ctf\r\n" + self.frames() + b"\r\n"
        if not listing:
            return data + b"signalbox> "
        data += b"signalbox> messages --json\r\n"
        return (
            data
            + "\r\n".join(
                [json.dumps(one, separators=(",", ":")) for one in self.json_lines()] + ["signalbox> "]
            ).encode()
        )
