#!/usr/bin/python3
"""Where a figure's instructions are: function by function, those of the processor that measures and those of the others.

usage: tests/bench/by_function.py FIGURE [CPUS]     a figure that measures a call: connect_1, retarget, offline, ...

QEMU executes one instruction at a time and writes down which. What lies between the two readings of the clock is counted;
the run that is taken is one of the commonest length.
"""

import bisect
import collections
import json
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
os.environ["ACCEL"] = "tcg,one-insn-per-tb=on"
import bench_machines  # noqa: E402
from machine import Machine, MachineError, built  # noqa: E402

READER = "bench_add_call"  # reads the clock before and after the call
HERE = 0  # the processor that measures
TIMEOUT = 600  # seconds for a figure that is executed step by step
_FUNCTION = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
_READING = re.compile(r"^([0-9a-f]+):.*\brdtsc$")
_STEP = re.compile(r"^Trace (\d+): \S+ \[[0-9a-f]+/([0-9a-f]+)/")


class Listing:
    """The kernel's functions by address, and where the reader reads the clock."""

    def __init__(self, lines):
        self.starts, self.names, self.readings = [], [], []
        for line in lines:
            function, reading = _FUNCTION.match(line), _READING.match(line.strip())
            if function:
                self.starts.append(int(function.group(1), 16))
                self.names.append(function.group(2))
            elif reading and self.names[-1] == READER:
                self.readings.append(int(reading.group(1), 16))

    def name(self, address):
        """Without what the compiler adds to the name of a function's pieces and copies."""
        return self.names[bisect.bisect_right(self.starts, address) - 1].split(".")[0]


def steps(lines):
    """(processor, address) of each instruction that was executed."""
    for line in lines:
        step = _STEP.match(line)
        if step:
            yield int(step.group(1)), int(step.group(2), 16)


def runs(executed, listing):
    """What was executed between a first reading and the next: by (is here, function), a counter a run."""
    found, run = [], None
    for processor, address in executed:
        if processor == HERE and address in listing.readings:
            if run is not None:
                found.append(run)
            run = collections.Counter() if run is None else None
        elif run is not None:
            run[processor == HERE, listing.name(address)] += 1
    return found


def typical(found):
    """A run of the commonest length."""
    length, _ = collections.Counter(run.total() for run in found).most_common(1)[0]
    return next(run for run in found if run.total() == length)


def table(run):
    total, so_far = run.total(), 0
    lines = ["instructions  share  so far  function"]
    for (is_here, name), count in run.most_common():
        so_far += count
        lines.append("%12d %5.1f %% %5.1f %%  %s%s" % (count, 100 * count / total, 100 * so_far / total, name, "" if is_here else " (elsewhere)"))
    return lines + ["%12d                 all, with the readings' own" % total]


def execute(figure, cpus, path):
    """Measures a figure while QEMU writes what it executes to `path`; answers the figure's median."""
    with Machine(bench_machines.ONE.but("by-function", cpus=cpus), extra="-D " + path) as box:
        box.wait_prompt()
        box.monitor("log exec,nochain")
        found = box.json("bench " + figure, "bench", TIMEOUT)
        box.monitor("log none")
    return found[0]["median"] if found else 0


def where(figure, cpus):
    """The figure's median and its runs."""
    with open(built("kernel.dis"), encoding="utf-8") as file:
        listing = Listing(file)
    with tempfile.TemporaryDirectory(prefix="signalbox-") as directory:
        path = os.path.join(directory, "executed")
        median = execute(figure, cpus, path)
        with open(path, encoding="utf-8", errors="replace") as file:
            return median, runs(steps(file), listing)


def known():
    """The figures that there are, as far as the baseline has them."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "baseline.json"), encoding="utf-8") as file:
        return "figures: " + ", ".join(sorted({name.split("/")[1] for name in json.load(file)["medians"]}))


def main():
    figure, cpus = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
    try:
        median, found = where(figure, cpus)
    except MachineError as error:
        print("by_function: %s\n%s" % (error, known()), file=sys.stderr)
        return 1
    if not found:
        print("by_function: %s measures no call\n%s" % (figure, known()), file=sys.stderr)
        return 1
    print("%s: median %d, %d runs on %d processors" % (figure, median, len(found), cpus))
    print("\n".join(table(typical(found))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
