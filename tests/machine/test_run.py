"""`make run` as a person types it, on a system that has all it needs and neither dpkg nor apt."""

import os
import subprocess

from machine import ROOT

PACKAGE_TOOLS = ("dpkg", "apt", "sudo")


def test_make_run_asks_no_package_tool_when_nothing_is_missing(tmp_path):
    for directory in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for name in os.listdir(directory):
            if not name.startswith(PACKAGE_TOOLS) and not (tmp_path / name).is_symlink():
                (tmp_path / name).symlink_to(os.path.join(directory, name))
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    # make adds root's directories, where Debian keeps some of what it needs, but no package tool.
    done = subprocess.run(["make", "run"], cwd=ROOT, env={**environment, "PATH": str(tmp_path)}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=400, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    said = done.stdout.splitlines()
    assert said[-2].startswith("selftest: ") and said[-2].split(", ")[1] == "0 failed"
    assert said[-1] == "run: exit code 0 (QEMU's status 1)"
