#!/usr/bin/python3
"""Proves for a long time, in rounds of other seeds, while processors go off and on: nothing may be lost or come twice.

usage: tests/soak.py RESULT.json     Environment: SOAK_MINUTES (30), SOAK_SEED (of the first round), SOAK_MACHINE
(moves-4), and what tests/machine/machine.py reads. The figures so far are in the file after every round.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "machine"))
sys.dont_write_bytecode = True
from machine import Machine, MachineError  # noqa: E402
from machines import named  # noqa: E402

SHOTS, MOVES, OFFLINES = 50000, 5000, 20  # of a round
ROUND_TIMEOUT = 300  # seconds
REPORT_INTERVAL = 60  # seconds

# The figures that add up, and what the kernel calls them.
SUMS = {"shots": "sent", "handled": "handled", "pending": "pending", "lost": "lost", "duplicated": "duplicated", "moves": "moves",
        "offline_cycles": "offline_cycles", "offline_refusals": "offline_refusals", "strays": "strays", "faults": "faults"}


def say(figures):
    print("soak: %(rounds)d rounds, %(shots)d shots, %(moves)d moves, %(offline_cycles)d processors off and on, %(lost)d lost, "
          "%(duplicated)d duplicated, %(seconds)d s" % figures, flush=True)


def save(path, figures):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")


def prove_round(box, seed):
    """One round; answers its summary, whatever the verdict. MachineError: it did not end, or ended without one."""
    words = "prove --json shots=%d moves=%d offline=%d seed=0x%x" % (SHOTS, MOVES, OFFLINES, seed)
    lines = box.run(words, ROUND_TIMEOUT)
    found = [json.loads(line) for line in lines if line.startswith('{"type":"prove_summary"')]
    if len(found) != 1:
        raise MachineError("%s said:\n%s" % (words, "\n".join(lines)))
    if found[0]["verdict"] != "pass":
        print("\n".join(lines), flush=True)
    return found[0]


def soak(box, figures, path, seconds):
    start = reported = time.monotonic()
    while figures["verdict"] == "pass" and time.monotonic() - start < seconds:
        summary = prove_round(box, figures["seed"] + figures["rounds"])
        for name, key in SUMS.items():
            figures[name] += summary[key]
        figures["rounds"] += 1
        figures["seconds"] = round(time.monotonic() - start)
        figures["verdict"] = summary["verdict"]
        save(path, figures)
        if time.monotonic() - reported >= REPORT_INTERVAL:
            reported = time.monotonic()
            say(figures)
    if not figures["shots"]:
        raise MachineError("nothing was proved: %d rounds in SOAK_MINUTES=%g" % (figures["rounds"], seconds / 60))
    if figures["verdict"] == "pass" and figures["offline_cycles"] != OFFLINES * figures["rounds"]:
        raise MachineError("only %d processors went off and came back" % figures["offline_cycles"])


def main():
    path = sys.argv[1]
    setting = os.environ.get
    try:
        spec = named(setting("SOAK_MACHINE") or "moves-4").but("soak")
    except LookupError as error:
        print("soak: %s" % error, file=sys.stderr)
        return 1
    figures = {"version": "none that booted", "machine": setting("SOAK_MACHINE") or "moves-4", "processors": spec.cpus, "rounds": 0,
               "seconds": 0, **dict.fromkeys(SUMS, 0), "seed": int(setting("SOAK_SEED") or int(time.time()) << 16), "verdict": "pass"}
    try:
        with Machine(spec) as box:
            box.wait_prompt()
            figures["version"] = box.json("version")[0]["text"]
            soak(box, figures, path, 60 * float(setting("SOAK_MINUTES") or 30))
    except MachineError as error:
        figures["verdict"] = "fail"
        print("soak: %s" % error, file=sys.stderr)
    save(path, figures)
    say(figures)
    print("soak: %s (%s)" % (figures["verdict"].upper(), path))
    return figures["verdict"] != "pass"


if __name__ == "__main__":
    sys.exit(main())
