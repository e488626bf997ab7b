"""A trace that ui.perfetto.dev and trace_processor open: a track a processor with a slice an interrupt, and a track a
message with a slice for each place that it was at."""

import perfetto_schema
from event import ENTRY, EXIT, FIELDS, ROUTE, text_of

_SEQUENCE = 1
_PROCESSORS, _MESSAGES = 1, 2  # tracks with tracks below them
_CPU_TRACK, _MESSAGE_TRACK = 1 << 16, 1 << 32


class _Writer:
    def __init__(self):
        self.trace = perfetto_schema.trace_class()()

    def packet(self):
        packet = self.trace.packet.add(trusted_packet_sequence_id=_SEQUENCE)
        if len(self.trace.packet) == 1:
            packet.sequence_flags = perfetto_schema.STATE_CLEARED
        return packet

    def track(self, uuid, name, parent, rank):
        track = self.packet().track_descriptor
        track.uuid, track.name, track.parent_uuid, track.sibling_order_rank = uuid, name, parent, rank

    def group(self, uuid, pid, name):
        track = self.packet().track_descriptor
        track.uuid, track.child_ordering = uuid, perfetto_schema.EXPLICIT_ORDER
        track.process.pid, track.process.process_name = pid, name

    def event(self, time, track, kind, name=None, category=None, details=()):
        packet = self.packet()
        packet.timestamp = time
        found = packet.track_event
        found.type, found.track_uuid = kind, track
        if name:
            found.name = name
            found.categories.append(category)
        for key, value in details:
            if isinstance(value, int):
                found.debug_annotations.add(name=key, int_value=value)
            else:
                found.debug_annotations.add(name=key, string_value=value)


def _tracks(writer, recording):
    writer.group(_PROCESSORS, 1, "Processors")
    for cpu in range(recording.cpus):
        writer.track(_CPU_TRACK + cpu, "CPU %d" % cpu, _PROCESSORS, cpu)
    writer.group(_MESSAGES, 2, "Messages")
    for rank, irq in enumerate(
        sorted(set(recording.routes) | {one.irq for one in recording.events if one.kind == ROUTE})
    ):
        writer.track(_MESSAGE_TRACK + irq, recording.name_of(irq), _MESSAGES, rank)


def _interrupts(slices, name_of):
    """Begins and ends as (time, order, what to write). Of equal times ends come first, inner ones before outer ones,
    then begins, outer ones before inner ones; a slice that takes no time ends where it began."""
    for one in slices:
        track = _CPU_TRACK + one.cpu
        yield one.begin, 1 + one.depth, (
            track,
            perfetto_schema.SLICE_BEGIN,
            name_of(one.irq),
            "irq",
            (("irq", one.irq), ("ret", one.ret)),
        )
        yield one.end, -one.depth if one.length else 1.5 + one.depth, (track, perfetto_schema.SLICE_END)


def _instants(recording):
    for one in recording.events:
        if one.kind in (ENTRY, EXIT):
            continue
        details = tuple(
            (field, value if isinstance(value, int) else text_of(field, value))
            for field, value in zip(FIELDS[one.kind], one.values)
        )
        name = one.get("action") if one.kind == ROUTE else one.kind
        yield one.time, 0, (
            _CPU_TRACK + one.cpu,
            perfetto_schema.INSTANT,
            name,
            "route" if one.kind == ROUTE else "irq",
            details,
        )


def _stays(recording, changes):
    """A message's places, each from the change that brought it there to the next."""
    at = {}
    for time, irq, place in changes:
        if irq in at:
            yield time, -1, (_MESSAGE_TRACK + irq, perfetto_schema.SLICE_END)
            del at[irq]
        if place:
            at[irq] = place
            yield time, 1, (_MESSAGE_TRACK + irq, perfetto_schema.SLICE_BEGIN, "cpu %d vector 0x%02x" % place, "route")
    for irq in at:
        yield recording.end, -1, (_MESSAGE_TRACK + irq, perfetto_schema.SLICE_END)


def write(path, recording, slices, changes):
    """`changes` are (time, irq, place or None) as the replay found them."""
    writer = _Writer()
    _tracks(writer, recording)
    found = [*_interrupts(slices, recording.name_of), *_instants(recording), *_stays(recording, changes)]
    for time, _, arguments in sorted(found, key=lambda one: one[:2]):
        writer.event(time, *arguments)
    with open(path, "wb") as file:
        file.write(writer.trace.SerializeToString())
