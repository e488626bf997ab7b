#!/usr/bin/python3
"""Signalbox' figures beside Linux': one table for the terminal, one for the README, and both sides' figures as JSON.

usage: tests/bench/table.py DIRECTORY README      reads DIRECTORY/signalbox.json and linux.json, writes DIRECTORY/bench.json

The README's table stands between two marker comments and is replaced as a whole.
"""

import datetime
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

IMAGE_BUDGET = 512 * 1024  # bytes
TRACE_BUDGET = 24  # instructions, both ends of an interrupt
ABSENT = "-"
MANY = 64  # messages, as against one: the difference is theirs
BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "baseline.json")

# What the figures are called by people. Ours and Linux' are the same thing, measured the same way, unless a third
# name says what Linux' is called. In the order of the table.
TITLES = (
    ("message_entry", "doorbell to service routine (MSI)"),
    ("message_exit", "service routine's return to interrupted code"),
    ("message_round_trip", "whole interrupt, both ways (MSI)"),
    ("msix_round_trip", "whole interrupt, both ways (MSI-X)"),
    ("nested", "whole interrupt inside a lower one"),
    ("trace_added", "added by tracing both ends"),
    ("self_ipi", "interrupt to oneself, there and back"),
    ("deferred_call", "deferred call, queued until it has run"),
    ("connect_device", "connect, once a device (of 64 messages)"),
    ("connect_message", "connect, each further message (of 64)"),
    ("connect_1", "connect 1 message"),
    ("connect_8", "connect, each of 8 messages"),
    ("connect_64", "connect, each of 64 messages"),
    ("connect_512", "connect, each of 512 messages"),
    ("connect_2048", "connect, each of 2048 messages"),
    ("retarget", "move a message to another CPU"),
    ("offline", "take a CPU with its messages offline"),
    ("nvme_read_4k_ready", "NVMe read of 4 KiB, answered before the caller sleeps"),
    ("nvme_read_4k", "NVMe read of 4 KiB, the caller's sleep left out", "nvme_read_4k_sleeping"),
    ("nvme_read_4k_depth_32", "NVMe read of 4 KiB, each of 32 (as the host answers)"),
    ("boot", "kernel entry to prompt; to /init"),
    ("image", "kernel image, bytes"),
)
# The least there is to do, measured too; it goes beside the figure it is the limit of.
FLOORS = {"message_round_trip": "message_floor", "msix_round_trip": "message_floor"}


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    ours: int | None = None
    linux: int | None = None
    floor: int | None = None
    budget: int | None = None

    @property
    def verdict(self):
        if self.budget is None or self.ours is None:
            return ABSENT
        return "met" if self.ours <= self.budget else "over"


def median(figures, name):
    return figures[name]["median"] if name in figures else None


def derived(figures):
    """The figures, and those that follow from them."""
    found = dict(figures)
    traced, plain = median(figures, "message_round_trip_traced"), median(figures, "message_round_trip")
    if traced is not None and plain is not None:
        found["trace_added"] = {"median": traced - plain, "budget": TRACE_BUDGET}
    one, each = median(figures, "connect_1"), median(figures, "connect_%d" % MANY)
    if one is not None and each is not None:
        message = (MANY * each - one) / (MANY - 1)
        found["connect_message"] = {"median": round(message)}
        found["connect_device"] = {"median": round(one - message)}
    return found


def rows_of(ours, linux):
    """One row for each thing that either side has measured. `ours`, `linux`: name -> figure."""
    ours, linux = derived(ours), derived(linux)
    rows = []
    for name, title, *others in TITLES:
        row = Row(name, title, median(ours, name), median(linux, others[0] if others else name), median(ours, FLOORS.get(name)),
                  ours.get(name, {}).get("budget"))
        if row.ours is not None or row.linux is not None:
            rows.append(row)
    return rows


def number(value):
    """With a thin gap between thousands, that people can read a billion."""
    return ABSENT if value is None else format(value, ",").replace(",", " ")


def ratio(value, of):
    """How many times as much: 15, 1.2, 0.25."""
    if value is None or not of:
        return ABSENT
    times = value / of
    return "%.0f" % times if times >= 10 else "%.1f" % times if times >= 1 else "%.2f" % times


