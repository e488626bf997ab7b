#!/usr/bin/python3
"""Replays a capture's trace: derives the routing map from the route events and checks what must hold at each event.

usage: tests/trace/replay.py CAPTURE     Exit status 1 when something does not hold, 2 when there is nothing to replay
or the capture cannot be read, 3 when nothing that does not hold was found and it cannot be judged either: no map of the
messages came with the trace, or none of them was interrupted or moved.

rule     what must hold
stray    an interrupt is taken where its message is, or where it is leaving
drained  nothing arrives after a place was drained
owner    no two messages own one vector of one processor, but for lines that share one
route    a change begins where the message is; what drains was left before
nest     what was entered last ends first
level    only a higher level preempts
table    at the end the map is the one that the kernel's table shows
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass, field

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import recording as recording_module  # noqa: E402
from event import ENTRY, EXIT, FIRST_MESSAGE, ROUTE, SECOND, Place  # noqa: E402
from nesting import Nesting  # noqa: E402
from router import Finding, Router  # noqa: E402

PASS, FAIL, CANNOT_JUDGE = "PASS", "FAIL", "CANNOT JUDGE"
STATUS = {PASS: 0, FAIL: 1, CANNOT_JUDGE: 3}
RULES = ("stray", "drained", "owner", "route", "nest", "level", "table")
# Nanoseconds by which two processors' clocks may differ at the least; the dump says how much more they may.
CLOCK_DOUBT = 1000
# Commands that change routes: what they do after `trace stop` is in the table and not in the trace.
_CHANGING = {
    "route": 3,
    "policy": 2,
    "prove": 0,
    "cpu": 2,
    "selftest": 0,
    "drill": 1,
    "bench": 0,
    "storm": 2,
    "active": 1,
    "inactive": 1,
    "probe": 1,
    "capture": 2,
}  # and how many words it takes for that


@dataclass
class Replay:
    violations: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    routes: dict = field(default_factory=dict)  # irq -> Place, at the end
    changes: list = field(default_factory=list)  # (time, irq, Place or None)
    arrivals: Counter = field(default_factory=Counter)  # (irq, Place) -> entries
    moves: int = 0
    drains: int = 0
    preemptions: int = 0
    doubtful: int = 0  # entries so near a move that the clocks do not tell on which side
    unjudged: int = 0  # entries from before everything is known
    unplaced: Counter = field(default_factory=Counter)  # irq -> entries of a message that no map and no event places

    @property
    def obstacle(self):
        """Why there is no verdict; None where there is one."""
        if self.unplaced:
            return (
                "%d interrupts of %d messages have no place: the capture holds no map (`messages --json` prints one)"
                % (self.unplaced.total(), len(self.unplaced))
            )
        return None if self.arrivals or self.moves else "no message was interrupted or moved"

    @property
    def verdict(self):
        return FAIL if self.violations else CANNOT_JUDGE if self.obstacle else PASS


class Player:
    def __init__(self, recording):
        self.recording = recording
        self.result = Replay()
        self.known_from = _known_from(recording)
        self.router = Router(recording, self.find, lines_of(recording))
        self.nesting = Nesting(recording, self.find)

    def find(self, one, rule, text):
        self.result.violations.append(Finding(one.time, one.line, rule, text))

    def note(self, text):
        self.result.notes.append(text)

    def play(self):
        for one in self.recording.events:
            if one.kind == ENTRY:
                self.nesting.enter(one, self._where(one))
            elif one.kind == EXIT:
                self.nesting.leave(one)
            elif one.kind == ROUTE:
                self._route(one)
        self._end()
        return self.result

    def _route(self, one):
        self.result.moves += one.is_move
        self.result.drains += one.get("action") == "drain"
        self.router.take(one)

    def _where(self, one):
        """The place that an interrupt came to; None where the system's own vectors and the unknown are taken."""
        if one.irq < FIRST_MESSAGE:
            return Place(one.cpu, one.irq)
        places = self.router.places(one.irq, one.cpu)
        if one.time < self.known_from:
            self.result.unjudged += 1
        elif not places and not self.recording.routes and not self.router.has_moved(one.irq):
            self.result.unplaced[one.irq] += 1
        elif not places:
            self._astray(one)
        if places:
            self.result.arrivals[one.irq, places[0]] += 1
        return places[0] if places else None

    def _astray(self, one):
        """Times of two processors may differ by what their clocks do: then it came while its place was there."""
        coming, gone = self.router.coming(one.irq, one.cpu), self.router.gone.get((one.irq, one.cpu))
        doubt = max(self.recording.clock_doubt, CLOCK_DOUBT)
        if (coming and coming.time - one.time <= doubt) or (gone and one.time - gone.time <= doubt):
            self.result.doubtful += 1
            self.result.arrivals[one.irq, coming.get("new") if coming else gone.get("old")] += 1
            return
        name = self.recording.name_of(one.irq)
        if gone:
            self.find(
                one,
                "drained",
                "%s arrived on cpu %d, where %s was drained at %s (line %d)"
                % (name, one.cpu, gone.get("old"), seconds(gone.time), gone.line),
            )
        else:
            self.find(
                one,
                "stray",
                "%s arrived on cpu %d and is at %s"
                % (name, one.cpu, self.router.live.get(one.irq) or "no place known"),
            )

    # ---- the end ----

    def _end(self):
        result, recording = self.result, self.recording
        result.routes, result.changes, result.preemptions = (
            dict(self.router.live),
            self.router.changes,
            self.nesting.preemptions,
        )
        self.nesting.end(self.note)
        self._check_tables()
        if result.obstacle:
            self.note(result.obstacle)
        if result.doubtful:
            self.note(
                "%d interrupts came within the %d ns of a move by which processors' clocks may differ"
                % (result.doubtful, max(recording.clock_doubt, CLOCK_DOUBT))
            )
        if self.known_from > recording.begin:
            self.note(
                "the rings lost the beginning: starts from what is known at %s; %d earlier interrupts are not judged"
                % (seconds(self.known_from), result.unjudged)
            )
        if recording.missing or any(damage.what != "json" for damage in recording.capture.damage):
            self.note("lines are damaged or missing: what they said may explain a violation")
        result.violations.sort(key=lambda found: (found.time, found.line))

    def _check_tables(self):
        for what, line, table in _tables(self.recording, self.note):
            for irq, place in sorted(table.items()):
                mine = self.router.live.get(irq)
                if mine != place:
                    self.result.violations.append(
                        Finding(
                            self.recording.end,
                            line,
                            "table",
                            "%s is at %s, %s says %s" % (self.recording.name_of(irq), mine or "no place", what, place),
                        )
                    )


