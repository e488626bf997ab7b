#!/usr/bin/python3
"""Signalbox' own figures, from the machines of bench_machines.py.

usage: tests/bench/measure.py RESULT.json [MACHINE...]      machines: one many (all of them)

A figure that several machines give is the first one's: on one processor nobody else's instructions are counted.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
import bench_machines  # noqa: E402
from machine import Machine, MachineError  # noqa: E402

MEASURE_TIMEOUT = 900  # seconds for all figures of one machine


def measured(name):
    """name -> figure, as the machine of that name counts; MachineError when it counts no instructions."""
    with Machine(bench_machines.MACHINES[name]) as box:
        box.wait_prompt()
        lines = [json.loads(line) for line in box.command("bench --json", timeout=MEASURE_TIMEOUT) if line.startswith("{")]
    figures = {line.pop("name"): line for line in lines if line.pop("type") == "bench"}
    others = {figure["unit"] for figure in figures.values()} - {"instructions"}
    if others or not figures:
        raise MachineError("bench-%s counts %s, not instructions" % (name, ", ".join(sorted(others)) or "nothing"))
    return figures


def collected(names):
    """The figures of all these machines."""
    figures = {}
    for name in names:
        print("bench: bench-%s: %s" % (name, bench_machines.described()[name]), flush=True)
        figures = {**measured(name), **figures}
    return {"machine": {name: bench_machines.described()[name] for name in names}, "figures": figures}


def main():
    path, *names = sys.argv[1:]
    try:
        found = collected(names or list(bench_machines.MACHINES))
    except MachineError as error:
        print("bench: %s" % error, file=sys.stderr)
        return 1
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
