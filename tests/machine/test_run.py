"""`make run` as a person types it, on a system that has all it needs and neither dpkg nor apt."""

import os
import subprocess

import pytest
from machine import QEMU, ROOT

PACKAGE_TOOLS = ("dpkg", "apt", "sudo")


def make_run(**environment):
    """Its status and what it said."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", "run"], cwd=ROOT, env={**own, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=400, check=False)
    return done.returncode, done.stdout.splitlines()


def test_make_run_asks_no_package_tool_when_nothing_is_missing(tmp_path):
    for directory in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for name in os.listdir(directory):
            if not name.startswith(PACKAGE_TOOLS) and not (tmp_path / name).is_symlink():
                (tmp_path / name).symlink_to(os.path.join(directory, name))
    # make adds root's directories, where Debian keeps some of what it needs, but no package tool.
    status, said = make_run(PATH=str(tmp_path))
    assert status == 0, said[-30:]
    assert said[-2].startswith("selftest: ") and said[-2].split(", ")[1] == "0 failed"
    assert said[-1] == "run: exit code 0 (QEMU's status 1)"


@pytest.mark.parametrize("version, lacks", [
    ("7.2.22", ["the tests need 10", "it emulates no x2APIC, so this is xAPIC", "its e1000e sends some messages twice and is left out"]),
    ("8.2.2", ["the tests need 10", "it emulates no x2APIC, so this is xAPIC"]),
    ("9.1.0", ["the tests need 10"])])
def test_make_run_names_what_an_older_qemu_lacks_and_goes_on(tmp_path, version, lacks):
    old = tmp_path / "qemu-system-x86_64"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && exec echo "QEMU emulator version %s"\nexec "%s" "$@"\n' % (version, QEMU))
    old.chmod(0o755)
    status, said = make_run(QEMU=str(old), ACCEL="tcg", APPEND='run="version; exit 0"')
    assert status == 0, said[-30:]
    [line] = [line for line in said if line.startswith("run: QEMU")]
    assert line == "run: QEMU %s is enough for a first look: %s" % (version.rpartition(".")[0], "; ".join(lacks))
