"""What the report tells, gathered from a recording: the machine, the messages, the checks, the verdict."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import figures
import replay
import slices
from event import FIRST_MESSAGE, SPURIOUS, UNKNOWN

OK, GAP, FAIL, ABSENT, BLIND = "ok", "gap", "fail", "absent", "blind"


@dataclass
class Message:
    """One row: a message of the machine, or a vector of the kernel's own."""

    irq: int
    name: str
    listed: dict  # its line of `messages --json`, {} without
    device: str  # who it belongs to: an address, "" for the kernel's own
    driver: str
    place: object  # Place at the end, None where there is none
    counts: list  # one a processor
    times: list = field(default_factory=list)  # nanoseconds of each routine
    moves: int = 0

    @property
    def total(self):
        return sum(self.counts)


@dataclass(frozen=True)
class Check:
    name: str
    claim: str
    state: str
    detail: str


@dataclass
class Facts:
    recording: object
    replay: object
    slices: list
    unpaired: int
    messages: list = field(default_factory=list)
    system: list = field(default_factory=list)
    checks: list = field(default_factory=list)

    @property
    def capture(self):
        return self.recording.capture

    def objects(self, kind):
        return [said for said in self.capture.objects if said.value["type"] == kind]

    def latest(self, kind):
        """The objects of the last listing of that kind."""
        found = self.objects(kind)
        return [said.value for said in found if said.command == found[-1].command]

    @property
    def lines(self):
        """Messages that are lines: several may share what is counted for one."""
        return replay.lines_of(self.recording)

    @property
    def devices(self):
        """Addresses of those that have messages, in order."""
        return list(dict.fromkeys(one.device for one in self.messages))

    @property
    def state(self):
        states = {check.state for check in self.checks}
        if FAIL in states:
            return FAIL
        return BLIND if self.replay.obstacle else GAP if GAP in states else OK


def gather(recording):
    paired, unpaired = slices.pair(recording.events)
    facts = Facts(recording, replay.play(recording), paired, unpaired)
    _add_messages(facts)
    facts.checks = [
        *_replay_checks(facts),
        _counter_check(facts),
        *_kernel_checks(facts),
        _unowned_check(facts),
        _log_check(facts),
        _complete_check(facts),
    ]
    return facts


def _number(value):
    """A count out of JSON, whatever stands there."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


# ---- messages ----


def _add_messages(facts):
    recording = facts.recording
    listed = {one.get("irq"): one for one in facts.latest("message") if isinstance(one.get("irq"), int)}
    counts, times = recording.counts(), defaultdict(list)
    for one in facts.slices:
        times[one.irq].append(one.length)
    moves = Counter(one.irq for one in recording.events if one.is_move)
    for irq in sorted(set(recording.routes) | {irq for irq, _ in counts}):
        route = recording.routes.get(irq)
        row = Message(
            irq,
            recording.name_of(irq),
            listed.get(irq, {}),
            route.bdf if route else "",
            route.driver if route and route.driver not in ("-", "pci") else "",
            facts.replay.routes.get(irq),
            [counts[irq, cpu] for cpu in range(recording.cpus)],
            times[irq],
            moves[irq],
        )
        (facts.messages if irq >= FIRST_MESSAGE else facts.system).append(row)


# ---- checks ----

_CLAIMS = {
    "stray": "Every interrupt came where its message was, or where it was leaving",
    "drained": "Nothing came after its old place was drained",
    "owner": "No two messages owned one vector of one processor",
    "route": "Every move began where the message was, and drained what it left",
    "nest": "Routines began and ended like brackets",
    "level": "Only a higher level preempted",
    "table": "At the end the trace's map is the kernel's table",
}


# What holds or does not whatever place a message is at.
_WITHOUT_MAP = ("nest", "level")


def _replay_checks(facts):
    found = Counter(one.rule for one in facts.replay.violations)
    result, recording = facts.replay, facts.recording
    looked = {
        "stray": "%s interrupts" % figures.count(sum(one.total for one in facts.messages) - result.unjudged),
        "drained": "%s drains" % figures.count(result.drains),
        "owner": "%s places taken" % figures.count(len(result.changes)),
        "route": "%s moves" % figures.count(result.moves),
        "nest": "%s routines" % figures.count(len(facts.slices)),
        "level": "%s preemptions" % figures.count(result.preemptions),
        "table": "%d messages" % len(recording.routes),
    }
    for rule in replay.RULES:
        detail = "%s: %s violations" % (looked[rule], figures.count(found[rule])) if found[rule] else looked[rule]
        state = FAIL if found[rule] else OK if recording.events else ABSENT
        if result.obstacle and rule not in _WITHOUT_MAP:
            state, detail = (state, detail) if found[rule] else (ABSENT, result.obstacle)
        yield Check(rule, _CLAIMS[rule], state, detail)


def _counter_check(facts):
    """The kernel's own counters before and after the recording, against the trace."""
    claim = "The kernel's own counters say the same"
    listings = defaultdict(dict)
    for said in facts.objects("interrupt"):
        counts = said.value.get("counts")
        if isinstance(counts, list):
            listings[said.command][str(said.value.get("bdf")), _number(said.value.get("index"))] = list(
                map(_number, counts)
            )
    words = [said.value.split()[:2] for said in facts.capture.commands]
    start = min([index for index, typed in enumerate(words) if typed == ["trace", "start"]], default=None)
    stop = max([index for index, typed in enumerate(words) if typed == ["trace", "stop"]], default=None)
    before = max([command for command in listings if start is not None and command < start], default=None)
    after = min([command for command in listings if stop is not None and command > stop], default=None)
    if before is None or after is None:
        return Check("counters", claim, ABSENT, "needs interrupts --json before trace start and after trace stop")
    wrong, total = _compare_counters(facts, listings[before], listings[after])
    if wrong:
        return Check("counters", claim, GAP if _is_incomplete(facts.recording) else FAIL, "; ".join(wrong[:3]))
    return Check(
        "counters", claim, OK, "%s interrupts, message by message and processor by processor" % figures.count(total)
    )


