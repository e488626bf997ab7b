"""Recording on live machines: what a dump says is what the counts, and QEMU's own trace, say as well."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from machine import COMMAND_TIMEOUT
from machines import SMALL
from support import arrivals, counts, device_of, devices_of, messages, on, wait_for_arrivals
from test_trace import DELIVER, trace_end, trace_lines
from test_words import MACHINE_CHECK

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "trace"))
import capture  # noqa: E402
import ctf  # noqa: E402
import recording  # noqa: E402
import replay  # noqa: E402
import slices  # noqa: E402

EVENT = re.compile(r" *<idle>-0 +\[(\d{3})\] (.{4}) (\d+)\.(\d{9}): (\w+): (.*)")
MESSAGE = re.compile(r"# message irq=(\d+) bdf=(\S+) index=(\d+) driver=(\S+) cpu=(\d+) vector=0x([0-9a-f]+)")
CPU = re.compile(r"# cpu (\d+): recorded (\d+) kept (\d+) lost (\d+)")
END = re.compile(r"# trace end: (\d+) events")
DUMP_TIMEOUT = 300  # seconds


class Dump:
    """A dump's text, taken apart: events as (time, cpu, name, fields), the counts of each processor, the table."""

    def __init__(self, lines):
        assert lines[0] == "# tracer: nop"
        self.table = {int(found[1]): (found[2], int(found[3])) for found in map(MESSAGE.match, lines) if found}
        self.cpus = {int(found[1]): tuple(map(int, found.groups()[1:])) for found in map(CPU.match, lines) if found}
        self.events = []
        for found in filter(None, map(EVENT.fullmatch, lines)):
            fields = dict(field.split("=", 1) for field in found[6].split())
            self.events.append((int(found[3]) * 10**9 + int(found[4]), int(found[1]), found[5], fields))
        assert int(END.fullmatch(lines[-1])[1]) == len(self.events)
        assert all(line.startswith("#") or EVENT.fullmatch(line) for line in lines)

    def named(self, name):
        return [event for event in self.events if event[2] == name]

    def taken(self):
        """(bdf, index) -> {processor: number} of the entries of messages."""
        found = {}
        for _, cpu, _, fields in self.named("irq_handler_entry"):
            key = self.table.get(int(fields["irq"]))
            if key:
                found.setdefault(key, Counter())[cpu] += 1
        return found


def dump(machine):
    return Dump(machine.command("trace dump", timeout=DUMP_TIMEOUT))


@pytest.fixture(autouse=True)
def stopped(request):
    """Machines are shared: whatever becomes of a test, the next one finds recording off and nothing recorded."""
    yield
    machine = request.node.funcargs.get("machine")
    if machine and not machine.broken and machine.process.poll() is None:
        machine.command("trace stop")
        machine.command("trace clear")


def load(machine, rounds=40):
    """Fires every message of rocker and edu, and reads from the disk, on all processors."""
    bdf = device_of(machine, "rocker")
    for index in range(4):
        machine.command("fire %s %d %d" % (bdf, index, rounds))
    machine.command("fire %s 0 %d" % (device_of(machine, "edu"), rounds))
    for block in range(8):
        machine.command("read %s %d" % (device_of(machine, "nvme"), block))


@on("default", "xapic", "traced")
def test_every_interrupt_that_was_counted_is_in_the_trace_once_and_on_its_processor(machine):
    machine.command("trace start")
    machine.command("trace clear")
    before = counts(machine)
    load(machine)
    counted = arrivals(before, counts(machine))
    machine.command("trace stop")
    found = dump(machine)
    assert found.taken() == counted
    assert set(cpu for one in counted.values() for cpu in one) == set(range(machine.spec.cpus))
    assert {cpu: kept for cpu, (_, kept, _) in found.cpus.items()} == {
        cpu: sum(1 for event in found.events if event[1] == cpu) for cpu in range(machine.spec.cpus)}
    assert all(lost == 0 and recorded == kept for recorded, kept, lost in found.cpus.values())


