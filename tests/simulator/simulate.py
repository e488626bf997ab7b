"""Counts what each operation of the routing core costs on machines of several sizes, prints one table, and fails when a
cost grows by more than a tenth from the smallest machine to the largest.

usage: tests/simulator/simulate.py PROGRAM RESULT.json

PROGRAM is build/simulator, run under callgrind: exact instructions, those of the core's own files alone. What stands
for hardware (slots, message sources, clock) is not counted.
"""

import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

SIZES = [(4, 64), (64, 1024), (512, 8192), (4096, 65536)]
GROWTH_LIMIT = 0.10
TIMEOUT = 900  # seconds for one size
CORE = re.compile(r"(^|/)kernel/(core|lib|runtime|trace)/[^/]+\.[ch]$")


def core_instructions(path):
    """The instructions that a callgrind file counts in files of the core. Lines of a call are those of its callee."""
    names, file, total, is_call = {}, "", 0, False
    with open(path, encoding="utf-8", errors="replace") as dump:
        for line in dump:
            known = re.match(r"(?:c?fl|c?fi|fe|cfi)=\((\d+)\)(?: (.*))?$", line)
            if known and known.group(2):
                names[known.group(1)] = known.group(2)
            if known and line[0] == "f":
                file = names[known.group(1)]
            elif line.startswith("calls="):
                is_call = True
            elif re.match(r"[+\-*\d]", line):
                if not is_call and CORE.search(file):
                    total += int(line.split()[1])
                is_call = False
    return total


def measure(program, cpus, messages, directory):
    """Instructions per unit of each phase, and bytes, of one machine."""
    output = os.path.join(directory, "%d" % cpus)
    command = ["valgrind", "-q", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=measured_*",
               "--dump-before=measure_phase_end", "--callgrind-out-file=" + output,
               program, "measure", str(cpus), str(messages)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT, check=False)
    if done.returncode:
        sys.exit("simulate: %s measure %d %d: status %d" % (program, cpus, messages, done.returncode))
    phases = re.findall(r"^phase (\S+) (\d+)$", done.stdout, re.MULTILINE)
    dumps = sorted(glob.glob(output + ".*"), key=lambda path: int(path.rsplit(".", 1)[1]))
    if not phases or len(dumps) < len(phases):
        sys.exit("simulate: %d phases, %d dumps of callgrind" % (len(phases), len(dumps)))
    costs = {name: core_instructions(dump) / int(count) for (name, count), dump in zip(phases, dumps)}
    memory = {name: int(size) / int(count)
              for name, size, count in re.findall(r"^memory (\S+) (\d+) (\d+)$", done.stdout, re.MULTILINE)}
    return costs, memory


def growth_of(values):
    return values[-1] / values[0] - 1 if values[0] else 0.0


def print_table(title, rows):
    heads = ["%dx%d" % size for size in SIZES]
    print("%-28s" % title + "".join("%12s" % head for head in heads) + "%9s" % "growth")
    for name, values in rows.items():
        growth = growth_of(values)
        print("%-28s" % name.replace("_", " ") + "".join("%12.1f" % value for value in values) +
              "%8.1f%%" % (100 * growth) + ("  <" if growth > GROWTH_LIMIT else ""))


def main(program, result_path):
    with tempfile.TemporaryDirectory() as directory:
        results = [measure(program, cpus, messages, directory) for cpus, messages in SIZES]
    costs = {name: [result[0][name] for result in results] for name in results[0][0]}
    memory = {name: [result[1][name] for result in results] for name in results[0][1]}
    print_table("instructions of the core", costs)
    print_table("bytes", memory)
    grown = [name for name, values in {**costs, **memory}.items() if growth_of(values) > GROWTH_LIMIT]
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump({"date": datetime.date.today().isoformat(), "sizes": SIZES, "instructions": costs, "bytes": memory,
                   "grown": grown}, file, indent=1)
    print("%d operations, %d grow by more than %d %%%s" % (len(costs), len(grown), 100 * GROWTH_LIMIT,
                                                           ": " + ", ".join(grown) if grown else ""))
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
