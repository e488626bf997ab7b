"""The replay passes what is right, and each of its rules is seen to fail on a capture that was edited."""

import os
import re

import event
import pytest
import recording
import replay
import synthetic
from event import ENTRY, EXIT, ROUTE, Event, Place

MICROSECOND = 1000


def played(data):
    return replay.play(recording.of_bytes(data if isinstance(data, bytes) else "\r\n".join(data).encode()))


def rules(result):
    return {found.rule for found in result.violations}


def at_line(lines, number):
    return event.parse(lines[number], number)


def numbers_of(lines, kind, test=lambda one: True):
    """Lines of one kind of event that pass a test."""
    return [number for number, line in enumerate(lines) if ": %s: " % kind in line and test(at_line(lines, number))]


def insert(lines, *events):
    """Puts events where their time has them."""
    for one in events:
        places = [
            number for number, line in enumerate(lines) if ": irq_" in line and at_line(lines, number).time > one.time
        ]
        lines.insert(places[0], event.format_line(one))


def replace(lines, number, **changes):
    one = at_line(lines, number)
    values = tuple(changes.get(field, value) for field, value in zip(event.FIELDS[one.kind], one.values))
    lines[number] = event.format_line(
        one._replace(values=values, cpu=changes.get("cpu", one.cpu), time=changes.get("time", one.time))
    )


# ---- what is right ----


@pytest.mark.parametrize("seed", range(5))
def test_a_session_in_which_all_is_well_passes(seed):
    session = synthetic.Session(seed)
    result = played(session.capture())
    assert result.violations == [] and result.notes == []
    assert result.routes == session.places
    assert result.moves == result.drains > 20 and result.preemptions > 10


def test_arrivals_are_counted_by_place(session):
    result = played(session.capture())
    assert sum(result.arrivals.values()) == sum(one.kind == ENTRY for one in session.events)
    first = next(one for one in session.events if one.kind == ENTRY)
    assert (first.irq, session.first[first.irq]) in result.arrivals


def test_an_interrupt_nearer_to_its_move_than_the_clocks_can_tell_is_no_fault(lines):
    """One before the retarget that explains it, and one after the drain."""
    clock = next(number for number, line in enumerate(lines) if line.startswith("# clock of cpu 3"))
    lines[clock] = "# clock of cpu 3: -3000 to 3000 cycles ahead of cpu 0's, 0 taken off"  # 3000 ns at 2 GHz
    retarget = at_line(lines, numbers_of(lines, ROUTE, lambda one: one.get("action") == "retarget")[5])
    drain = at_line(
        lines, numbers_of(lines, ROUTE, lambda one: one.irq == retarget.irq and one.time > retarget.time)[0]
    )
    for cpu, time in ((retarget.get("new").cpu, retarget.time - 2900), (drain.get("old").cpu, drain.time + 2900)):
        insert(
            lines, Event(time, cpu, ENTRY, (retarget.irq, "x")), Event(time + 1, cpu, EXIT, (retarget.irq, "handled"))
        )
    result = played(lines)
    assert rules(result) <= {"level"} and result.doubtful == 2
    lines[clock + 1 : clock + 1] = [lines.pop(clock).replace("3000", "2800")]
    assert {"stray", "drained"} & rules(played(lines))


def test_a_routine_that_runs_when_the_recording_stops_is_a_note(lines):
    last = numbers_of(lines, EXIT)[-1]
    del lines[last : numbers_of(lines, EXIT)[-1] + 1]
    result = played(lines)
    assert not result.violations and any("running" in note for note in result.notes)


