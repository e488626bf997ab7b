"""Captures are taken apart: dumps among other text, several of them, damaged ones."""

import capture
import event
import frame
import pytest
import recording
import synthetic


def whats(events):
    return [one.what for one in events]


@pytest.mark.parametrize("parts", [{"frames": False}, {"text": False}, {"marks": True}, {}], ids=str)
def test_a_session_with_dumps_among_log_lines_and_json_gives_every_event_once(session, parts):
    found = recording.of_bytes(session.capture(**parts))
    assert whats(found.events) == whats(session.events)
    assert (found.capture.damage, found.missing, found.notes) == ([], 0, [])
    assert found.routes == session.routes and found.cpus == synthetic.CPUS
    assert len(found.capture.log) >= 2 and len(found.capture.objects) > 10


def test_marks_alone_give_the_entries_and_exits(session):
    found = recording.of_bytes(session.capture(text=False, frames=False, marks=True))
    wanted = [one for one in session.events if one.kind in (event.ENTRY, event.EXIT)]
    assert [one[:3] + (one.irq,) for one in found.events] == [one[:3] + (one.irq,) for one in wanted]


def test_a_line_says_where_in_the_capture_it_stood(session):
    data = session.capture()
    lines = data.split(b"\n")
    for one in recording.of_bytes(data).events[::50]:
        assert event.format_line(one).encode() in lines[one.line]


def test_two_dumps_of_the_same_rings_count_once_and_a_longer_one_adds_its_rest(session):
    lines = list(session.text_lines())
    short = lines[:200] + ["# trace end: %d events" % sum("[0" in line for line in lines[:200])]
    found = recording.of_bytes("\n".join(short + lines + lines).encode())
    assert whats(found.events) == whats(session.events) and not found.missing


def test_a_dump_that_was_cut_off_gives_what_there_is(lines):
    cut = lines[:300]
    found = recording.of_bytes("\r\n".join(cut + ["signalbox> pci", "DEVICE   CLASS", "00:00.0  bridge"]).encode())
    assert len(found.events) == sum("irq_" in line for line in cut)
    assert found.capture.dumps[0].promised == -1 and not found.capture.damage


def test_lines_that_are_missing_are_counted_by_the_last_line(lines):
    victims = [number for number, line in enumerate(lines) if "irq_handler" in line][10:13]
    kept = [line for number, line in enumerate(lines) if number not in victims]
    assert recording.of_bytes("\r\n".join(kept).encode()).missing == 3


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("irq_handler_entry: irq=", "irq_handler_entry: irk=", "no 'irq'"),
        ("irq_handler_exit: irq=256 ret=handled", "irq_handler_exit: irq=256 ret=hand", "no ret: hand"),
        ("irq_handler_entry", "irq_hand\x7fer_entry", "no event"),
        ("[000] d.h. 12.0", "[000] d.h. 19.0", "time"),
        ("old=1:0x80", "old=1:0x8g", "no place: 1:0x8g"),
        ("irq=256 name", "irq=99999999999 name", "out of range: 99999999999"),
    ],
)
def test_a_damaged_line_is_counted_and_left_out(session, lines, old, new, reason):
    number = next(number for number, line in enumerate(lines) if old in line)
    lines[number] = lines[number].replace(old, new, 1)
    found = recording.of_bytes("\r\n".join(lines).encode())
    assert [(one.line, one.what) for one in found.capture.damage] == [(number, reason)]
    assert len(found.events) == len(session.events) - 1


def test_damaged_json_is_counted_and_never_taken_for_an_object(session):
    data = session.capture().replace(b'{"type":"message"', b'{"type":"mess', 1)
    found = capture.read(data)
    assert [one.what for one in found.damage] == ["json"]


def test_a_damaged_frame_takes_neither_text_nor_other_frames_with_it(session):
    data = session.capture(text=False)
    whole = capture.read(data).frames[0]
    at = data.rindex(b"\0") - 20
    for broken in (
        data[:at] + b"\x55" + data[at + 1 :],
        data[:at] + data[at + 7 :],
        data[:at] + b"\0" + data[at + 1 :],
    ):
        found = capture.read(broken)
        assert {one.what for one in found.damage} == {"frame"}
        assert found.frames[0].metadata == whole.metadata and found.frames[0].packets == whole.packets[:-1]
        assert [said.value for said in found.commands] == [
            "trace start",
            "trace stop",
            "trace dump ctf",
            "messages --json",
        ]


def test_what_the_rings_lost_adds_up_over_recordings(session):
    first = ["# tracer: nop", "# cpu 0: recorded 100 kept 60 lost 40", "# trace end: 0 events"]
    longer = ["# tracer: nop", "# cpu 0: recorded 200 kept 60 lost 140", "# trace end: 0 events"]
    anew = ["# tracer: nop", "# cpu 0: recorded 70 kept 60 lost 10", "# trace end: 0 events"]
    assert recording.of_bytes("\n".join(first + longer + anew).encode()).lost == {0: 150}


def test_frames_survive_every_byte_and_length():
    for length in (0, 1, 2, 253, 254, 255, 256, 509, 70000):
        for payload in (bytes(length), b"\xff" * length, bytes(range(256)) * (length // 256 + 1)):
            data = frame.encode(frame.PACKET, payload[:length])
            assert data.count(0) == 2 and frame.decode(data[1:-1]) == (frame.PACKET, payload[:length])


def test_a_frame_with_any_bit_wrong_is_refused():
    data = frame.encode(frame.PACKET, b"\0some\0payload")[1:-1]
    for bit in range(8 * len(data)):
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError):
            frame.decode(bytes(wrong))