def _compare_counters(facts, before, after):
    traced, wrong, total = facts.recording.counts(), [], 0
    lines = {route.place for irq, route in facts.recording.routes.items() if irq in facts.lines}
    for irq, route in facts.recording.routes.items():
        key = (route.bdf, route.index)
        for cpu, now in enumerate(after.get(key, [])):
            counted = now - (before.get(key, [0] * (cpu + 1))[cpu : cpu + 1] or [0])[0]
            total += counted
            if counted != traced[irq, cpu] and route.place not in lines:
                wrong.append(
                    "%s on cpu %d: counted %d, traced %d"
                    % (facts.recording.name_of(irq), cpu, counted, traced[irq, cpu])
                )
    return wrong, total


def _is_incomplete(recording):
    return bool(sum(recording.lost.values()) or recording.missing or recording.capture.damage)


def _kernel_checks(facts):
    summaries = facts.latest("audit_summary") if facts.objects("audit_summary") else []
    drifts = sum(_number(one.get("drifts")) for one in summaries)
    claim = "The hardware holds what the record says"
    if summaries:
        checked = sum(_number(one.get("checks")) for one in summaries)
        yield Check("audit", claim, FAIL if drifts else OK, "%s checks, %d drifts" % (figures.count(checked), drifts))
    else:
        yield Check("audit", claim, ABSENT, "needs audit --json")
    claim = "Numbered shots arrive once each while their messages move"
    proved = [said.value for said in facts.objects("prove_summary")]
    if proved:
        failed = sum(one.get("verdict") != "pass" for one in proved)
        yield Check(
            "prove",
            claim,
            FAIL if failed else OK,
            "%s shots, %s lost, %s twice"
            % tuple(
                figures.count(sum(_number(one.get(key)) for one in proved)) for key in ("sent", "lost", "duplicated")
            ),
        )
    else:
        yield Check("prove", claim, ABSENT, "needs prove --json")


def _unowned_check(facts):
    kinds = Counter(one.kind for one in facts.recording.events)
    unknown, spurious = kinds[UNKNOWN], kinds[SPURIOUS]
    return Check(
        "unowned",
        "Every interrupt had an owner",
        GAP if unknown or spurious else OK,
        "%d that nobody owned, %d spurious" % (unknown, spurious),
    )


def _log_check(facts):
    errors = sum(said.value.startswith("error: ") for said in facts.capture.log)
    warnings = sum(said.value.startswith("warning: ") for said in facts.capture.log)
    return Check(
        "log",
        "The kernel logged no errors",
        FAIL if errors else GAP if warnings else OK,
        "%d lines, %d errors, %d warnings" % (len(facts.capture.log), errors, warnings),
    )


def _complete_check(facts):
    recording = facts.recording
    detail = "%s events, %s lost by the rings, %s missing, %s damaged" % tuple(
        map(
            figures.count,
            (len(recording.events), sum(recording.lost.values()), recording.missing, len(recording.capture.damage)),
        )
    )
    return Check(
        "complete", "The recording is whole", GAP if _is_incomplete(recording) or not recording.events else OK, detail
    )