def seconds(time):
    return "%d.%09d" % divmod(time, SECOND)


def _known_from(recording):
    """The first time from which on no processor's ring lost anything."""
    first = {}
    for one in recording.events:
        first.setdefault(one.cpu, one.time)
    return max(
        [first.get(cpu, recording.end) for cpu, count in recording.lost.items() if count], default=recording.begin
    )


def lines_of(recording):
    """Messages that are lines, as far as a listing tells."""
    return {
        said.value.get("irq")
        for said in recording.capture.objects
        if said.value["type"] == "message"
        and said.value.get("kind") == "line"
        and isinstance(said.value.get("irq"), int)
    }


def _tables(recording, note):
    """The tables that show the state after the recording: (name, line, irq -> Place)."""
    capture = recording.capture
    words = [said.value.split() for said in capture.commands]
    stop = max([index for index, typed in enumerate(words) if typed[:2] == ["trace", "stop"]], default=-1)
    change = next((index for index, typed in enumerate(words) if index > stop >= 0 and _changes(typed)), len(words))
    found = []
    for dump in capture.dumps[-1:]:
        if dump.command <= change:
            found.append(("the dump's table", dump.line, {irq: route.place for irq, route in dump.routes.items()}))
    listed = [said for said in capture.objects if said.value["type"] == "message" and stop <= said.command <= change]
    if listed and stop >= 0:
        found.append(("messages --json", listed[0].line, _listed(listed)))
    if change < len(words):
        note("routes were changed by '%s' after the recording: later tables are not compared" % " ".join(words[change]))
    return found


def _changes(typed):
    words = [word for word in typed[1:] if not word.startswith("--")]
    return len(words) >= _CHANGING.get(typed[0], len(words) + 1)


def _listed(listed):
    return {irq: route.place for irq, route in recording_module.listed_routes(listed).items()}


def play(recording):
    return Player(recording).play()


def show(recording, result):
    """The result as a person reads it."""
    for found in result.violations:
        print("%s  line %d: %s: %s" % (seconds(found.time), found.line, found.rule, found.text))
    for text in result.notes:
        print("note: %s" % text)
    entries = sum(recording.counts().values())
    print(
        "%s: %d events, %d interrupts of %d messages, %d moves, %d drains, %d preemptions, %d violations"
        % (
            result.verdict,
            len(recording.events),
            entries,
            len(result.routes),
            result.moves,
            result.drains,
            result.preemptions,
            len(result.violations),
        )
    )


def main(path):
    recording = recording_module.load(path)
    if not recording.events:
        print("replay: %s holds no trace" % path, file=sys.stderr)
        return 2
    result = play(recording)
    show(recording, result)
    return STATUS[result.verdict]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        print("replay: %s" % error, file=sys.stderr)
        sys.exit(2)
