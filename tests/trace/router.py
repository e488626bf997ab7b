"""The routing map as a trace tells it: places that messages are at, and places that they are leaving.

Moves are made one after the other by the processor that also starts the recording, so none is under way when it begins.
"""

from collections import defaultdict
from dataclasses import dataclass

from event import ROUTE, Place


@dataclass(frozen=True)
class Finding:
    """Something that must not be, or that should be known."""

    time: int
    line: int
    rule: str
    text: str


class Router:
    """Feed it the route events in order; `find(event, rule, text)` is told what does not fit."""

    def __init__(self, recording, find, shared=()):
        self.find = find
        self.name_of = recording.name_of
        self.shared = frozenset(shared)  # messages that are lines, and may share a place with other lines
        self.live = {}  # irq -> Place
        self.draining = defaultdict(set)  # irq -> Places
        self.gone = {}  # (irq, processor) -> the event that freed its last place there
        self.changes = []  # (time, irq, Place or None) for whoever draws it
        self.future = defaultdict(list)  # irq -> route events that are still to come, the next one last
        for one in reversed(recording.events):
            if one.kind == ROUTE:
                self.future[one.irq].append(one)
        self.moved = frozenset(self.future)
        self._begin(recording)

    # ---- the state before the first event ----

    def _begin(self, recording):
        """Where a message was is what its first change says it left; without any it is what the table says."""
        for irq in sorted(set(recording.routes) | set(self.future)):
            place = self._first_place(irq, recording.routes.get(irq))
            if place:
                self.live[irq] = place
                self.changes.append((recording.begin, irq, place))
            if any(recording.lost.values()):
                self.draining[irq] |= self._first_draining(irq)

    def _first_place(self, irq, route):
        for one in reversed(self.future[irq]):
            if one.get("action") != "drain":
                return one.get("old")
        return route.place if route else None

    def _first_draining(self, irq):
        """Places that drain without having been left were left before the rings' beginning, which is lost."""
        left, found = set(), set()
        for one in reversed(self.future[irq]):
            old = one.get("old")
            if one.get("action") != "drain":
                left.add(old)
            elif old not in left:
                found.add(old)
        return found - {None}

    def has_moved(self, irq):
        """Does any event of the recording place the message?"""
        return irq in self.moved

    # ---- events ----

    def take(self, one):
        """A route event."""
        self.future[one.irq].pop()
        getattr(self, "_" + one.get("action"))(one, one.irq, one.get("old"), one.get("new"))

    def _connect(self, one, irq, _, new):
        if irq in self.live:
            self.find(
                one, "route", "%s is connected at %s and is at %s already" % (self.name_of(irq), new, self.live[irq])
            )
        self._arrive(one, irq, new)

    def _retarget(self, one, irq, old, new):
        if irq in self.shared and self.live.get(irq) == new:
            return  # went there with another device of its line
        line = [other for other in self.shared - {irq} if self.live.get(other) == old] if irq in self.shared else []
        self._leave(one, irq, old)
        self._arrive(one, irq, new)
        for other in line:
            self.draining[other].add(old)
            self._settle(one, other, new)

    def _disconnect(self, one, irq, old, _):
        self._leave(one, irq, old)
        self.changes.append((one.time, irq, None))
        if not any(later.get("action") == "drain" and later.get("old") == old for later in self.future[irq]):
            self._free(one, irq, old)

    def _drain(self, one, irq, old, _):
        if old not in self.draining[irq]:
            self.find(one, "route", "%s drained %s, which it was not leaving" % (self.name_of(irq), old))
        self._free(one, irq, old)

    def _leave(self, one, irq, old):
        was = self.live.pop(irq, None)
        if was != old:
            self.find(
                one, "route", "%s left %s and was at %s" % (self.name_of(irq), old or "nowhere", was or "nowhere known")
            )
        if old:
            self.draining[irq].add(old)

    def _arrive(self, one, irq, new):
        if not new:
            self.find(one, "route", "%s went nowhere" % self.name_of(irq))
            return
        for other in self.owners(new) - {irq}:
            if not (irq in self.shared and other in self.shared):
                self.find(one, "owner", "%s took %s while %s owned it" % (self.name_of(irq), new, self.name_of(other)))
        self._settle(one, irq, new)

    def _settle(self, one, irq, new):
        self.draining[irq].discard(new)  # a move that was taken back
        self.live[irq] = new
        self.changes.append((one.time, irq, new))

    def _free(self, one, irq, old):
        self.draining[irq].discard(old)
        if old and not self.places(irq, old.cpu):
            self.gone[irq, old.cpu] = one

    # ---- questions ----

    def owners(self, place):
        """All that are at a place, or leaving it."""
        found = {irq for irq, at in self.live.items() if at == place}
        return found | {irq for irq, places in self.draining.items() if place in places}

    def places(self, irq, cpu):
        """Where on a processor a message may arrive now: its place first, then those it is leaving."""
        at = self.live.get(irq)
        return ([at] if at and at.cpu == cpu else []) + sorted(
            place for place in self.draining[irq] if place.cpu == cpu
        )

    def coming(self, irq, cpu):
        """The next change of a message when it brings it to a processor."""
        following = [one for one in self.future[irq] if one.get("action") != "drain"][-1:]
        return next((one for one in following if one.get("new") and one.get("new").cpu == cpu), None)
