"""Which build this is: what the header for it says of a tree, and that every part of the product says the same."""

import os
import re
import subprocess

import pytest
from machine import ROOT
from support import on

SCRIPT = os.path.join(ROOT, "kernel", "version.sh")
COMMIT_TIME = "1700000000"  # 2023-11-14
OWN = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
       "GIT_AUTHOR_DATE": "@%s +0000" % COMMIT_TIME, "GIT_COMMITTER_DATE": "@%s +0000" % COMMIT_TIME, "GIT_CONFIG_GLOBAL": "/dev/null"}
LINE = re.compile(r"Signalbox [0-9.]+, (commit [0-9a-f]{12}\+?, [0-9]{4}-[0-9]{2}-[0-9]{2}|unknown commit(, [0-9-]{10})?) "
                  r"\((gcc|clang) [0-9.]+\)")


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH" and not name.startswith("GIT_")}
    return {**kept, **OWN, **more}


def git(tree, *words):
    return subprocess.run(["git", *words], cwd=tree, env=environment(), check=True, capture_output=True, text=True).stdout.strip()


def values(tree, **more):
    """name -> what the header defines it to be."""
    header = tree / "out" / "version.h"
    subprocess.run([SCRIPT, "1.2", str(header)], cwd=tree, env=environment(**more), check=True)
    return dict(re.findall(r'^#define VERSION_(COMMIT|CHANGED|DATE|NAME) +"?(.*?)"?$', header.read_text(), re.MULTILINE))


@pytest.fixture
def tree(tmp_path):
    """A committed tree with a kernel of one file."""
    (tmp_path / "kernel").mkdir()
    for name in ("Makefile", "kernel/main.c"):
        (tmp_path / name).write_text("one\n")
    (tmp_path / ".gitignore").write_text("/out/\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def test_a_clean_tree_is_its_commit_of_the_commits_day(tree):
    commit = git(tree, "rev-parse", "HEAD")[:12]
    assert values(tree) == {"COMMIT": commit, "CHANGED": "0", "DATE": "2023-11-14",
                            "NAME": "Signalbox 1.2, commit %s, 2023-11-14" % commit}


@pytest.mark.parametrize("name", ["Makefile", "kernel/new.c"])
def test_a_changed_file_and_a_new_source_put_a_plus_behind_the_commit(tree, name):
    (tree / name).write_text("two\n")
    found = values(tree)
    assert found["COMMIT"] == git(tree, "rev-parse", "HEAD")[:12] + "+" and found["CHANGED"] == "1"
    assert found["COMMIT"] in found["NAME"]


def test_a_file_that_nothing_is_built_from_changes_nothing(tree):
    (tree / "capture.txt").write_text("mine\n")
    assert values(tree)["CHANGED"] == "0"


def test_the_date_of_the_environment_comes_before_the_commits(tree):
    assert values(tree, SOURCE_DATE_EPOCH="86400")["DATE"] == "1970-01-02"
    done = subprocess.run([SCRIPT, "1.2", str(tree / "out" / "x.h")], cwd=tree, env=environment(SOURCE_DATE_EPOCH="now"), check=False,
                          capture_output=True, text=True)
    assert done.returncode == 1 and "SOURCE_DATE_EPOCH=now" in done.stderr


def test_a_tree_without_a_repository_or_in_somebody_elses_knows_no_commit(tree):
    unpacked = tree / "vendor"
    (unpacked / "kernel").mkdir(parents=True)
    (unpacked / "Makefile").write_text("one\n")
    nothing = {"COMMIT": "NULL", "CHANGED": "0", "DATE": "NULL", "NAME": "Signalbox 1.2, unknown commit"}
    assert values(unpacked) == nothing
    (tree / ".git").rename(tree / "gone")
    assert values(unpacked) == nothing
    assert values(unpacked, SOURCE_DATE_EPOCH="0")["NAME"] == "Signalbox 1.2, unknown commit, 1970-01-01"


def test_a_header_that_says_the_same_already_is_not_touched(tree):
    values(tree)
    header = tree / "out" / "version.h"
    os.utime(header, (1, 1))
    values(tree)
    assert header.stat().st_mtime == 1
    (tree / "Makefile").write_text("two\n")
    values(tree)
    assert header.stat().st_mtime != 1


@on("default")
def test_the_loader_and_the_kernel_begin_with_the_version_that_the_command_gives(machine):
    version, = machine.json("version")
    assert LINE.fullmatch(version["text"]), version
    said = [line.strip("\r") for line in machine.transcript.split("\n")]
    assert said.index(version["text"]) < said.index("signalbox: watchdog")
    assert any(re.fullmatch(r"\[ *[0-9.]+\] " + re.escape(version["text"]), line) for line in said)
    assert machine.command("version") == [version["text"]]
    for key in ("version", "commit", "date", "compiler"):
        assert (version[key] or "unknown") in version["text"]
    assert version["changed"] == (version["commit"] and version["commit"].endswith("+"))
