#!/usr/bin/python3
"""Compares figures with the committed baseline: none may have grown by more than 2 %, and none may be missing.

usage: tests/bench/check.py RESULT.json BASELINE.json [--write]      --write makes the result the new baseline
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import summary  # noqa: E402

TOLERANCE = 0.02
# What depends on when QEMU's threads let a disk answer: measured, not compared.
UNSTEADY = {"nvme_read_4k_depth_32", "boot_drivers"}


def medians(path):
    with open(path, encoding="utf-8") as file:
        return {name: figure["median"] for name, figure in json.load(file)["figures"].items()}


def findings(now, before):
    """(name, its figures, what is wrong with it or None) for each name of the baseline and of the result."""
    for name in sorted({*now, *before} - UNSTEADY):
        if name not in before:
            yield name, str(now[name]), "has no baseline: run make bench-baseline"
        elif name not in now:
            yield name, str(before[name]), "was not measured"
        else:
            grown = now[name] > before[name] * (1 + TOLERANCE)
            yield name, "%d, baseline %d" % (now[name], before[name]), "grew by more than 2 %" if grown else None


def write(result, baseline):
    """Only what is compared: a smaller file, and one that changes when a figure does."""
    kept = {name: {"median": median} for name, median in sorted(medians(result).items()) if name not in UNSTEADY}
    with open(baseline, "w", encoding="utf-8") as file:
        json.dump({"figures": kept}, file, indent=1)
        file.write("\n")
    print("bench: %s written" % baseline)
    return 0


def main(result, baseline, *options):
    if "--write" in options:
        return write(result, baseline)
    passed = failed = 0
    for name, figures, wrong in findings(medians(result), medians(baseline)):
        passed, failed = passed + (not wrong), failed + bool(wrong)
        if wrong:
            print("bench  FAIL %s: %s: %s" % (name, figures, wrong))
    summary.write(os.path.join(os.environ.get("BUILD") or "build", "results"), "bench", passed, failed)
    print("bench: %d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
