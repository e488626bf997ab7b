"""Runs unit tests or fuzz targets, two at a time, and counts. What a program printed is shown when it failed.

usage: tests/host.py [--seconds N] [--runs N] [--zoo DIR] unit|fuzz BUILD PROGRAM...

DIR is a folder of machines (tests/rehearse/zoo.py): their tables are further seeds of the readers' targets.
"""

import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

import summary

UNIT_TIMEOUT = 300  # seconds for one program
FUZZ_GRACE = 300  # beyond the seconds asked for: start-up and the last input
SEEDS = "tests/fuzz/corpus"
# By target: the signature of the tables whose bodies it reads.
TABLES = {"dmar": "DMAR", "ivrs": "IVRS", "dbg2": "DBG2", "spcr": "SPCR", "madt": "APIC"}
TABLE_HEADER = 36


def run(command, timeout):
    """The program's output and status; a time-out is a failure like any other."""
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, env=environment, check=False)
        return done.stdout.decode(errors="replace"), done.returncode
    except FileNotFoundError:
        return "not built\n", -1
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode(errors="replace") + "no end within %d s\n" % timeout, -1


def run_unit(program, _):
    """Counts a cmocka program's TAP lines; tests that its plan promised and that never came count as failed."""
    output, status = run([program], UNIT_TIMEOUT)
    planned = sum(map(int, re.findall(r"^1\.\.(\d+)", output, re.MULTILINE)))
    passed = len(re.findall(r"^ok \d+(?!.*# SKIP)", output, re.MULTILINE))
    failed = max(planned - passed, 1 if status or not planned else 0)
    return passed, failed, output


def zoo_seeds(program, zoo):
    """A folder of bodies of real tables for this target; none where it reads no table or there is no zoo."""
    signature = TABLES.get(os.path.basename(program))
    tables = sorted(glob.glob(os.path.join(zoo, "*", "*", signature + "*"))) if zoo and signature else []
    if not tables:
        return []
    folder = program + ".zoo"
    os.makedirs(folder, exist_ok=True)
    for number, path in enumerate(tables):
        with open(path, "rb") as table, open(os.path.join(folder, "%04d" % number), "wb") as seed:
            seed.write(table.read()[TABLE_HEADER:])
    return [folder]


def run_fuzz(program, options):
    """One target is one test: so many inputs from a fixed seed without a finding."""
    corpus = program + ".corpus"
    os.makedirs(corpus, exist_ok=True)
    seeds = os.path.join(SEEDS, os.path.basename(program))
    command = [program, "-seed=1", "-runs=%d" % options.runs, "-max_total_time=%d" % options.seconds, "-timeout=60",
               "-artifact_prefix=%s." % program, corpus] + ([seeds] if os.path.isdir(seeds) else [])
    command += zoo_seeds(program, options.zoo)
    output, status = run(command, options.seconds + FUZZ_GRACE)
    tried = re.search(r"^Done ([1-9]\d*) runs", output, re.MULTILINE)
    return (1, 0, output) if status == 0 and tried else (0, 1, output)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["unit", "fuzz"])
    parser.add_argument("build")
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--zoo", default="")
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    runner = run_unit if options.kind == "unit" else run_fuzz
    total_passed = total_failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(lambda program: runner(program, options), options.programs)
        for program, (passed, failed, output) in zip(options.programs, outcomes):
            with open(program + ".log", "w", encoding="utf-8") as file:
                file.write(output)
            print("%-6s %-24s %d passed, %d failed" % (options.kind, os.path.basename(program), passed, failed), flush=True)
            if failed:
                print(output[-6000:], flush=True)
            total_passed += passed
            total_failed += failed
    summary.write(os.path.join(options.build, "results"), options.kind, total_passed, total_failed)
    print("%s: %d passed, %d failed" % (options.kind, total_passed, total_failed))
    return 0 if total_passed and not total_failed else 1


if __name__ == "__main__":
    sys.exit(main())