@on("traced")
def test_the_trace_counts_what_qemu_delivered(machine):
    places = {(message["apic_id"], message["vector"]): key for key, message in messages(machine).items()}
    machine.command("trace start")
    machine.command("trace clear")
    start = trace_end(machine)
    load(machine)
    machine.command("trace stop")
    delivered = Counter()
    for sent in filter(None, map(DELIVER.search, trace_lines(machine, start))):
        if (int(sent[1]), int(sent[4])) in places:
            delivered[places[int(sent[1]), int(sent[4])]] += 1
    assert {key: sum(cpus.values()) for key, cpus in dump(machine).taken().items()} == delivered
    assert sum(delivered.values()) >= 200


@on("default", "xapic")
def test_entries_and_exits_nest_on_each_processor_and_time_goes_on(machine):
    machine.command("trace start")
    load(machine)
    machine.command("trace stop")
    found = dump(machine)
    assert [event[0] for event in found.events] == sorted(event[0] for event in found.events)
    open_on = {cpu: [] for cpu in range(machine.spec.cpus)}
    for _, cpu, name, fields in found.events:
        if name == "irq_handler_entry":
            open_on[cpu].append(fields["irq"])
        elif name == "irq_handler_exit":
            assert open_on[cpu].pop() == fields["irq"]
            assert fields["ret"] in ("handled", "unhandled")
    assert not any(open_on.values())
    assert all("-" in fields["name"] or int(fields["irq"]) < 256 for *_, fields in found.named("irq_handler_entry"))


@on("default", "xapic")
def test_a_small_ring_keeps_the_newest_and_counts_what_it_lost(machine):
    bdf = device_of(machine, "rocker")
    cpu = messages(machine)[bdf, 1]["cpu"]
    machine.command("trace start 100")
    room = machine.json("trace status", "trace_summary")[0]["room"]
    assert 100 <= room < 200
    machine.command("trace clear")
    machine.command("fire %s 1 500" % bdf)
    machine.command("trace stop")
    found = dump(machine)
    recorded, kept, lost = found.cpus[cpu]
    assert recorded >= 1000 and room - 1 <= kept <= room and recorded == kept + lost
    newest = max(time for time, on_cpu, *_ in found.events if on_cpu == cpu)
    assert newest >= max(time for time, *_ in found.events if time <= newest)
    machine.command("trace start 4000")


@on("default")
def test_recording_goes_on_behind_a_dump_and_ends_with_stop(machine):
    bdf = device_of(machine, "rocker")
    machine.command("trace start")
    machine.command("trace clear")
    for rounds in (3, 6):
        before = counts(machine)
        machine.command("fire %s 2 3" % bdf)
        wait_for_arrivals(machine, before, (bdf, 2), 3)
        assert sum(dump(machine).taken()[bdf, 2].values()) == rounds
    assert machine.json("trace status", "trace_summary")[0]["on"] is True
    machine.command("trace stop")
    machine.command("fire %s 2 3" % bdf)
    assert sum(dump(machine).taken()[bdf, 2].values()) == 6
    machine.command("trace clear")
    assert dump(machine).events == []


@on("default")
def test_ctrl_c_ends_a_dump_and_recording_goes_on(machine):
    machine.command("trace start")
    machine.command("fire %s 2 1000" % device_of(machine, "rocker"))
    machine.send(b"trace dump\r")
    machine.expect(r"irq_handler_entry", COMMAND_TIMEOUT)
    machine.send(b"\x03")
    before = machine.expect(r"^error: stopped", COMMAND_TIMEOUT)
    assert "# trace end" not in before
    machine.expect(r"^signalbox> ", COMMAND_TIMEOUT)
    assert machine.json("trace status", "trace_summary")[0]["on"] is True