def test_a_ring_that_lost_its_beginning_is_judged_from_what_is_known(session):
    cut = synthetic.Session(1)
    half = cut.events[len(cut.events) // 2].time
    cut.lost[0] = sum(one.cpu == 0 and one.time < half for one in cut.events)
    cut.events = [one for one in cut.events if one.cpu != 0 or one.time >= half]
    result = played(cut.capture())
    assert not result.violations and result.unjudged > 10
    assert any("lost the beginning" in note for note in result.notes)


def shared_lines(session, kind):
    """Two messages at one place all the time; what the listing calls them decides."""
    text = "\r\n".join(
        [
            "# tracer: nop",
            "# message irq=300 bdf=0000:00:06.0 index=0 driver=edu cpu=0 vector=0x60",
            "# message irq=301 bdf=0000:00:0a.0 index=0 driver=edu cpu=0 vector=0x60",
            *(
                event.format_line(Event(synthetic.START + irq, 0, ROUTE, (irq, "connect", None, Place(0, 0x60))))
                for irq in (300, 301)
            ),
            "# trace end: 2 events",
        ]
    )
    text += "".join(
        '\r\n{"type":"message","bdf":"%s","index":0,"irq":%d,"vector":96,"cpu":0,"driver":"edu","kind":"%s"}'
        % (bdf, irq, kind)
        for bdf, irq in (("0000:00:06.0", 300), ("0000:00:0a.0", 301))
    )
    return played(text.encode())


def test_lines_may_share_a_place_and_messages_may_not(session):
    assert rules(shared_lines(session, "line")) == set()
    assert rules(shared_lines(session, "msi")) == {"owner"}


def test_devices_of_one_line_move_together():
    places = [Place(0, 0x60), Place(2, 0x61)]
    moves = [Event(1000, 0, ROUTE, (300, "retarget", *places)), Event(2000, 0, ROUTE, (300, "drain", *places))]
    table = [
        "# message irq=%d bdf=0000:00:0%d.0 index=0 driver=edu cpu=2 vector=0x61" % (irq, irq % 10)
        for irq in (300, 301)
    ]
    listing = [
        '{"type":"message","bdf":"0000:00:0%d.0","index":0,"irq":%d,"vector":97,"cpu":2,"driver":"edu","kind":"line"}'
        % (irq % 10, irq)
        for irq in (300, 301)
    ]
    other = [Event(2500, 0, ROUTE, (301, "retarget", *places)), Event(2600, 0, ROUTE, (301, "drain", *places))]
    for events in (moves, sorted(moves + other)):
        begin = [Event(10, 0, ROUTE, (301, "connect", None, places[0]))] * (
            301 in [one.irq for one in events] or len(events) == 2
        )
        result = played(
            ["# tracer: nop", *table, *map(event.format_line, begin + events), "# trace end: 9 events", *listing]
        )
        assert result.violations == []


def test_nothing_holds_an_nmi_off():
    events = [
        Event(10, 0, ENTRY, (0xE0, "clock")),
        Event(11, 0, ENTRY, (2, "nmi")),
        Event(12, 0, EXIT, (2, "handled")),
        Event(13, 0, EXIT, (0xE0, "handled")),
    ]
    assert played(["# tracer: nop", *map(event.format_line, events)]).violations == []


def test_a_move_by_two_writes_goes_by_the_place_between_them(session):
    """A message without a mask: data first, address second, so (old processor, new vector) is a place as well."""
    old, between, new = Place(0, 0x50), Place(0, 0x53), Place(2, 0x53)
    events = [
        Event(1000, 0, ROUTE, (300, "retarget", old, between)),
        Event(1100, 0, ROUTE, (300, "retarget", between, new)),
        Event(2000, 0, ENTRY, (300, "x")),
        Event(2100, 0, EXIT, (300, "handled")),
        Event(3000, 0, ROUTE, (300, "drain", old, new)),
        Event(3100, 0, ROUTE, (300, "drain", between, new)),
    ]
    lines = ["# tracer: nop", *map(event.format_line, events), "# trace end: 6 events"]
    result = played(lines)
    assert result.violations == [] and result.moves == 1
    assert rules(played(lines[:5] + lines[6:])) == set()
    assert rules(played(lines[:1] + lines[2:])) == {"route"}


def test_a_move_that_was_taken_back_ends_where_it_began(session):
    there, back = Place(0, 0x50), Place(1, 0x51)
    events = [
        Event(1000, 0, ROUTE, (300, "retarget", there, back)),
        Event(1100, 0, ROUTE, (300, "retarget", back, there)),
        Event(1200, 0, ROUTE, (300, "drain", back, there)),
        Event(5000, 0, ROUTE, (301, "connect", None, back)),
    ]
    result = played(["# tracer: nop", *map(event.format_line, events)])
    assert result.violations == [] and result.routes == {300: there, 301: back}


# ---- mutations: each rule fails ----


def free_processor(lines, number):
    """A processor on which the message of that line neither is nor will be soon, and nobody runs."""
    one = at_line(lines, number)
    near = [at_line(lines, other) for other in numbers_of(lines, ROUTE, lambda other: other.irq == one.irq)]
    used = {
        place.cpu
        for change in near
        for place in change.values[2:]
        if place and abs(change.time - one.time) < 2 * event.SECOND
    }
    return next(cpu for cpu in range(8) if cpu not in used)


def stray(lines):
    number = next(
        number
        for number in numbers_of(lines, ENTRY)
        if ": irq_handler_exit: irq=%d " % at_line(lines, number).irq in lines[number + 1]
    )
    cpu = free_processor(lines, number)
    replace(lines, number, cpu=cpu)
    replace(lines, number + 1, cpu=cpu)
    return number


def drained(lines):
    drains = numbers_of(lines, ROUTE, lambda one: one.get("action") == "drain")
    one = at_line(
        lines,
        next(
            number
            for number in reversed(drains)
            if sum(at_line(lines, other).irq == at_line(lines, number).irq for other in drains if other >= number) == 1
        ),
    )
    insert(
        lines,
        Event(one.time + 2000, one.get("old").cpu, ENTRY, (one.irq, "late")),
        Event(one.time + 2010, one.get("old").cpu, EXIT, (one.irq, "handled")),
    )
    return next(number for number in numbers_of(lines, ENTRY) if "name=late" in lines[number])


def owner(lines):
    """A message is sent where another one is for good."""
    moved = {at_line(lines, number).irq for number in numbers_of(lines, ROUTE)}
    move = numbers_of(lines, ROUTE, lambda one: one.get("action") == "retarget")[-1]
    one = at_line(lines, move)
    last = {}
    for number in numbers_of(lines, ROUTE, lambda other: other.get("action") == "retarget" and other.time < one.time):
        last[at_line(lines, number).irq] = at_line(lines, number).get("new")
    other = next(irq for irq in moved if irq != one.irq and irq in last)
    replace(lines, move, new=last[other])
    return move


def missing_retarget(lines):
    move = numbers_of(lines, ROUTE, lambda one: one.get("action") == "retarget")[10]
    irq = at_line(lines, move).irq
    del lines[move]
    return next(number for number in numbers_of(lines, ROUTE, lambda one: one.irq == irq) if number >= move)


def wrong_drain(lines):
    number = numbers_of(lines, ROUTE, lambda one: one.get("action") == "drain")[3]
    replace(lines, number, old=Place(at_line(lines, number).get("old").cpu, 0x9E))
    return number


def missing_entry(lines):
    number = next(
        number
        for number in numbers_of(lines, ENTRY)
        if ": irq_handler_exit: irq=%d " % at_line(lines, number).irq in lines[number + 1]
    )
    del lines[number]
    return number


def crossed_exits(lines):
    number = next(
        number
        for number in numbers_of(lines, EXIT)
        if ": irq_handler_exit: " in lines[number + 1] and at_line(lines, number).cpu == at_line(lines, number + 1).cpu
    )
    first, second = at_line(lines, number), at_line(lines, number + 1)
    lines[number], lines[number + 1] = (
        event.format_line(one._replace(values=other.values)) for one, other in ((first, second), (second, first))
    )
    return number


def missing_exit(lines):
    """Nothing tells it but that the routine, if it still ran, would be preempted by its own level."""
    entry = numbers_of(lines, ENTRY)[4]
    one = at_line(lines, entry)
    del lines[next(number for number in numbers_of(lines, EXIT, lambda other: other.irq == one.irq) if number > entry)]
    return None


def lower_level(lines):
    entry = next(number for number in numbers_of(lines, ENTRY, lambda one: one.get("name").startswith("edu")))
    one = at_line(lines, entry)
    inner = Event(one.time + 1, one.cpu, ENTRY, (32, "system"))  # vector 0x20: level 2
    insert(lines, inner, inner._replace(time=one.time + 2, kind=EXIT, values=(32, "handled")))
    return next(number for number in numbers_of(lines, ENTRY) if "irq=32 " in lines[number])


def wrong_table(lines):
    number = next(number for number, line in enumerate(lines) if line.startswith("# message irq=258"))
    lines[number] = re.sub("vector=0x..", "vector=0x9e", lines[number])
    return next(number for number, line in enumerate(lines) if line.startswith("# tracer"))


def wrong_listing(lines):
    number = next(number for number, line in enumerate(lines) if '"irq":258' in line)
    lines[number] = re.sub('"cpu":.', '"cpu":7', lines[number])
    return next(number for number, line in enumerate(lines) if '"type":"message"' in line)


MUTATIONS = {
    "stray": [stray],
    "drained": [drained],
    "owner": [owner],
    "route": [missing_retarget, wrong_drain],
    "nest": [missing_entry, crossed_exits],
    "level": [lower_level, missing_exit],
    "table": [wrong_table, wrong_listing],
}


@pytest.mark.parametrize(
    "rule, mutate",
    [(rule, mutate) for rule, changes in MUTATIONS.items() for mutate in changes],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_rule_that_is_broken_is_named_with_the_line(lines, rule, mutate):
    number = mutate(lines)
    found = [one for one in played(lines).violations if one.rule == rule]
    assert found
    if number is not None:
        assert number in [one.line for one in found]


def test_every_rule_has_its_mutation():
    assert set(MUTATIONS) == set(replay.RULES)
    assert all("\n%-9s" % rule in replay.__doc__ for rule in replay.RULES)


def test_what_has_no_end_is_reported_once_and_not_for_each_that_comes_after(lines):
    missing_exit(lines)
    assert [one.rule for one in played(lines).violations] in (["level", "nest"], ["nest", "level"])


def test_routes_changed_after_the_recording_are_not_held_against_it(lines):
    stop = lines.index("signalbox> trace stop")
    wrong_table(lines)
    lines.insert(stop + 1, "signalbox> route 00:02.0 2 3")
    result = played(lines)
    assert not result.violations and any("route 00:02.0 2 3" in note for note in result.notes)


# ---- as a program ----


@pytest.mark.parametrize(
    "mutate, status, said", [(None, 0, "PASS: "), (stray, 1, "FAIL: "), ("empty", 2, "holds no trace")]
)
def test_the_exit_status_says_it(lines, tmp_path, capsys, mutate, status, said):
    lines = [] if mutate == "empty" else lines
    if callable(mutate):
        mutate(lines)
    path = os.path.join(tmp_path, "capture.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\r\n".join(lines))
    assert replay.main(path) == status
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert status != 1 or re.search(r"^12\.\d{9}  line \d+: stray: ", shown.out, re.MULTILINE)
