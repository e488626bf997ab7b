"""audit: the machine that is well, and every fault that is put into it from outside."""

import pytest

from faults import FAULTS, LINE_FAULTS, injected
from machine import error_of
from support import messages, on


def name_of(fault):
    return fault.name.replace(" ", "-")


def audit(machine):
    """The drifts and the summary; a run with drifts is a command that fails, with their number."""
    lines = machine.run("audit --json")
    found = machine.objects(lines)
    drifts, summary = found[:-1], found[-1]
    assert summary["type"] == "audit_summary" and all(drift["type"] == "audit" for drift in drifts)
    assert error_of(lines) == ("%d drifts" % len(drifts) if drifts else None)
    assert summary["drifts"] == len(drifts)
    return drifts, summary


def assert_clean(machine):
    drifts, summary = audit(machine)
    assert not drifts
    assert summary["messages"] == len(messages(machine))
    assert summary["checks"] >= 12 * summary["messages"]


@on("default", "high-memory", "deep", "pc", "lines", "xhci", "xapic")
def test_the_hardware_holds_what_the_table_says(machine):
    assert_clean(machine)


def found_and_nothing_else(machine, fault):
    with injected(machine, fault) as target:
        drifts, _ = audit(machine)
        assert {(drift["bdf"], drift["index"], drift["field"], drift["where"]) for drift in drifts} == fault.drifts(target)
        assert all(drift["expected"] != drift["found"] for drift in drifts)
    assert_clean(machine)


@on("spoilt")
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_a_fault_from_outside_is_found_and_nothing_else(machine, fault):
    found_and_nothing_else(machine, fault)


@on("lines")
@pytest.mark.parametrize("fault", LINE_FAULTS, ids=name_of)
def test_a_fault_of_a_line_is_found_and_nothing_else(machine, fault):
    found_and_nothing_else(machine, fault)


@on("spoilt")
def test_a_drift_says_what_should_be_there_and_what_is(machine):
    fault = next(fault for fault in FAULTS if fault.name == "wrong vector")
    with injected(machine, fault) as target:
        (drift,), _ = audit(machine)
        assert (drift["expected"], drift["found"]) == ("0x%x" % target.message["vector"], "0x31")


@on("default")
def test_routes_that_moved_and_messages_masked_by_hand_are_no_drift(machine):
    keys = list(messages(machine))
    bdf = keys[-1][0]
    machine.command("route %s %d 2" % keys[0])
    machine.command("mask %s %d" % keys[0])
    assert_clean(machine)
    machine.command("unmask %s %d" % keys[0])
    assert_clean(machine)
    machine.command("inactive %s" % bdf)
    assert_clean(machine)
    machine.command("active %s" % bdf)
    assert_clean(machine)


@on("default")
def test_the_tables_that_trace_are_ours_as_well(machine):
    machine.command("trace start")
    assert_clean(machine)
    machine.command("trace stop")
    assert_clean(machine)
