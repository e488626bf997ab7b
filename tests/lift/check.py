"""The promise "lift it into your kernel", held: what build/core needs and gives, and the program made of nothing else.

usage: tests/lift/check.py BUILD
"""

import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import summary  # noqa: E402

BUILD = sys.argv[1]
CORE = os.path.join(BUILD, "core")
ARCHIVE = os.path.join(CORE, "libsignalbox-core.a")
PROGRAM = "tests/lift/lift.c"
PREFIX = "signalbox_"
LIBRARY = {"memcpy", "memset", "memmove", "memcmp", "strlen", "strcmp", "strncmp"}
HOST_LIMIT = 19
LINE_LIMIT = 200
TIMEOUT = 60
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-missing-field-initializers",
         "-I" + os.path.join(CORE, "include")]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*command):
    """(status, what it printed)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout


def symbols(*options):
    return {row.split()[0] for row in run("nm", "-P", *options, ARCHIVE)[1].splitlines() if row and not row.endswith(":")}


def it_needs_the_functions_of_host_h_and_no_more_than_nineteen():
    declared = set(re.findall(r"\b(signalbox_host_\w+)\(", read(os.path.join(CORE, "include/signalbox/host.h"))))
    needed = symbols("-u") - LIBRARY
    return ["%s: %s" % (name, "not declared" if name in needed else "declared, not needed") for name in needed ^ declared] + \
        (["%d functions, more than %d" % (len(needed), HOST_LIMIT)] if len(needed) > HOST_LIMIT else [])


def every_symbol_of_the_outside_has_the_prefix():
    return [name for name in symbols("-g", "--defined-only") if not name.startswith(PREFIX)]


def sections_are_plain_and_hold_no_link_time_code():
    names = set(re.findall(r"^\s*\d+ (\.\S+)", run("objdump", "-h", ARCHIVE)[1], re.MULTILINE))
    return [name for name in names if re.match(r"\.(text|data|bss)\.(?!unlikely|hot|startup|rel)|\.gnu\.lto", name)]


def each_header_compiles_alone():
    return [text for header in sorted(glob.glob(CORE + "/include/signalbox/*.h"))
            for status, text in [run("gcc", *FLAGS, "-fsyntax-only", "-x", "c", header)] if status]


def no_header_defines_a_macro_without_the_prefix():
    return ["%s: %s" % (os.path.basename(header), name) for header in glob.glob(CORE + "/include/signalbox/*.h")
            for name in re.findall(r"^\s*#\s*define (\w+)", read(header), re.MULTILINE)
            if not name.lower().startswith(PREFIX)]


def the_program_has_no_more_than_two_hundred_lines():
    lines = read(PROGRAM).count("\n")
    return ["%d lines" % lines] if lines > LINE_LIMIT else []


def the_program_moves_under_traffic_and_loses_nothing():
    program = os.path.join(CORE, "lift")
    status, text = run("gcc", "-g", *FLAGS, "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-no-pie", "-fno-pie",
                       PROGRAM, ARCHIVE, "-o", program)
    if status:
        return [text]
    status, text = run(program)
    print("       " + text.strip())
    return [] if status == 0 else ["status %d" % status]


CHECKS = [
    it_needs_the_functions_of_host_h_and_no_more_than_nineteen,
    every_symbol_of_the_outside_has_the_prefix,
    sections_are_plain_and_hold_no_link_time_code,
    each_header_compiles_alone,
    no_header_defines_a_macro_without_the_prefix,
    the_program_has_no_more_than_two_hundred_lines,
    the_program_moves_under_traffic_and_loses_nothing,
]


def main():
    passed = failed = 0
    for check in CHECKS:
        found = check()
        print("core   %-4s %s" % ("FAIL" if found else "ok", check.__name__.replace("_", " ")), flush=True)
        for line in found:
            print("       " + line)
        passed, failed = passed + (not found), failed + bool(found)
    summary.write(os.path.join(BUILD, "results"), "core", passed, failed)
    print("core: %d passed, %d failed" % (passed, failed))
    return 0 if not failed else 1


if __name__ == "__main__":
    sys.exit(main())
