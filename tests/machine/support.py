"""What the machine tests share: naming machines, reading listings, waiting for counts."""

import re
import time

import pytest

ARRIVAL_TIMEOUT = 60  # seconds; an interrupt under emulation takes microseconds of guest time


def on(*names):
    """Runs a test on each of these machines."""
    return pytest.mark.parametrize("machine", [pytest.param(name, marks=pytest.mark.xdist_group(name), id=name)
                                               for name in names], indirect=True)


def functions(machine):
    """bdf -> object of `pci --json`."""
    return {found["bdf"]: found for found in machine.json("pci", "function")}


def devices_of(machine, driver):
    """The functions a driver is bound to, in order."""
    return [bdf for bdf, found in functions(machine).items() if found["driver"] == driver]


def device_of(machine, driver):
    found = devices_of(machine, driver)
    assert len(found) == 1, "%s is bound to %s" % (driver, found)
    return found[0]


def messages(machine, bdf=""):
    """(bdf, index) -> object of `messages --json`."""
    return {(found["bdf"], found["index"]): found for found in machine.json(("messages " + bdf).strip(), "message")}


def function_messages(machine):
    """Those of PCI functions, without the board's own lines."""
    return {(bdf, index): found for (bdf, index), found in messages(machine).items() if not bdf.startswith("ffff:")}


def logged(machine):
    """The texts of the log's lines, whole: what `log` prints for a person is folded."""
    return [found["text"] for found in machine.json("log", "log")]


def counts(machine):
    """(bdf, index) -> interrupts taken, one number a processor."""
    return {(found["bdf"], found["index"]): found["counts"] for found in machine.json("interrupts", "interrupt")}


def arrivals(before, after):
    """What came between two looks at counts(): (bdf, index) -> {processor: number}, only what is not zero."""
    found = {}
    for key, now in after.items():
        delta = {cpu: count - was for cpu, (count, was) in enumerate(zip(now, before.get(key, [0] * len(now)))) if count != was}
        if delta:
            found[key] = delta
    return found


def wait_for_arrivals(machine, before, key, number):
    """Looks until `number` more of a message have come, or time is up; answers all arrivals as one more look finds them,
    too many included. A look is a command's way there and back."""
    deadline = time.monotonic() + ARRIVAL_TIMEOUT
    while sum(arrivals(before, counts(machine)).get(key, {}).values()) < number and time.monotonic() < deadline:
        pass
    return arrivals(before, counts(machine))


def bar_address(function, index):
    return next(int(bar["address"], 16) for bar in function["bars"] if bar["index"] == index)


def ecam_base(machine):
    """Where the firmware put the memory-mapped configuration space."""
    return int(re.search(r"^ *([0-9a-f]+)-.*: pcie-mmcfg", machine.monitor("info mtree -f"), re.MULTILINE)[1], 16)


def ecam_offset(bdf):
    """Where a function's configuration space stands there."""
    _, bus, rest = bdf.split(":")
    device, function = rest.split(".")
    return int(bus, 16) << 20 | int(device, 16) << 15 | int(function) << 12


def table_address(function, index):
    """Where entry `index` of a function's MSI-X table stands in physical memory."""
    shape = function["msix"]
    return bar_address(function, shape["table_bar"]) + int(shape["table_offset"], 16) + 16 * index


def pending_bit(machine, function, index):
    """A message's bit of the pending bit array, as QEMU sees it."""
    shape = function["msix"]
    base = bar_address(function, shape["pba_bar"]) + int(shape["pba_offset"], 16)
    return machine.read_memory(base + index // 32 * 4, 1)[0] >> (index % 32) & 1


def run_words(start, spec, words):
    """Boots with a command line that ends the run; answers (QEMU's status, QMP events, serial lines)."""
    box = start(spec.but(spec.name, words=words))
    status = box.wait_exit()
    return status, box.qmp.events, box.transcript.replace("\r", "").splitlines()
