#!/usr/bin/python3
"""Boots Signalbox on the machines that Linux is measured on, and collects what its bench command says.

usage: tests/bench/measure.py RESULT.json [MACHINE...]      machines: one many (all of them)

A figure that several machines give is the first one's: on one processor nobody else's instructions are counted. What each
of them said stands beside it.
"""

import concurrent.futures
import json
import os
import sys

sys.dont_write_bytecode = True
import bench_machines  # noqa: E402
from machine import BUILD, Machine, MachineError  # noqa: E402

RUN_TIMEOUT = 900  # seconds for a run of bench on a slow host


def ask(box, names=("",)):
    """Runs bench, or the figures named, at a prompt; answers name -> figure, and name -> why it is left out."""
    figures, skipped = {}, {}
    for name in names:
        for found in box.json(("bench " + name).strip(), timeout=RUN_TIMEOUT):
            kind = found.pop("type")
            if kind == "bench":
                figures[found.pop("name")] = found
            elif kind == "bench_skipped":
                skipped[found["name"]] = found["reason"]
    inexact = [name for name, figure in figures.items() if figure["unit"] != "instructions"]
    if inexact:
        raise MachineError("%s: the clock counts no instructions" % box.spec.name)
    return figures, skipped


def measure(spec, names=("",)):
    """The figures of a machine that is booted for it, and which build it booted."""
    with Machine(spec) as box:
        box.wait_prompt()
        return ask(box, names)[0], box.json("version")[0]["text"]


def measure_all(specs):
    """(name, spec, figures' names) ...: answers name -> figures, and which build that was; two machines at a time."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {name: pool.submit(measure, spec, names) for name, spec, names in specs}
        found = {name: job.result() for name, job in jobs.items()}
    return {name: figures for name, (figures, _) in found.items()}, next(version for _, version in found.values())


def main():
    path, *names = sys.argv[1:]
    names = names or list(bench_machines.MACHINES)
    try:
        found, version = measure_all((name, bench_machines.MACHINES[name], ("",)) for name in names)
    except MachineError as error:
        print("measure: %s" % error, file=sys.stderr)
        return 1
    figures = {}
    for each in found.values():
        for name, figure in each.items():
            figures.setdefault(name, figure)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"version": version, "machine": {name: bench_machines.described()[name] for name in names}, "figures": figures,
                   "by_machine": found}, file, indent=1)
        file.write("\n")
    print("measure: %d figures of %d machines (%s)" % (len(figures), len(found), path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
