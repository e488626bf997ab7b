#!/usr/bin/python3
"""What the runs in Bochs measured, in both modes of the local APIC: a table for the terminal, and the README's.

usage: tests/bochs/modes.py README      reads what make bochs-test left in build/bochs

QEMU's counting clock ends it where an x2APIC's timer is touched, so these are the only figures of that mode.
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
import bochs  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import table  # noqa: E402

XAPIC = bochs.Spec("bare", 'run="cpus --json; firmware --json; selftest; bench --json; exit 0"', has_tables=False, devices="")
X2APIC = bochs.Spec("line", 'x2apic run="cpus --json; messages --json; selftest; audit --json; bench --json; exit 0"')
ROWS = ("self_ipi", "deferred_call")
HEADINGS = ("what", "xAPIC", "x2APIC")


def rows(xapic, x2apic):
    """One row a figure, of two outcomes."""
    sides = [{figure["name"]: figure["median"] for figure in side.objects("bench")} for side in (xapic, x2apic)]
    titles = {name: title for name, title, *_ in table.TITLES}
    return [(titles[name], *(table.number(side[name]) for side in sides)) for name in ROWS]


def bochs_version():
    said = subprocess.run(["bochs", "--help"], capture_output=True, text=True, check=False)
    return next((line.strip() for line in (said.stdout + said.stderr).splitlines() if "Emulator" in line), "Bochs")


def main():
    readme, = sys.argv[1:]
    lines = [HEADINGS, *rows(bochs.outcome(XAPIC), bochs.outcome(X2APIC))]
    print("\n".join(table.aligned(lines)))
    table.refresh(readme, ["`make bochs`, %s, one processor; medians, in instructions." % bochs_version(), "",
                           *table.in_markdown(lines)], "bochs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
