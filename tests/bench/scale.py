#!/usr/bin/python3
"""How Signalbox' costs grow: the same figures on machines of 1 to 255 processors, and of 10 to 4000 messages.

usage: tests/bench/scale.py DIRECTORY [NAME...]     writes DIRECTORY/scale.json and scale-*.svg; NAME: cpus-16, messages-100, ...

What other machines measured before stays in scale.json. A figure that a machine cannot give (one processor moves no message)
is a gap.
"""

import concurrent.futures
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import measure  # noqa: E402
import scale_machines  # noqa: E402
from machine import Machine, MachineError  # noqa: E402

# What is asked of each machine, and what of it goes into the table and the plots.
ASKED = ("message", "msix_round_trip", "self_ipi", "connect", "retarget", "offline", "boot")
COLUMNS = (("functions", "functions"), ("messages", "messages"), ("message_round_trip", "interrupt"), ("self_ipi", "self-IPI"),
           ("connect_1", "connect 1"), ("connect_64", "of 64"), ("connect_2048", "of 2048"), ("retarget", "retarget"),
           ("offline", "offline"), ("boot", "boot"), ("used", "memory KiB"))
AXES = {"cpus": "processors", "messages": "messages"}
PLOTS = {"cost": (("message_round_trip", "interrupt, both ways"), ("self_ipi", "interrupt to oneself"), ("connect_1", "connect 1 message"),
                  ("connect_64", "connect, each of 64"), ("connect_2048", "connect, each of 2048"), ("retarget", "retarget")),
         "memory": (("used", "KiB in use"),),
         "boot": (("boot", "kernel entry to prompt"), ("boot_pci_functions", "of this, finding PCI functions"),
                  ("boot_drivers", "of this, starting drivers"))}


def sample(spec):
    """Boots one machine; answers name -> number."""
    with Machine(spec) as box:
        box.wait_prompt()
        memory = box.json("memory")[0]
        found = {"cpus": spec.cpus, "used": memory["used"], "functions": len(box.json("pci", "function", measure.RUN_TIMEOUT)),
                 "messages": len(box.json("messages", "message", measure.RUN_TIMEOUT))}
        figures, _ = measure.ask(box, ASKED)
    print("scale: %s: %d figures" % (spec.name, len(figures)), flush=True)
    return {**found, **{name: figure["median"] for name, figure in figures.items()}}


def machines():
    """name -> specification, the smallest first."""
    specs = [*map(scale_machines.with_cpus, scale_machines.CPU_COUNTS), *map(scale_machines.with_messages, scale_machines.MESSAGE_COUNTS)]
    return {spec.name.replace("scale-", ""): spec for spec in specs}


def rows_of(found, axis):
    """An axis' samples, the smallest machine first."""
    return sorted((row for name, row in found.items() if name.startswith(axis + "-")), key=lambda row: row[axis])


def cell(row, key):
    if key not in row:
        return "-"
    return format(row[key] // 1024 if key == "used" else row[key], ",").replace(",", " ")


def table(rows, axis):
    """Lines for a terminal: a machine a row."""
    columns = [(axis, axis), *(column for column in COLUMNS if column[0] != axis)]
    lines = [[title for _, title in columns], *([cell(row, key) for key, _ in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(text.rjust(width) for text, width in zip(line, widths)) for line in lines]


def slope(rows, key, by):
    """What one more of `by` costs, between the smallest and the largest machine."""
    first, last = rows[0], rows[-1]
    return (last[key] - first[key]) / (last[by] - first[by])


def memory_costs(found):
    """Bytes a message and bytes a processor. A larger machine of the one axis has more messages too: theirs are taken off."""
    by_messages, by_cpus = rows_of(found, "messages"), rows_of(found, "cpus")
    message = slope(by_messages, "used", "messages")
    return {"message": round(message), "processor": round(slope(by_cpus, "used", "cpus") - message * slope(by_cpus, "messages", "cpus"))}


def plot_script(path, rows, axis, series):
    """gnuplot's: one line a series, both axes logarithmic but for memory's and the boot's."""
    blocks, lines = [], []
    for key, title in series:
        points = [(row[axis], row[key] / (1024 if key == "used" else 1)) for row in rows if key in row]
        if points:
            blocks.append("$%s << END\n%s\nEND" % (key, "\n".join("%d %g" % point for point in points)))
            lines.append("$%s with linespoints linewidth 2 pointtype 7 pointsize 0.5 title '%s'" % (key, title))
    unit = "KiB" if series[0][0] == "used" else "instructions"
    return "\n".join([*blocks, "set terminal svg size 720,420 font 'sans,12' background 'white'", "set output '%s'" % path,
                      "set logscale x", "set xlabel '%s'" % AXES[axis], "set ylabel '%s'" % unit, "set grid", "set key outside right top",
                      "set xtics (%s)" % ", ".join(str(row[axis]) for row in rows),
                      "set logscale y" if len(series) > 3 else "set yrange [0:*]", "plot " + ", ".join(lines)]) + "\n"


def plot(directory, found):
    for axis in AXES:
        rows = rows_of(found, axis)
        for name, series in PLOTS.items():
            if len(rows) > 1:
                script = plot_script(os.path.join(directory, "scale-%s-%s.svg" % (axis, name)), rows, axis, series)
                subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    directory, *names = sys.argv[1:]
    specs = machines()
    path = os.path.join(directory, "scale.json")
    found = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            found = json.load(file)["machines"]
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            wanted = names or list(specs)
            found.update(zip(wanted, pool.map(lambda name: sample(specs[name]), wanted)))
    except (MachineError, KeyError) as error:
        print("scale: %s" % error, file=sys.stderr)
        return 1
    result = {"machines": found}
    for axis in AXES:
        print("\n".join(table(rows_of(found, axis), axis)) + "\n")
    if all(len(rows_of(found, axis)) > 1 for axis in AXES):
        result["bytes"] = memory_costs(found)
        print("memory: %(message)d bytes a message, %(processor)d bytes a processor" % result["bytes"])
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    plot(directory, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
