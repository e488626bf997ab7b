#!/usr/bin/python3
"""Fails when the kernel executes more instructions than it did: medians beside the committed ones, and the budgets.

usage: tests/bench/check.py [--write] BASELINE.json      --write: takes what is measured as the new baseline

An instruction count is exact, so more than two in a hundred are somebody's change - or another compiler's, so they are judged
for the compiler that the baseline is of, and with any other the budgets alone. What depends on when the host answers is
left out: the boot's stages one by one, a disk that answers before its reader sleeps, and many reads at once, which share
interrupts as they come.
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import bench_machines  # noqa: E402
import measure  # noqa: E402
import places  # noqa: E402
from machine import MachineError  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import summary  # noqa: E402

GROWTH = 0.02  # of a median, at most
# Machine, and the figures asked of it: none that takes long there and is measured elsewhere as well.
PLAN = (("one", bench_machines.ONE, ("message", "nested", "msix_round_trip", "self_ipi", "deferred_call", "connect", "nvme_read_4k", "boot")),
        ("two", bench_machines.ONE.but("bench-two", cpus=2), ("retarget", "offline")),
        ("many", bench_machines.MANY, ("connect", "retarget")))


def compiler():
    """What the kernel is compiled with, and which release of it."""
    command = [places.cross() + "gcc", "-dumpfullversion"]
    return "gcc " + subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def is_exact(name):
    return not name.startswith("boot_") and name not in ("nvme_read_4k_ready", "nvme_read_4k_depth_32")


def medians_of(found):
    """machine -> figures to "machine/figure" -> median."""
    return {"%s/%s" % (machine, name): figure["median"] for machine, figures in found.items() for name, figure in figures.items()
            if is_exact(name)}


def budgets_of(found):
    return {"%s/%s" % (machine, name): figure["budget"] for machine, figures in found.items() for name, figure in figures.items()
            if is_exact(name) and "budget" in figure}


def fault_of(name, before, now, budget, known_over, growth=GROWTH):
    """Why a figure does not pass, None when it does."""
    if now is None:
        return "not measured any more"
    if before is None:
        return "not in the baseline: make bench-baseline"
    if now > before * (1 + growth):
        return "%d instructions, %d before" % (now, before)
    if budget is not None and now > budget and name not in known_over:
        return "%d instructions, the budget is %d" % (now, budget)
    return None


def check(medians, budgets, baseline, compiled_by):
    """Prints a line a figure; answers (passed, failed). A budget that is known not to be met says why in the baseline."""
    before, over = baseline["medians"], baseline.get("over", {})
    growth = GROWTH
    if compiled_by != baseline["compiler"]:
        print("bench  the baseline is of %s, this kernel of %s: budgets are judged, not growth" % (baseline["compiler"], compiled_by))
        growth = float("inf")
    passed = failed = 0
    for name in sorted({*before, *medians}):
        fault = fault_of(name, before.get(name), medians.get(name), budgets.get(name), over, growth)
        passed, failed = passed + (not fault), failed + bool(fault)
        if fault:
            print("bench  FAIL %-32s %s" % (name, fault))
        elif medians[name] < before[name] * (1 - growth):
            print("bench  ok   %-32s %d, better than the baseline's %d: make bench-baseline" % (name, medians[name], before[name]))
        else:
            print("bench  ok   %-32s %d" % (name, medians[name]))
    return passed, failed


def read(path):
    if not os.path.exists(path):
        return {"compiler": compiler(), "medians": {}}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, medians, budgets, baseline):
    """The medians, and of the reasons for budgets not met those that still apply."""
    over = {name: baseline.get("over", {}).get(name, "") for name, budget in budgets.items() if medians[name] > budget}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"compiler": compiler(), "medians": medians, "over": over}, file, indent=1, sort_keys=True)
        file.write("\n")
    print("bench: %d medians written to %s%s" % (len(medians), path, ", %d over budget" % len(over) if over else ""))


def main():
    is_write = sys.argv[1] == "--write"
    path = sys.argv[2 if is_write else 1]
    baseline = read(path)
    try:
        found, version = measure.measure_all(PLAN)
    except MachineError as error:
        print("bench: %s" % error, file=sys.stderr)
        summary.write(os.path.join(measure.BUILD, "results"), "bench", 0, 1)
        return 1
    print("bench  %s" % version)
    medians, budgets = medians_of(found), budgets_of(found)
    if is_write:
        write(path, medians, budgets, baseline)
        return 0
    passed, failed = check(medians, budgets, baseline, compiler())
    summary.write(os.path.join(measure.BUILD, "results"), "bench", passed, failed)
    print("bench: %d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