def test_a_panic_shows_what_was_recorded_last(start):
    box = start(SMALL.but("trace-panic"))
    box.wait_prompt()
    bdf = device_of(box, "rocker")
    box.command("trace start")
    box.command("fire %s 2 5" % bdf)
    box.monitor(MACHINE_CHECK)
    box.expect(r"^panic: .*machine check.*\n", COMMAND_TIMEOUT)
    box.expect(r"^last trace records:\r?\n", COMMAND_TIMEOUT)
    box.expect(r"^ +<idle>-0 +\[000\] d\.h\. \d+\.\d{9}: irq_handler_entry: irq=\d+ name=rocker-%s-2" % re.escape(bdf), COMMAND_TIMEOUT)
    box.expect(r"irq_handler_exit: irq=\d+ ret=handled", COMMAND_TIMEOUT)


def tables(machine):
    """Where each processor's IDTR points."""
    return re.findall(r"^IDT= *([0-9a-f]+)", machine.monitor("info registers -a"), re.MULTILINE)


@on("moves-4", "moves-xapic")
def test_a_processor_that_comes_back_records_as_well(machine):
    bdf = device_of(machine, "rocker")
    own = tables(machine)
    assert len(set(own)) == machine.spec.cpus
    machine.command("cpu 3 offline")
    machine.command("trace start")
    machine.command("cpu 3 online")
    machine.command("cpu 2 offline")
    machine.command("cpu 2 online")
    assert len(set(tables(machine))) == 1 and tables(machine)[0] not in own
    before = messages(machine)[bdf, 0]
    for cpu in (2, 3):
        machine.command("route %s 0 %d" % (bdf, cpu))
        machine.command("trace clear")
        machine.command("fire %s 0 5" % bdf)
        assert dump(machine).taken() == {(bdf, 0): {cpu: 5}}
    machine.command("route %s 0 %d" % (bdf, before["cpu"]))
    machine.command("route %s 0 %d:%s" % (bdf, before["target_processor_set"]["group"], before["target_processor_set"]["mask"]))
    machine.command("cpu 3 offline")
    machine.command("trace stop")
    machine.command("cpu 3 online")
    assert tables(machine) == own


def binary_dump(machine, directory):
    """`trace dump ctf` as a directory that CTF's readers open; answers the events of the last text dump before it, and
    those that babeltrace2 reads from the directory."""
    start = len(machine.spoken())
    machine.command("trace dump", timeout=DUMP_TIMEOUT)
    machine.command("trace dump ctf", timeout=DUMP_TIMEOUT)
    found = capture.read(machine.spoken()[start:])
    assert not found.damage
    ctf.write_packets(os.path.join(directory, "kernel"), found.frames[0])
    return [sorted(one.what for one in events) for events in (found.dumps[0].events, ctf.read(directory))]


@on("default", "xapic")
def test_babeltrace2_reads_from_a_binary_dump_what_the_text_says(machine, tmp_path):
    machine.command("trace start 20000")
    machine.command("trace clear")
    before = counts(machine)
    load(machine)
    counted = arrivals(before, counts(machine))
    machine.command("prove %s shots=200 moves=20" % device_of(machine, "rocker"))
    machine.command("trace stop")
    text, binary = binary_dump(machine, str(tmp_path))
    assert text == binary
    start = len(machine.spoken())
    machine.command("trace dump ctf", timeout=DUMP_TIMEOUT)
    alone = replay.play(recording.of_bytes(machine.spoken()[start:]))
    assert (alone.verdict, alone.violations) == (replay.PASS, [])
    assert len(binary) > 2 * sum(sum(one.values()) for one in counted.values())


