"""Drills: everything that is broken on purpose is named by its detector, and nothing is left behind."""

import pytest
from support import device_of, functions, on

ALWAYS = {"corrupt_entry": "audit", "wrong_apic_id": "audit", "entry_mask": "audit", "function_mask": "audit", "msix_disabled": "audit",
          "bus_master": "audit", "memory_decode": "audit", "empty_slot": "audit", "forged_message": "counts",
          "stray_vector": "unknown", "storm": "storm guard", "exhausted_vectors": "route"}


def drills(machine, which="all"):
    return {found["name"]: found for found in machine.json("drill " + which, "drill")}


@on("default", "one-cpu")
def test_every_drill_is_noticed_by_its_detector_and_repaired(machine):
    found = drills(machine)
    for name, detector in ALWAYS.items():
        assert found[name]["verdict"] == "pass", found[name]
        assert found[name]["detected_by"] == detector and found[name]["repaired"], found[name]
    skipped = {name for name, drill in found.items() if drill["verdict"] == "skip"}
    assert skipped == {"bridge"} | ({"task_priority"} if machine.spec.cpus == 1 else set())


@on("default")
def test_afterwards_the_machine_is_as_it_was(machine):
    assert machine.json("audit", "audit_summary")[0]["drifts"] == 0
    assert machine.json("selftest", "selftest_summary")[0]["failed"] == 0


@on("deep")
def test_a_bridge_that_lets_nothing_pass_is_noticed(machine):
    device = functions(machine)[drills(machine, "corrupt_entry")["corrupt_entry"]["bdf"]]
    assert device["driver"] == "rocker" and not device["bdf"].startswith("0000:00:")
    bridge = drills(machine, "bridge")["bridge"]
    assert bridge["verdict"] == "pass" and "bus_master in bridge" in bridge["detail"], bridge


@on("default")
def test_the_list_and_a_drill_that_does_not_exist(machine):
    assert [line.split()[0] for line in machine.command("drill")] == list(drills(machine))
    assert machine.refused("drill nothing") == "there is no drill 'nothing', see drill"


@on("default")
@pytest.mark.parametrize("driver", ["rocker", "edu"])
def test_latency_counts_every_shot_once_on_both_ends(machine, driver):
    bdf = device_of(machine, driver)
    *lines, summary = machine.json("latency %s 0 shots=300" % bdf)
    found = {line["what"]: line for line in lines}
    assert set(found) == {"doorbell", "service"}
    assert sum(300 - line["count"] for line in lines) == summary["rejected"] < 30, summary
    for line in lines:
        assert line["count"] == sum(bucket["count"] for bucket in line["buckets"]), line
        assert line["min"] <= line["median"] <= line["p99"] <= line["max"], line
        assert line["buckets"][0]["from"] <= line["min"] and line["max"] <= line["buckets"][-1]["to"], line
    assert (summary["measured"], summary["skipped"], summary["missed"]) == (1, 0, 0)
    assert "tracing is off" in machine.command("trace status")[-1]


@on("default")
def test_latency_of_all_passes_over_what_cannot_be_fired(machine):
    summary = machine.json("latency shots=3", "latency_summary")[0]
    assert summary["measured"] + summary["skipped"] == len(machine.json("messages", "message"))
    assert summary["measured"] > 10 and summary["missed"] == 0
