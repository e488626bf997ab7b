"""What convert leaves is read by the tools that people have, with the right counts."""

import json
import os
import re
import subprocess
from collections import Counter

import chrome
import convert
import ctf
import event
import perfetto
import perfetto_schema
import pytest
import recording
import slices
import synthetic
from event import ENTRY, EXIT

TOOL_TIMEOUT = 300  # seconds


def output_of(*command):
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TOOL_TIMEOUT, check=False, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def converted(directory, data):
    path = os.path.join(directory, "capture.txt")
    with open(path, "wb") as file:
        file.write(data)
    assert convert.main(path, os.path.join(directory, "out")) == 0
    return os.path.join(directory, "out")


@pytest.fixture(scope="module", params=[{"frames": False}, {"text": False}], ids=["text", "frames"])
def files(request, session, tmp_path_factory):
    """The directory that convert makes of the session's text, or of its frames."""
    return converted(tmp_path_factory.mktemp("convert"), session.capture(**request.param))


def entries(session):
    return Counter(one.irq for one in session.events if one.kind == ENTRY)


def test_babeltrace2_reads_every_event(session, files):
    found = ctf.read(files + "/ctf")
    assert Counter(one.what for one in found) == Counter(one.what for one in session.events)
    assert "discarded" not in output_of("babeltrace2", files + "/ctf")


def test_many_packets_are_one_stream_without_gaps(session, tmp_path, monkeypatch):
    monkeypatch.setattr(ctf, "PACKET_BYTES", 500)
    out = converted(tmp_path, session.capture(frames=False))
    assert os.path.getsize(out + "/ctf/channel0_0") > 5000
    assert [one.what for one in ctf.read(out + "/ctf")] == [one.what for one in session.events]


@pytest.mark.lttng
def test_lttng_irqstats_counts_every_routine_that_was_not_preempted(session, files):
    text = output_of("lttng-irqstats", "--no-progress", files + "/ctf")
    found = {int(irq): int(count) for irq, count in re.findall(r"^(\d+): <\S+> +(\d+) ", text, re.MULTILINE)}
    assert found == Counter(one.irq for one in slices.pair(session.events)[0] if not one.preempted)


@pytest.mark.lttng
def test_lttng_irqlog_and_irqfreq_read_it(session, files):
    shown = sum(not one.preempted for one in slices.pair(session.events)[0])
    assert len(re.findall(r" IRQ +\d+ ", output_of("lttng-irqlog", "--no-progress", files + "/ctf"))) == shown
    assert "nvme-0000:00:02.0-0" in output_of("lttng-irqfreq", "--no-progress", files + "/ctf")


def test_trace_cmd_reports_every_event_of_every_processor_at_its_time(session, files):
    text = output_of("trace-cmd", "report", "-t", files + "/trace.dat")
    # Later editions show a record's flags before its time.
    found = re.findall(r"\[(\d+)\] +(?:\S+ +)?(\d+)\.(\d{9}): (\w+): +(.*)", text)
    wanted = [
        ("%03d" % one.cpu, *("%d.%09d" % divmod(one.time, event.SECOND)).split("."), one.kind, event.arguments_of(one))
        for one in session.events
    ]
    assert sorted(found) == sorted(wanted)


def spans_of(session):
    """(processor, name, begin, end) of every routine."""
    names = {one.irq: one.get("name") for one in session.events if one.kind == ENTRY}
    return sorted((one.cpu, names[one.irq], one.begin, one.end) for one in slices.pair(session.events)[0])


def test_chrome_json_is_json_and_its_slices_are_the_routines_and_nest(session, files):
    with open(files + "/trace.json", encoding="utf-8") as file:
        found = json.load(file)["traceEvents"]
    shown = sorted(
        (one["tid"], one["name"], round(1000 * one["ts"]), round(1000 * (one["ts"] + one["dur"])))
        for one in found
        if one["ph"] == "X"
    )
    assert shown == spans_of(session)
    for cpu in range(synthetic.CPUS):
        check_nesting([one[2:] for one in shown if one[0] == cpu])
    assert sum(one["ph"] == "i" for one in found) == sum(one.kind not in (ENTRY, EXIT) for one in session.events)


def check_nesting(spans):
    inside = []
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while inside and inside[-1] <= begin:
            inside.pop()
        assert not inside or end <= inside[-1]
        inside.append(end)


def perfetto_spans(path):
    """(track, name, begin, end) of every slice, by the order of the packets as Perfetto does it."""
    with open(path, "rb") as file:
        packets = perfetto_schema.trace_class().FromString(file.read()).packet
    names = {
        one.track_descriptor.uuid: one.track_descriptor.name for one in packets if one.HasField("track_descriptor")
    }
    found, inside, last = [], {}, 0
    for one in packets:
        if not one.HasField("track_event"):
            continue
        assert one.timestamp >= last
        last, stack = one.timestamp, inside.setdefault(names[one.track_event.track_uuid], [])
        if one.track_event.type == perfetto_schema.SLICE_BEGIN:
            stack.append((one.track_event.name, one.timestamp))
        elif one.track_event.type == perfetto_schema.SLICE_END:
            found.append((names[one.track_event.track_uuid], *stack.pop(), one.timestamp))
    assert not any(inside.values())
    return sorted(found), set(names.values())


