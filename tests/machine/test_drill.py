"""Drills: everything that is broken on purpose is named by its detector, and nothing is left behind."""

import pytest
from support import device_of, devices_of, functions, on

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


def skipped(found):
    return {name: drill["detail"] for name, drill in found.items() if drill["verdict"] == "skip"}


@on("ordinary")
@pytest.mark.parametrize("driver", ["xhci", "igb", "nvme"])
def test_an_ordinary_device_is_drilled_as_one_made_for_tests(machine, driver):
    bdf = device_of(machine, driver)
    found = drills(machine, "all " + bdf)
    assert {drill["bdf"] for drill in found.values()} == {bdf}
    assert set(skipped(found)) == {"bridge"}
    for name, drill in found.items():
        assert name in skipped(found) or (drill["verdict"] == "pass" and drill["repaired"]), drill
        assert drill["detected_by"] == ALWAYS.get(name, drill["detected_by"]), drill


@on("ordinary")
def test_what_a_device_cannot_do_is_skipped_by_name(machine):
    found = drills(machine, device_of(machine, "virtio-rng"))
    assert skipped(found) == {"bridge": "the device sits on a root bus",
                              "forged_message": "the device has no other message that could be fired in its name"}
    assert sum(drill["verdict"] == "pass" for drill in found.values()) == len(found) - 2


@on("ordinary")
def test_a_port_is_drilled_by_the_message_of_its_slot(machine):
    found = drills(machine, "all " + device_of(machine, "pcie-port"))
    assert set(skipped(found)) == {"bridge", "forged_message"}
    for name, drill in found.items():
        assert name in skipped(found) or (drill["verdict"] == "pass" and drill["repaired"]), drill


@on("ordinary")
@pytest.mark.parametrize("driver", ["ahci", "hda"])
def test_ten_drills_break_a_message_by_msi(machine, driver):
    found = drills(machine, devices_of(machine, driver)[-1])
    assert skipped(found) == {"bridge": "the device sits on a root bus",
                              "entry_mask": "its MSI has no mask bit",
                              "function_mask": "its messages come by MSI, which has no function mask",
                              "forged_message": "the device has no other message that could be fired in its name"}
    for name, drill in found.items():
        assert name in skipped(found) or (drill["verdict"] == "pass" and drill["repaired"]), drill
    assert "msi_enable in msi_capability" in found["msix_disabled"]["detail"]


@on("ordinary")
def test_no_drill_breaks_a_line(machine):
    bdf = device_of(machine, "e1000")
    said = machine.objects(machine.run("drill all %s --json" % bdf))
    found = {line["name"]: line for line in said if line["type"] == "drill"}
    assert set(skipped(found).values()) == {bdf + " 0: a line has no words that could be spoilt"}
    assert machine.refused("drill storm " + bdf) == "nothing was tried, 1 skipped"


@on("ordinary")
def test_without_a_device_one_that_a_store_fires_is_drilled_and_named(machine):
    assert machine.command("drill entry_mask")[0] == \
        "target: %s message 0, msix, driver igb" % device_of(machine, "igb")
    assert machine.refused("drill entry_mask 00:1e.7") == "there is no device 00:1e.7"
    assert machine.refused("drill entry_mask igb") == "'igb' is not a device, write SSSS:BB:DD.F"


@on("ordinary")
def test_nothing_is_left_of_the_drills_of_an_ordinary_pc(machine):
    assert machine.json("audit", "audit_summary")[0]["drifts"] == 0
    assert machine.json("selftest", "selftest_summary")[0]["failed"] == 0


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
    assert "tracing is off" in " ".join(machine.command("trace status"))


@on("default")
def test_latency_of_all_passes_over_what_cannot_be_fired(machine):
    summary = machine.json("latency shots=3", "latency_summary")[0]
    assert summary["measured"] + summary["skipped"] == len(machine.json("messages", "message"))
    assert summary["measured"] > 10 and summary["missed"] == 0
