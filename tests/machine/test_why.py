"""why: the first broken link of a silent device's way, whatever breaks it; and that nothing is broken where nothing is."""

import pytest

from faults import FAULTS, LINE_FAULTS, injected
from support import devices_of, messages, on
from test_audit import name_of

LINKS = {"msix": ["present", "active", "power_state", "memory_decode", "bus_master", "bridges", "bridge_decode",
                  "bridge_windows", "enable", "function_mask", "entry_mask", "pending", "message_address", "message_data", "remapping", "processor", "local_apic",
                  "task_priority", "in_service", "request", "gate", "slot", "service_routine"]}
LINKS["msi"] = [name for name in LINKS["msix"] if name not in
                ("memory_decode", "bridge_decode", "bridge_windows", "function_mask")]
LINKS["line"] = [name for name in LINKS["msi"] if name != "bus_master"]
LINKS["line"].insert(LINKS["line"].index("pending"), "pin")


def why(machine, bdf, index):
    (found,) = machine.json("why %s %d" % (bdf, index))
    broken = [link for link in found["links"] if not link["ok"]]
    assert found["broken"] == (broken[0]["name"] if broken else None)
    if broken:
        assert found["verdict"] == broken[0]["detail"]
    return found


@on("default", "lines", "xhci", "xapic")
def test_nothing_is_broken_on_the_way_of_a_message_that_is_driven(machine):
    for (bdf, index), message in messages(machine).items():
        found = why(machine, bdf, index)
        assert [link["name"] for link in found["links"]] == LINKS[message["kind"]]
        assert found["broken"] == (None if message["driver"] else "active"), found


def first_broken_link_is_named(machine, fault):
    with injected(machine, fault) as target:
        if fault.may_fire:
            machine.refused("fire %s %d" % (target.bdf, target.index))
        assert why(machine, target.bdf, target.index)["verdict"].startswith(fault.verdict_of(target))
    if fault.driver:
        assert why(machine, target.bdf, target.index)["broken"] is None
    if fault.may_fire:
        machine.command("fire %s %d" % (target.bdf, target.index))


@on("spoilt")
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_the_first_broken_link_is_named(machine, fault):
    first_broken_link_is_named(machine, fault)


@on("lines")
@pytest.mark.parametrize("fault", LINE_FAULTS, ids=name_of)
def test_the_first_broken_link_of_a_line_is_named(machine, fault):
    first_broken_link_is_named(machine, fault)


@on("spoilt")
def test_a_person_reads_a_link_a_line_and_the_verdict_last(machine):
    fault = FAULTS[0]
    with injected(machine, fault) as target:
        lines = machine.command("why %s %d" % (target.bdf, target.index))
    assert all(len(line) < 100 for line in lines)
    assert lines[-1] == "verdict: " + fault.verdict_of(target)
    assert [line.split()[:2] for line in lines if "BROKEN" in line] == [["bridges", "BROKEN"]]


@on("default")
def test_what_was_silenced_on_purpose_is_said_to_be(machine):
    bdf = devices_of(machine, "rocker")[0]
    machine.command("mask %s 1" % bdf)
    assert why(machine, bdf, 1)["verdict"].startswith("masked, and the record says so, too")
    machine.command("unmask %s 1" % bdf)
    machine.command("inactive %s" % bdf)
    silenced = why(machine, bdf, 1)
    assert silenced["verdict"].startswith("the device was silenced by `inactive`")
    assert silenced["not_read"] == ["entry_mask", "pending", "message_address", "message_data"]
    machine.command("active %s" % bdf)
    assert why(machine, bdf, 1)["broken"] is None
