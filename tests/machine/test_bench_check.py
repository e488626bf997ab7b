"""The check of instruction counts: what it lets pass, and that one instruction more in the interrupt's way does not."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from machine import BUILD, ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))
import check  # noqa: E402

BASELINE = os.path.join(ROOT, "tests", "bench", "baseline.json")
STUB = "interrupt_stub_%1_%2:\n    push rax\n"
# Builds reuse what is built already: only the stubs are assembled anew.
MEASURE = "import json, bench_machines, measure; print(json.dumps(measure.measure_all([('one', bench_machines.ONE.but('slower'), ('message',))])[0]))"


@pytest.mark.parametrize("before,now,budget,known,passes", [
    (100, 100, None, {}, True), (100, 102, None, {}, True), (100, 103, None, {}, False), (14, 15, None, {}, False),
    (100, 50, None, {}, True), (100, None, None, {}, False), (None, 100, None, {}, False),
    (100, 100, 100, {}, True), (100, 100, 99, {}, False), (100, 100, 99, {"one/x": "why"}, True), (100, 103, 99, {"one/x": "why"}, False)])
def test_growth_absence_and_budgets_fail(before, now, budget, known, passes):
    assert (check.fault_of("one/x", before, now, budget, known) is None) == passes


def test_every_figure_of_either_side_is_a_check_of_its_own(capsys):
    baseline = {"compiler": "gcc 12", "medians": {"one/a": 10, "one/b": 10, "one/gone": 10}, "over": {}}
    assert check.check({"one/a": 10, "one/b": 11, "one/new": 5}, {"one/a": 10}, baseline, "gcc 12") == (1, 3)
    assert capsys.readouterr().out.count("FAIL") == 3


def test_another_compiler_is_held_to_the_budgets_alone(capsys):
    baseline = {"compiler": "gcc 12", "medians": {"one/a": 10, "one/b": 10}, "over": {}}
    assert check.check({"one/a": 15, "one/b": 15}, {"one/a": 14}, baseline, "gcc 14") == (1, 1)
    assert "the baseline is of gcc 12, this kernel of gcc 14" in capsys.readouterr().out


def test_what_the_host_decides_is_left_out():
    found = {"one": {"boot": {"median": 1}, "boot_memory": {"median": 1}, "nvme_read_4k": {"median": 1, "budget": 2},
                     "nvme_read_4k_depth_32": {"median": 1}}}
    assert set(check.medians_of(found)) == {"one/boot", "one/nvme_read_4k"}
    assert check.budgets_of(found) == {"one/nvme_read_4k": 2}


def test_a_budget_that_is_not_met_has_its_reason_in_the_baseline():
    assert all(reason for reason in check.read(BASELINE).get("over", {}).values())


def slower_kernel(directory):
    """The kernel with a nop in every stub, built beside the sources' own."""
    source, build = os.path.join(directory, "source"), os.path.join(directory, "build")
    shutil.copytree(ROOT, source, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", ".pytest_cache"))
    shutil.copytree(BUILD, build, symlinks=True, ignore=lambda path, names: [name for name in names if path == BUILD and name not in (
        "arch", "drivers", "kernel", "kernel.elf", "ids")])
    stubs = os.path.join(source, "arch", "interrupt", "interrupt_stubs.asm")
    with open(stubs, encoding="utf-8") as file:
        text = file.read()
    assert text.count(STUB) == 1
    with open(stubs, "w", encoding="utf-8") as file:
        file.write(text.replace(STUB, STUB + "    nop\n"))
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    subprocess.run(["make", "-s", "-j2", "BUILD=" + build, build + "/kernel.elf"], cwd=source, check=True, timeout=600, env=environment,
                   stdout=sys.stderr)
    return build


def test_one_instruction_more_in_the_stub_fails(tmp_path):
    environment = dict(os.environ, BUILD=slower_kernel(str(tmp_path)))
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=os.path.join(ROOT, "tests", "bench"), env=environment, check=True, timeout=600,
                          stdout=subprocess.PIPE)
    medians = check.medians_of(json.loads(done.stdout))
    before = check.read(BASELINE)["medians"]
    slower = {name for name in medians if check.fault_of(name, before[name], medians[name], None, {})}
    assert slower == {"one/message_entry", "one/message_round_trip"}
    assert all(medians[name] == before[name] + 1 for name in slower)
    # The bare vector and the traced stubs are others.
    assert medians["one/message_floor"] == before["one/message_floor"]
