#!/usr/bin/python3
"""Records a session: boots a machine, lets its messages move under load while everything is traced, dumps it all.

usage: tests/trace/record.py CAPTURE OUTDIR    Environment: MACHINE (default), and what tests/machine/machine.py reads.
The raw bytes of the serial port go to CAPTURE, what convert makes of them to OUTDIR.
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "machine")]
import convert  # noqa: E402
from machine import Machine, MachineError, error_of  # noqa: E402
from machines import named  # noqa: E402

DUMP_TIMEOUT = 300  # seconds
ROOM = 1 << 14  # events that each processor keeps
LOAD = ("prove --json shots=3200 moves=320", "fire {rocker} 0 50", "fire {edu} 0 50")
# Commands that an older kernel does not have are refused by it, which the session bears.
BEFORE = ("version --json", "cpus --json", "pci --json", "firmware --json", "interrupts --json")
AFTER = ("interrupts --json", "messages --json")
# What fires messages itself, or takes long, comes when the trace is safe.
LAST = ("vectors --json", "cpus --json", "unknown --json", "audit --json", "latency --json", "log")


class Recorder:
    def __init__(self, box):
        self.box = box
        self.refused = []

    def must(self, line, timeout=DUMP_TIMEOUT):
        return self.box.command(line, timeout)

    def may(self, line):
        reason = error_of(self.box.run(line, DUMP_TIMEOUT))
        if reason:
            self.refused.append("%s: %s" % (line, reason))

    def load(self):
        """On the devices that are there; a machine without them has `prove` alone."""
        found = {}
        for one in self.box.json("pci", "function"):
            found.setdefault(one["driver"], one["bdf"])
        for line in LOAD:
            try:
                self.may(line.format(**{name: bdf for name, bdf in found.items() if name}))
            except KeyError:
                continue

    def session(self):
        for line in BEFORE:
            self.may(line)
        self.must("trace start %d" % ROOM)
        self.load()
        self.must("trace stop")
        for line in AFTER:
            self.may(line)
        self.must("trace dump")
        self.must("trace dump ctf")
        for line in LAST:
            self.may(line)


def record(spec):
    """(the capture's bytes, what the kernel refused)."""
    with Machine(spec) as box:
        box.wait_prompt()
        recorder = Recorder(box)
        recorder.session()
        return box.spoken(), recorder.refused


def main(path, directory):
    try:
        data, refused = record(named(os.environ.get("MACHINE") or "default").but("trace"))
    except (MachineError, LookupError) as error:
        print("trace: %s" % error, file=sys.stderr)
        return 1
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    for text in refused:
        print("trace: refused: %s" % text)
    print("trace: %d bytes recorded in %s" % (len(data), path))
    return convert.main(path, directory)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
