"""The programs as they are called: what they answer when there is nothing to read, and that they run from anywhere."""

import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))


def run(directory, program, *arguments):
    command = [sys.executable, os.path.join(HERE, program), *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    "program, arguments", [("convert.py", ["out"]), ("report.py", ["page.html"]), ("replay.py", [])]
)
def test_a_capture_that_is_not_there_is_one_line(tmp_path, program, arguments):
    done = run(tmp_path, program, "nothing.txt", *arguments)
    assert done.returncode == 2
    assert done.stderr == "%s: [Errno 2] No such file or directory: 'nothing.txt'\n" % program[: -len(".py")]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("program", ["convert.py", "report.py", "replay.py", "record.py"])
def test_without_arguments_each_says_how_it_is_called(tmp_path, program):
    done = run(tmp_path, program)
    assert done.returncode == 1 and "usage: tests/trace/" + program in done.stderr


def test_they_run_from_anywhere_on_a_capture(session, tmp_path):
    (tmp_path / "capture.txt").write_bytes(session.capture())
    for program, arguments, said in (
        ("convert.py", ["out"], "trace.perfetto-trace"),
        ("report.py", ["page.html"], "report: PASS, WITH GAPS: page.html"),
        ("replay.py", [], "0 violations"),
    ):
        done = run(tmp_path, program, "capture.txt", *arguments)
        assert (done.returncode, done.stderr) == (0, "") and said in done.stdout
    assert sorted(os.listdir(tmp_path)) == ["capture.txt", "out", "page.html"]


ROOT = os.path.join(HERE, "../..")


@pytest.mark.parametrize(
    "variable, command, said",
    [
        ("MACHINE", [sys.executable, "tests/run"], "there is no machine 'nosuch'; there are "),
        ("MACHINE", [sys.executable, "tests/trace/record.py", "capture", "out"], "there is no machine 'nosuch'; there are "),
        ("SOAK_MACHINE", [sys.executable, "tests/soak.py", "soak.json"], "there is no machine 'nosuch'; there are "),
        ("ONLY", ["make", "-f", "tests/host.mk", "unit"], "there is no unit test 'nosuch'; there are acpi "),
        ("ONLY", ["make", "-f", "tests/host.mk", "fuzz"], "there is no fuzz target 'nosuch'; there are acpi "),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_those_that_do(variable, command, said):
    environment = dict(os.environ, **{variable: "nosuch"})
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode and said in done.stderr