@on("default")
def test_lttng_irqstats_counts_every_interrupt_of_a_binary_dump_that_was_not_preempted(machine, tmp_path):
    """That analysis knows of one interrupt at a time on a processor."""
    machine.command("trace start 20000")
    machine.command("trace clear")
    load(machine)
    machine.command("trace stop")
    start = len(machine.spoken())
    binary_dump(machine, str(tmp_path))
    if not shutil.which("lttng-irqstats"):
        return  # not every Debian has it
    said = subprocess.run(["lttng-irqstats", "--no-progress", str(tmp_path)], check=True, capture_output=True, text=True, timeout=600)
    found = {int(irq): int(count) for irq, count in re.findall(r"^(\d+): <\S+> +(\d+) ", said.stdout, re.MULTILINE)}
    events = recording.of_bytes(machine.spoken()[start:]).events
    assert found == Counter(one.irq for one in slices.pair(events)[0] if not one.preempted)
    assert sum(count for irq, count in found.items() if irq >= 256) >= 200


@on("moves-4", "moves-xapic", "xhci", "lines")
def test_a_session_of_moves_replays_to_the_table_without_a_stray(machine):
    """Every arrival is at a place its message has, or is leaving; the events alone lead to the table at the end."""
    machine.command("trace start 40000")
    machine.command("trace clear")
    start = len(machine.spoken())
    shared = "%s 0 " % devices_of(machine, "edu")[0] if machine.spec.name == "lines" else ""
    machine.command("prove %sshots=2000 moves=200" % shared, timeout=DUMP_TIMEOUT)
    machine.command("trace stop")
    found = dump(machine)
    machine.json("messages")  # which of them are lines
    result = replay.play(recording.of_bytes(machine.spoken()[start:]))
    assert [found.text for found in result.violations] == []
    assert result.moves >= 200 and result.drains == result.moves
    assert len(found.named("irq_route")) == result.moves + result.drains


@on("moves-4")
def test_a_mask_is_in_the_trace(machine):
    bdf = device_of(machine, "rocker")
    machine.command("trace start")
    machine.command("trace clear")
    machine.command("mask %s 2" % bdf)
    machine.command("unmask %s 2" % bdf)
    machine.command("trace stop")
    number = str(messages(machine)[bdf, 2]["irq"])
    assert [fields for *_, fields in dump(machine).named("irq_mask")] == [{"irq": number, "masked": "1"}, {"irq": number, "masked": "0"}]


@on("default")
def test_an_nmi_is_in_the_trace_of_the_processor_that_took_it(machine):
    machine.command("trace start")
    machine.command("trace clear")
    machine.qmp.execute("inject-nmi")
    machine.command("trace stop")
    found = dump(machine)
    entries = [event for event in found.named("irq_handler_entry") if event[3]["name"] == "nmi"]
    assert [fields["irq"] for *_, fields in entries] == ["2"] * len(entries)
    assert sorted(cpu for _, cpu, *_ in entries) == list(range(machine.spec.cpus))


@on("default")
def test_marks_are_slices_on_a_track_for_each_processor(machine):
    bdf = device_of(machine, "rocker")
    cpu = messages(machine)[bdf, 3]["cpu"]
    machine.command("trace start")
    machine.command("trace clear")
    machine.command("fire %s 3 2" % bdf)
    machine.command("trace stop")
    lines = machine.command("trace dump marks")
    begin = re.compile(r" +cpu%d-%d +\[%03d\] d\.h\. \d+\.\d{9}: tracing_mark_write: B\|%d\|rocker-%s-3"
                       % (cpu, cpu + 1, cpu, cpu + 1, re.escape(bdf)))
    at = [index for index, line in enumerate(lines) if begin.fullmatch(line)]
    assert len(at) == 2
    assert all(re.search(r"tracing_mark_write: E\|%d$" % (cpu + 1), line)
               for line in (next(line for line in lines[index + 1:] if "cpu%d-" % cpu in line) for index in at))


@on("garbage")
@pytest.mark.parametrize("words", ["", "begin", "start 0", "start -1", "start 16777217", "dump html", "stop now"])
def test_what_makes_no_sense_is_refused(machine, words):
    assert machine.refused("trace " + words)