HEADINGS = ("what", "Signalbox", "Linux", "Linux / ours", "floor", "ours / floor", "budget", "verdict")


def cells(row):
    return (row.title, number(row.ours), number(row.linux), ratio(row.linux, row.ours), number(row.floor), ratio(row.ours, row.floor),
            number(row.budget), row.verdict)


def aligned(table):
    """Lines for a terminal: what a row is to the left, its numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table)]
    return ["  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in table]


def in_markdown(table):
    headings, *lines = ["| %s |" % " | ".join(line) for line in table]
    return [headings, "|---|%s" % ("---:|" * (len(table[0]) - 1)), *lines]


def plain(rows):
    """For a terminal, below 132 columns."""
    return aligned([HEADINGS, *map(cells, rows)])


def markdown(rows):
    return in_markdown([HEADINGS, *map(cells, rows)])


def origin(bench):
    """Where the figures come from, in lines of prose."""
    lines = ["`make bench` on %s of %s, %s; medians, in instructions unless another unit is named. Linux is Debian's %s with `%s`."
             % (bench["date"], bench["version"], bench["qemu"], bench["linux"], bench["words"]), ""]
    return lines + ["- %s: `%s`" % (name, options) for name, options in bench["machines"].items()]


def explained(rows, over):
    """Why budgets are not met, in lines: `over` has the reasons by machine and figure."""
    reasons = {name.split("/")[1]: reason for name, reason in over.items()}
    return ["Over its budget: %s: %s." % (row.title, reasons.get(row.name, "nobody has said why")) for row in rows if row.verdict == "over"]


def markers(name):
    """The comments that a block of the README stands between."""
    return "<!-- %s -->" % name, "<!-- /%s -->" % name


def refreshed(text, block, name="bench"):
    """The README with the block between its markers; None when it has none, or not one pair of them."""
    opening, closing = markers(name)
    if text.count(opening) != 1 or text.count(closing) != 1 or text.index(opening) > text.index(closing):
        return None
    before, rest = text.split(opening)
    return before + opening + "\n" + "\n".join(block) + "\n" + closing + rest.split(closing)[1]


def refresh(path, block, name="bench"):
    """Puts the block into the README at `path`, or says that it has no place for it."""
    with open(path, encoding="utf-8") as file:
        text = refreshed(file.read(), block, name)
    if text is None:
        print("%s: %s has no pair of lines %s and %s: its table is not refreshed" % (name, path, *markers(name)))
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def joined(ours, linux, date, qemu):
    """Both sides and the rows that they make."""
    if ours["machine"] != linux["machine"]:
        raise ValueError("the figures come from different machines: %s, and Linux' from %s" % (ours["machine"], linux["machine"]))
    rows = rows_of(ours["figures"], linux["figures"])
    return {"date": date, "version": ours["version"], "qemu": qemu, "linux": linux["linux"], "words": linux["words"],
            "machines": ours["machine"],
            "rows": [dict(asdict(row), verdict=row.verdict) for row in rows],
            "figures": {"signalbox": ours["figures"], "linux": linux["figures"]}}, rows


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def qemu_version():
    line = subprocess.run([os.environ.get("QEMU") or "qemu-system-x86_64", "--version"], capture_output=True, text=True, check=True).stdout
    return line.splitlines()[0].replace(" emulator version", "")


def main():
    directory, readme = sys.argv[1:]
    ours = read_json(os.path.join(directory, "signalbox.json"))
    linux = read_json(os.path.join(directory, "linux.json"))
    efi = os.path.join(directory, "..", "BOOTX64.EFI")
    ours["figures"]["image"] = {"median": os.path.getsize(efi), "unit": "bytes", "budget": IMAGE_BUDGET}
    try:
        bench, rows = joined(ours, linux, datetime.date.today().isoformat(), qemu_version())
    except ValueError as error:
        print("bench: %s" % error, file=sys.stderr)
        return 1
    with open(os.path.join(directory, "bench.json"), "w", encoding="utf-8") as file:
        json.dump(bench, file, indent=1)
        file.write("\n")
    reasons = explained(rows, read_json(BASELINE)["over"])
    print("\n".join([bench["version"], *plain(rows), *reasons]))
    refresh(readme, origin(bench) + [""] + markdown(rows) + [line for reason in reasons for line in ("", reason)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
