"""What a capture does not let the replay judge is said to be so, and is neither a pass nor a failure."""

import event
import replay
import synthetic
from event import ENTRY, EXIT, Event
from test_replay import MICROSECOND, played


def frames_alone(session, head=""):
    """A capture that holds nothing but `trace dump ctf`, as kernels print it with `head`, or without."""
    return ("signalbox> trace dump ctf\r\n" + head).encode() + session.frames() + b"\r\nsignalbox> "


def test_frames_without_a_map_cannot_be_judged(session):
    still = synthetic.Session(3, 5)
    still.events = [one for one in still.events if one.kind in (ENTRY, EXIT)]
    result = played(frames_alone(still))
    assert result.violations == [] and result.unplaced
    assert result.verdict == replay.CANNOT_JUDGE and "the capture holds no map" in result.notes[0]
    assert played(frames_alone(session)).verdict in (replay.PASS, replay.CANNOT_JUDGE)


def test_frames_behind_the_map_are_judged(session):
    head = "\r\n".join(session.map_lines()) + "\r\n"
    result = played(frames_alone(session, head))
    assert (result.violations, result.notes, result.verdict) == ([], [], replay.PASS)
    assert result.routes == session.places


def test_a_violation_without_a_map_is_one_all_the_same():
    still = synthetic.Session(3, 5)
    still.events = [one for one in still.events if one.kind == ENTRY]
    first = still.events[0]
    still.events.append(Event(first.time + MICROSECOND, first.cpu, EXIT, (event.FIRST_MESSAGE + 90, "handled")))
    still.events.sort(key=lambda one: one.time)
    assert played(frames_alone(still)).verdict == replay.FAIL


def test_a_trace_in_which_no_message_came_proves_nothing():
    lines = ["signalbox> trace dump", "# tracer: nop", *list(synthetic.Session().map_lines())[1:]]
    lines += [event.format_line(Event(synthetic.START, 0, ENTRY, (0xE0, "clock")))]
    lines += [event.format_line(Event(synthetic.START + 5, 0, EXIT, (0xE0, "handled"))), "# trace end: 2 events"]
    result = played(lines)
    assert result.verdict == replay.CANNOT_JUDGE and result.notes == ["no message was interrupted or moved"]


def test_each_verdict_has_an_exit_status_of_its_own(session, tmp_path, capsys):
    still = synthetic.Session(3, 5)
    still.events = [one for one in still.events if one.kind in (ENTRY, EXIT)]
    for data, status, said in (
        (session.capture(), 0, "PASS: "),
        (frames_alone(still), 3, "CANNOT JUDGE: "),
    ):
        (tmp_path / "capture").write_bytes(data)
        assert replay.main(str(tmp_path / "capture")) == status
        assert capsys.readouterr().out.splitlines()[-1].startswith(said)
