"""bench on an ordinary machine: every figure is there or its absence explained, and nothing is different afterwards."""

import json

import pytest
from machine import COMMAND_TIMEOUT, PROMPT
from support import messages, on

# What any machine with the default devices can measure, and what takes another processor.
ALWAYS = {"message_entry", "message_exit", "message_round_trip", "message_floor", "message_round_trip_traced", "nested", "msix_round_trip", "self_ipi",
          "deferred_call", "connect_1", "connect_8", "connect_64", "nvme_read_4k", "nvme_read_4k_depth_32", "boot",
          "boot_memory", "boot_drivers"}
WITH_ANOTHER = {"retarget", "offline"}
LARGE = {"connect_512", "connect_2048"}
FEW_EVENTS = 500  # of other interrupts; the figure alone takes 2000
READY = {"nvme_read_4k_ready"}  # where the disk is ever faster than the way to sleep
RECORD_BYTES, PAGE_BYTES = 64, 4096  # more than the one, less than the other
STOOD_STILL = "the clock stood still in every trial: 1"  # the boot and its stages have no other


def bench(machine, name=""):
    """The objects of a run: name -> figure, name -> reason, the summary."""
    lines = machine.command(("bench %s --json" % name).replace("  ", " "))
    found = [json.loads(line) for line in lines]
    kinds = {kind: [each for each in found if each["type"] == kind] for kind in ("bench", "bench_skipped", "bench_summary")}
    assert sum(map(len, kinds.values())) == len(found)
    assert found[-1]["type"] == "bench_summary" and len(kinds["bench_summary"]) == 1
    figures = {each["name"]: each for each in kinds["bench"]}
    assert len(figures) == len(kinds["bench"])
    return figures, {each["name"]: each["reason"] for each in kinds["bench_skipped"]}, found[-1]


@on("default", "one-cpu", "xapic", "pc")
def test_every_figure_is_measured_or_its_absence_explained(machine):
    figures, skipped, summary = bench(machine)
    wanted = ALWAYS | (WITH_ANOTHER if machine.spec.cpus > 1 else set())
    unmeasured = {name for name, reason in skipped.items() if reason == STOOD_STILL}
    assert wanted <= set(figures) | unmeasured, sorted(skipped.items())
    assert set(skipped) - READY - unmeasured == LARGE | (WITH_ANOTHER - wanted), skipped
    assert all(skipped.values())
    assert summary["figures"] == len(figures) and summary["skipped"] == len(skipped)
    assert summary["rejected"] == sum(figure["rejected"] for figure in figures.values()) + len(unmeasured)
    for figure in figures.values():
        assert figure["unit"] == summary["unit"] == "cycles"  # this clock counts time
        assert figure["count"] >= 1
        assert 0 < figure["min"] <= figure["median"] <= figure["p99"] <= figure["max"], figure


@on("default")
def test_all_is_as_before_afterwards(machine):
    kept = ("cpu", "apic_id", "masked", "target_processor_set", "driver", "kind", "irql")
    before = {key: [message[field] for field in kept] for key, message in messages(machine).items()}
    bench(machine)
    assert {key: [message[field] for field in kept] for key, message in messages(machine).items()} == before
    assert all(check["ok"] for check in machine.json("selftest", "selftest"))


@on("default", "moves-8")
def test_connecting_many_tells_what_a_message_takes_of_memory(machine):
    figures, _, _ = bench(machine, "connect")
    assert "bytes" not in figures["connect_1"]
    assert RECORD_BYTES <= figures["connect_64"]["bytes"] <= PAGE_BYTES, figures["connect_64"]


@on("default")
@pytest.mark.parametrize("name,figures", [("connect", {"connect_1", "connect_8", "connect_64"}), ("nested", {"nested"})])
def test_a_name_chooses(machine, name, figures):
    found, skipped, _ = bench(machine, name)
    assert set(found) == figures and set(skipped) <= LARGE


@on("default")
def test_the_table_is_within_eighty_columns(machine):
    lines = machine.command("bench")
    assert lines[0].startswith("The clock counts cycles")
    assert max(map(len, lines)) < 80


@on("default")
def test_ctrl_c_stops_it_and_all_is_as_before(machine):
    before = {key: message["cpu"] for key, message in messages(machine).items()}
    machine.send(b"bench connect\r")
    machine.expect(r"^connect_1 .*\n", COMMAND_TIMEOUT)
    machine.send(b"\x03")
    assert "stopped" in machine.expect(PROMPT, COMMAND_TIMEOUT)
    assert {key: message["cpu"] for key, message in messages(machine).items()} == before


@on("default")
def test_a_recording_goes_on_afterwards_and_holds_nothing_of_it(machine):
    machine.command("trace clear")
    machine.command("trace start")
    machine.command("bench message_round_trip")
    summary = machine.json("trace status")[-1]
    machine.command("trace stop")
    assert summary["on"] and summary["recorded"] < FEW_EVENTS, summary
