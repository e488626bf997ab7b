"""Priorities with real messages: a higher level preempts a long routine, lower and equal ones wait; and deferred calls."""

import json

import pytest
from support import device_of, messages, on

TRIALS = ["higher preempts", "lower waits", "same level waits", "same message waits"]
MACHINES = ("default", "one-cpu", "eight-cpus", "xapic", "pc")


def trials(machine):
    found = machine.json("irql preempt")
    assert found[-1] == {"type": "preempt_summary", "trials": len(TRIALS), "passed": len(TRIALS)}, found
    return {trial["trial"]: trial for trial in found[:-1]}


@on(*MACHINES)
def test_a_higher_message_runs_inside_the_long_routine_of_a_lower_one(machine):
    trial = trials(machine)["higher preempts"]
    outer, inner = trial["outer"], trial["inner"]
    assert outer["irql"] < inner["irql"]
    assert outer["started"] <= trial["fired"] <= inner["started"] <= inner["ended"] <= outer["ended"], trial


@on(*MACHINES)
@pytest.mark.parametrize("name", TRIALS[1:])
def test_lower_and_equal_messages_wait_until_the_routine_has_returned(machine, name):
    trial = trials(machine)[name]
    outer, inner = trial["outer"], trial["inner"]
    assert inner["irql"] < outer["irql"] if name == "lower waits" else inner["irql"] == outer["irql"]
    assert trial["fired"] <= outer["ended"] <= inner["started"] <= inner["ended"], trial


@on("default", "eight-cpus")
def test_the_outer_and_the_inner_message_are_those_of_the_devices_priorities(machine):
    found = trials(machine)
    rocker, edu = device_of(machine, "rocker"), device_of(machine, "edu")
    assert (found["higher preempts"]["outer"]["bdf"], found["higher preempts"]["inner"]["bdf"]) == (rocker, edu)
    assert (found["lower waits"]["outer"]["bdf"], found["lower waits"]["inner"]["bdf"]) == (edu, rocker)
    same = found["same level waits"]
    assert same["outer"]["bdf"] == same["inner"]["bdf"] == rocker and same["outer"]["index"] != same["inner"]["index"]


@on("default", "eight-cpus")
def test_the_messages_live_where_they_did_before(machine):
    before = messages(machine)
    trials(machine)
    after = messages(machine)
    for key, message in before.items():
        assert (message["cpu"], message["target_processor_set"], message["irql"]) == \
            (after[key]["cpu"], after[key]["target_processor_set"], after[key]["irql"]), key


@on("default")
def test_devices_take_the_rows_of_their_priorities(machine):
    for driver, rows in (("rocker", range(3, 6)), ("nvme", range(6, 9)), ("e1000e", range(6, 9)), ("edu", range(9, 12))):
        found = messages(machine, device_of(machine, driver))
        assert found and all(message["irql"] in rows for message in found.values()), driver


@on(*MACHINES)
def test_deferred_calls_run_on_every_processor_and_none_is_left_waiting(machine):
    def counts():
        return {row["cpu"]: row["deferred_calls"] for row in machine.json("irql", "irql")}

    before = counts()
    machine.command("selftest")
    rows = machine.json("irql")
    after = counts()
    assert {cpu: after[cpu] - before[cpu] for cpu in after} == {cpu: 2 if cpu == 0 else 1 for cpu in range(machine.spec.cpus)}
    assert all(row["waiting"] == 0 and row["violations"] == 0 and row["level"] == 0 for row in rows[:-1]), rows
    assert rows[-1] == {"type": "irql_summary", "violations": 0, "deferred_calls": sum(after.values())}
    dispatch = next(row for row in machine.json("interrupts", "system") if row["name"] == "dispatch")
    assert all(0 < count <= after[cpu] for cpu, count in enumerate(dispatch["counts"])), dispatch


@on(*MACHINES)
def test_the_selftest_tells_of_levels_and_deferred_calls(machine):
    found = [json.loads(line) for line in machine.command("selftest --json")]
    levels = [check for check in found if check.get("check") == "irql"]
    assert [check["detail"].split(":")[0] for check in levels[:-1]] == TRIALS
    assert all(check["ok"] for check in levels)
    assert [check["ok"] for check in found if check.get("check") == "dpc"] == [True, True]


@on("default")
def test_irql_refuses_what_it_does_not_know(machine):
    assert machine.refused("irql nonsense") == "usage: irql [preempt]"
