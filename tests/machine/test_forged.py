"""Messages that nobody should send: every vector, delivery mode and trigger mode, to two processors. The machine goes on, and
each is counted and named. They are written by a device, through its MSI-X entry, while the machine stands still."""

import contextlib
import re
import time

import pytest
from gdbstub import outside
from machines import DEFAULT
from support import bar_address, device_of, functions, table_address

FIXED, LOWEST, RESERVED, NMI, EXTINT = 0, 1, 3, 4, 7  # SMI, INIT and start-up no kernel survives without remapping
MODES = (FIXED, LOWEST, RESERVED, NMI, EXTINT)
TAKEN_AS_FIXED = (FIXED, LOWEST, EXTINT)  # by QEMU, which keeps the vector of the last
LEVEL = 0xC000  # trigger mode, and asserted
TRIGGERS = (0, LEVEL)
FIRE = 0x20  # rocker: the number of the message to send
EXCEPTIONS, SPURIOUS = range(32), 0xFF
CPUS = (0, 1)
TIMEOUT = 20


class Forger:
    """One entry of a rocker, whose words are anybody's for as long as the block lasts."""

    def __init__(self, machine):
        self.machine = machine
        found = functions(machine)[device_of(machine, "rocker")]
        self.entry, self.register = table_address(found, 0), bar_address(found, 0) + FIRE

    @contextlib.contextmanager
    def borrowed(self):
        with outside(self.machine) as hand:
            held = [hand.read_physical(self.entry + word) for word in (0, 4, 8)]
            try:
                yield hand
            finally:
                for word, value in zip((0, 4, 8), held):
                    hand.write_physical(self.entry + word, value)

    def send(self, cpu, data, priority=None):
        """All at once: what has the same vector and mode melts into one. A priority stands in CR8 when they come."""
        with self.borrowed() as hand:
            if priority is not None:
                hand.select(cpu)
                hand.write_register("cr8", priority)
            hand.write_physical(self.entry, 0xFEE00000 | cpu << 12)
            for one in data:
                hand.write_physical(self.entry + 8, one)
                hand.write_physical(self.register, 0)

    def write_priority(self, cpu, value):
        with outside(self.machine) as hand:
            hand.select(cpu)
            hand.write_register("cr8", value)


def named(machine):
    """(cpu, vector) -> how often, and how it is named."""
    return {(row["cpu"], row["vector"]): (row["count"], row["class"]) for row in machine.json("unknown", "unknown")}


def system(machine, name):
    return next(row["counts"] for row in machine.json("interrupts", "system") if row["name"] == name)


def wait_for(machine, probe):
    deadline = time.monotonic() + TIMEOUT
    while not probe():
        assert time.monotonic() < deadline, machine.state()


def waiting(machine, cpu):
    """The vectors a processor has in service or requested, as QEMU sees them."""
    rows = [line for line in machine.monitor("info lapic %d" % cpu).splitlines() if re.match(r"ISR|IRR", line)]
    assert len(rows) == 2
    return {int(number) for row in rows for number in re.findall(r"\b\d+\b", row)}


def drifts(machine):
    return [(row["field"], row["where"]) for row in machine.objects(machine.run("audit --json")) if row["type"] == "audit"]


def owned_vectors(machine, cpu):
    return {row["vector"] for row in machine.json("messages", "message") if row["cpu"] == cpu}


@pytest.fixture(params=["max,-monitor", "qemu64"])
def box(request, start):
    machine = start(DEFAULT.but("forged", cpu=request.param))
    machine.wait_prompt()
    return machine


def check_every_message(box, forger):
    before = {name: system(box, name) for name in ("nmi", "dispatch", "clock", "vector 0xff")}
    for mode in MODES:
        for trigger in TRIGGERS:
            for cpu in CPUS:
                forger.send(cpu, [trigger | mode << 8 | vector for vector in range(256)])
                wait_for(box, lambda: not waiting(box, cpu) - set(EXCEPTIONS))
            assert box.command("version")
    shots = len(TAKEN_AS_FIXED) * len(TRIGGERS)
    found = named(box)
    for cpu in CPUS:
        for vector in EXCEPTIONS:
            assert found[cpu, vector] == (1, "held"), (cpu, vector)
        for vector in set(range(0x23, 0xD0)) - owned_vectors(box, cpu) | set(range(0xE3, 0x100)):
            assert found[cpu, vector][0] == shots, (cpu, vector, found.get((cpu, vector)))
        assert found[cpu, 0xC7][1] == "legacy"
        assert system(box, "vector 0xff")[cpu] == before["vector 0xff"][cpu] + shots
        assert system(box, "nmi")[cpu] > before["nmi"][cpu]
        assert system(box, "dispatch")[cpu] >= before["dispatch"][cpu] + shots
        assert system(box, "clock")[cpu] >= before["clock"][cpu] + shots
        assert system(box, "spurious")[cpu] == system(box, "apic error")[cpu] == 0


def check_that_exceptions_tell_messages_from_faults(box, forger):
    """With nothing that keeps them off, messages come through the vectors of exceptions."""
    for cpu in CPUS:
        forger.write_priority(cpu, 0)
        wait_for(box, lambda: named(box).get((cpu, 30), ("", ""))[1] == "foreign")
        # The first processor, which works, may write its level again at any time.
        assert cpu == 0 or drifts(box) == [("exceptions_kept", "cpu %d" % cpu)]
        forger.send(cpu, [LEVEL | vector for vector in EXCEPTIONS], priority=0)
        wait_for(box, lambda: not waiting(box, cpu) - {0})
        found = named(box)
        for vector in EXCEPTIONS[1:]:
            assert found[cpu, vector] == (2, "foreign"), (cpu, vector, found.get((cpu, vector)))
        forger.write_priority(cpu, 1)


def test_every_forged_message_is_survived_counted_and_named(box):
    forger = Forger(box)
    check_every_message(box, forger)
    assert box.json("audit")[-1]["drifts"] == 0
    check_that_exceptions_tell_messages_from_faults(box, forger)
    assert box.json("audit")[-1]["drifts"] == 0
    assert box.json("selftest", timeout=120)[-1]["failed"] == 0
