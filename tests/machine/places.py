"""What tests/install/find.sh finds on this system."""

import os
import subprocess

FIND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../install/find.sh")


def files(name):
    """The files of one name in tests/install/places.list; where they are missing, where they were looked for first."""
    return subprocess.run([FIND, name], stdout=subprocess.PIPE, text=True, timeout=60, check=False).stdout.split()


def cross():
    """The prefix of the compiler and binutils for x86-64 ELF; often empty."""
    return os.environ.get("CROSS_COMPILE") or "".join(files("cross"))
