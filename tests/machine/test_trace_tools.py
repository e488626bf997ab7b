"""A traced session's serial bytes, converted: the tools that people have count what the kernel and QEMU count."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from machine import BUILD
from machines import MACHINES
from support import arrivals, counts, device_of, messages
from test_trace import DELIVER, trace_end, trace_lines

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../trace"))
import convert  # noqa: E402
import ctf  # noqa: E402
import facts  # noqa: E402
import recording  # noqa: E402
import replay  # noqa: E402
import report  # noqa: E402
import slices  # noqa: E402
from event import ENTRY, FIRST_MESSAGE  # noqa: E402

DUMP_TIMEOUT = 300  # seconds
TOOL_TIMEOUT = 300
# One interrupt a shot and no other: e1000e repeats its own, and two that meet at a local APIC become one.
DRIVERS = ("nvme", "rocker", "edu")
SHOTS, MOVES = 400, 60  # of each device
ROOM = 1 << 14  # events that each processor keeps
MACHINE = "counted"
pytestmark = pytest.mark.xdist_group(MACHINE)


class Session:
    """What was recorded, by three witnesses: the trace, the kernel's counters, QEMU."""

    def __init__(self, machine):
        before, start = counts(machine), trace_end(machine)
        machine.command("trace clear")
        machine.command("trace start %d" % ROOM)
        for driver in DRIVERS:
            machine.command(
                "prove %s shots=%d moves=%d --json" % (device_of(machine, driver), SHOTS, MOVES), DUMP_TIMEOUT
            )
        machine.command("trace stop")
        self.counted = arrivals(before, counts(machine))
        self.delivered = Counter(
            (int(found[1]), int(found[4])) for found in map(DELIVER.search, trace_lines(machine, start)) if found
        )
        self.keys = {found["irq"]: key for key, found in messages(machine).items()}
        machine.command("interrupts --json")
        machine.command("trace dump", DUMP_TIMEOUT)
        machine.command("log")
        machine.command("trace dump ctf", DUMP_TIMEOUT)
        self.data = machine.spoken()
        self.recording = recording.of_bytes(self.data)
        self.directory = os.path.join(BUILD, "machine", MACHINE, "trace")
        path = os.path.join(BUILD, "machine", MACHINE, "capture.txt")
        with open(path, "wb") as file:
            file.write(self.data)
        shutil.rmtree(self.directory, ignore_errors=True)
        assert convert.main(path, self.directory) == 0

    def entries(self):
        """irq -> interrupts of a message."""
        found = Counter()
        for (irq, _), count in self.recording.counts().items():
            found[irq] += count
        return found


@pytest.fixture(scope="module")
def session(shelf):
    """The session, recorded once for all tests of this file."""
    return Session(shelf.get(MACHINE))


def output_of(*command):
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TOOL_TIMEOUT, check=False, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_text_and_frames_among_the_sessions_other_output_are_read_whole(session):
    found = session.recording
    assert (found.capture.damage, found.missing, found.notes, sum(found.lost.values())) == ([], 0, [], 0)
    assert len(found.capture.frames) == 1 and len(found.capture.objects) > 20
    # The text, and the map that stands before the frames.
    assert [bool(dump.events) for dump in found.capture.dumps] == [True, False]
    assert found.capture.dumps[1].routes == found.capture.dumps[0].routes != {}
    assert found.capture.dumps[0].promised == len(found.events)


def test_the_trace_counts_what_the_kernel_counts(session):
    taken = {}
    for (irq, cpu), count in session.recording.counts().items():
        if irq >= FIRST_MESSAGE:
            taken.setdefault(session.keys[irq], {})[cpu] = count
    assert taken == session.counted
    assert sum(sum(by_cpu.values()) for by_cpu in taken.values()) >= len(DRIVERS) * SHOTS
    assert {cpu for by_cpu in taken.values() for cpu in by_cpu} == set(range(MACHINES[MACHINE].cpus))


def test_the_trace_counts_what_qemu_delivered_to_each_vector_of_each_processor(session):
    """An entry names its message; on which vector it came, the replay tells from the moves."""
    result = replay.play(session.recording)
    assert result.violations == [] and result.moves >= len(DRIVERS) * MOVES // 2
    by_place = Counter()
    for (_, place), count in result.arrivals.items():
        by_place[place] += count
    assert by_place == session.delivered


def test_babeltrace2_reads_the_kernels_own_packets_with_the_same_events(session):
    found = Counter((one.kind, one.cpu, one.irq) for one in ctf.read(session.directory + "/ctf"))
    assert found == Counter((one.kind, one.cpu, one.irq) for one in session.recording.events)
    names = re.findall(r" (irq_handler_entry): ", output_of("babeltrace2", session.directory + "/ctf"))
    assert len(names) == sum(session.entries().values())


if shutil.which("lttng-irqstats"):  # which not every Debian release has

    def test_lttng_irqstats_counts_the_same(session):
        """It forgets a routine that another one preempted."""
        whole = Counter(one.irq for one in slices.pair(session.recording.events)[0] if not one.preempted)
        text = output_of("lttng-irqstats", "--no-progress", session.directory + "/ctf")
        found = {int(irq): int(count) for irq, count in re.findall(r"^(\d+): <.*?> +(\d+) ", text, re.MULTILINE)}
        assert found == whole
        assert sum(whole.values()) > 0.9 * sum(session.entries().values())


def test_trace_cmd_reports_the_same(session):
    text = output_of("trace-cmd", "report", "-t", session.directory + "/trace.dat")
    assert Counter(map(int, re.findall(r" irq_handler_entry: +irq=(\d+) ", text))) == session.entries()
    assert "EVENTS DROPPED" not in text


def test_the_page_made_of_it_passes(session):
    found = facts.gather(session.recording)
    states = {check.name: check.state for check in found.checks}
    assert facts.FAIL not in states.values(), [check for check in found.checks if check.state == facts.FAIL]
    assert "</html>" in report.page(found, "capture.txt", session.data)
    assert {one.kind for one in session.recording.events} >= {ENTRY}