def test_perfetto_has_a_track_a_processor_with_its_routines_and_a_track_a_message(session, files):
    found, tracks = perfetto_spans(files + "/trace.perfetto-trace")
    assert {"CPU 0", "CPU 3", "rocker-0000:00:06.0-3"} <= tracks
    assert [one for one in found if one[0].startswith("CPU")] == [
        ("CPU %d" % one[0], *one[1:]) for one in spans_of(session)
    ]
    stays = [one[:2] for one in found if one[0] == "rocker-0000:00:06.0-0"]
    assert len(stays) == 1 + sum(
        one.kind == event.ROUTE and one.irq == 262 and one.get("action") == "retarget" for one in session.events
    )


def test_perfetto_slices_of_one_moment_end_and_begin_in_the_right_order(tmp_path):
    """A routine that takes no time, one inside another that begins with it, one that begins when another ends."""
    moments = [
        (10, ENTRY, 256),
        (10, EXIT, 256),
        (20, ENTRY, 256),
        (20, ENTRY, 257),
        (30, EXIT, 257),
        (30, EXIT, 256),
        (30, ENTRY, 258),
        (30, ENTRY, 259),
        (30, EXIT, 259),
        (40, EXIT, 258),
    ]
    events = [
        event.Event(time, 0, kind, (irq, "i%d" % irq if kind == ENTRY else "handled")) for time, kind, irq in moments
    ]
    found = recording.of_bytes("\n".join(["# tracer: nop", *map(event.format_line, events)]).encode())
    perfetto.write(tmp_path / "trace", found, slices.pair(found.events)[0], [])
    assert perfetto_spans(tmp_path / "trace")[0] == [
        ("CPU 0", "i256", 10, 10),
        ("CPU 0", "i256", 20, 30),
        ("CPU 0", "i257", 20, 30),
        ("CPU 0", "i258", 30, 40),
        ("CPU 0", "i259", 30, 30),
    ]


def test_the_wire_format_of_perfetto_is_the_one_its_schema_numbers():
    """Bytes by hand: packet 1, timestamp 8, sequence 10, event 11 with type 9 and track 11."""
    trace = perfetto_schema.trace_class()()
    packet = trace.packet.add(timestamp=300, trusted_packet_sequence_id=1)
    packet.track_event.type, packet.track_event.track_uuid = perfetto_schema.SLICE_END, 5
    assert trace.SerializeToString() == bytes.fromhex("0a0b 40ac02 5001 5a04 4802 5805".replace(" ", ""))


def test_the_text_is_a_capture_with_the_same_events(session, files):
    again = recording.load(files + "/trace.txt")
    assert [one.what for one in again.events] == [one.what for one in session.events]
    assert again.routes == session.routes and not again.capture.damage


def test_what_the_rings_lost_is_told_by_every_reader(tmp_path):
    session = synthetic.Session(5)
    session.lost[2] = 1234
    for name, parts in (("text", {"frames": False}), ("frames", {})):
        os.mkdir(tmp_path / name)
        out = converted(tmp_path / name, session.capture(**parts))
        assert "CPU:2 [1234 EVENTS DROPPED]" in output_of("trace-cmd", "report", out + "/trace.dat")
        with open(out + "/trace.txt", encoding="utf-8") as file:
            recorded, kept = map(
                int, re.search(r"# cpu 2: recorded (\d+) kept (\d+) lost 1234\n", file.read()).groups()
            )
        assert recorded == kept + 1234 and kept == sum(one.cpu == 2 for one in session.events)


def test_a_damaged_frame_is_a_discarded_packet(session, tmp_path):
    data = bytearray(session.capture(text=False))
    second_packet = len(data) - data[::-1].index(b"\0\0") - 1
    data[second_packet - 40] ^= 0x55
    text = output_of("babeltrace2", converted(tmp_path, bytes(data)) + "/ctf")
    assert re.search(r"Tracer discarded 1 packet", text), text


def test_packets_that_make_no_trace_are_replaced_by_the_text(session, tmp_path, capsys):
    data = session.capture()
    broken = data.replace(b"packet_size", b"pocket_size")
    out = converted(tmp_path, broken)
    assert "frame" in capsys.readouterr().out
    assert len(ctf.read(out + "/ctf")) == len(session.events)


def test_entries_without_exits_are_told_and_in_no_slice(lines, tmp_path, capsys):
    victim = next(number for number, line in enumerate(lines) if "irq_handler_exit" in line)
    converted(tmp_path, "\r\n".join(lines[:victim] + lines[victim + 1 :]).encode())
    assert "1 entries and exits without partner" in capsys.readouterr().out


def test_times_of_many_days_keep_their_nanoseconds(tmp_path):
    one = synthetic.Session(3, 5)
    one.events = [found._replace(time=found.time + 30 * 86400 * event.SECOND) for found in one.events]
    path = tmp_path / "trace.json"
    found = recording.of_bytes(one.capture(frames=False))
    chrome.write(path, found, slices.pair(found.events)[0])
    times = {round(1000 * shown["ts"]) for shown in json.loads(path.read_text())["traceEvents"] if shown["ph"] == "X"}
    assert times <= {found.time for found in one.events} and times
    assert EXIT in {found.kind for found in one.events}
