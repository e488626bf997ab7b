"""What there is on this system: what tests/install/find.sh finds, and which QEMU."""

import functools
import os
import re
import subprocess

FIND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../install/find.sh")


def files(name):
    """The files of one name in tests/install/places.list; where they are missing, where they were looked for first."""
    return subprocess.run([FIND, name], stdout=subprocess.PIPE, text=True, timeout=60, check=False).stdout.split()


def cross():
    """The prefix of the compiler and binutils for x86-64 ELF; often empty."""
    return os.environ.get("CROSS_COMPILE") or "".join(files("cross"))


@functools.lru_cache(maxsize=None)
def qemu_version(program):
    """(major, minor); a QEMU that does not say is taken for a new one."""
    said = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, timeout=60, check=False).stdout
    found = re.search(r"version (\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (99, 0)
