"""The product on a second emulator's PC, which is stricter about processors than QEMU and has other firmware tables: none."""

import json
import re

import pytest

# What Bochs reports of processors and their interrupt controllers: reserved bits, registers that do not exist.
COMPLAINT = re.compile(r"\d+[ep]\[(CPU|APIC|IOAPIC|MEM)(?!.*RDMSR: Unknown register 0x17$)")  # that one is the firmware's


def passes_its_self_test(outcome):
    failures = [line for line in outcome.serial if line.startswith("FAIL")]
    summary = [line for line in outcome.serial if re.match(r"selftest: \d+ passed, 0 failed", line)]
    return not failures and len(summary) == 1


@pytest.mark.parametrize("name", ["bare", "line", "two"])
def test_it_boots_passes_its_self_test_and_switches_off(outcomes, name):
    assert passes_its_self_test(outcomes(name)), "\n".join(outcomes(name).serial[-40:])


@pytest.mark.parametrize("name", ["bare", "line", "two"])
def test_the_emulator_finds_no_fault_with_what_it_does_to_processors(outcomes, name):
    assert [line for line in outcomes(name).log if COMPLAINT.match(line)] == []


def test_firmware_without_acpi_tables_is_named_and_no_table_is_blamed(outcomes):
    said = outcomes("bare").serial
    assert [line.split("] ")[1] for line in said if "ACPI" in line and line.startswith("[")] == [
        "warning: ACPI: the firmware handed over no RSDP, so there are no tables"]
    assert [item for item in outcomes("bare").objects("firmware") if item["item"] in ("bad_table", "apic_base")] == []


def test_the_local_apic_stays_in_the_firmwares_mode_or_goes_to_the_one_asked_for(outcomes):
    assert [cpu["apic_mode"] for cpu in outcomes("bare").objects("cpu")] == ["xapic"]
    assert [cpu["apic_mode"] for cpu in outcomes("line").objects("cpu")] == ["x2apic"]


@pytest.mark.parametrize("name,cpus", [("line", 1), ("two", 2)])
def test_a_line_is_measured_routed_and_audited_clean(outcomes, name, cpus):
    # The keyboard's line is the board's.
    found = {message["driver"]: message for message in outcomes(name).objects("message")}
    assert set(found) == {"i8042", "e1000e"}
    message = found["e1000e"]
    assert (message["kind"], message["mode"]) == ("line", "level_sensitive")
    summary, = outcomes(name).objects("audit_summary")
    assert (summary["messages"], summary["drifts"]) == (2, 0)
    assert len(outcomes(name).objects("cpu")) == cpus


def test_a_line_moves_between_two_processors_that_go_off_and_on_and_nothing_is_lost(outcomes):
    summary, = outcomes("two").objects("prove_summary")
    assert (summary["verdict"], summary["lost"], summary["duplicated"], summary["sent"]) == ("pass", 0, 0, 2000)
    assert (summary["offline_cycles"], summary["moves"] >= 200) == (4, True)


@pytest.mark.parametrize("name", ["bare", "line"])
def test_the_clock_counts_instructions_and_every_repetition_takes_as_many(outcomes, name):
    # The clock of Bochs 3 ticks more often than its instructions, as evenly.
    release = re.search(r"Bochs x86 Emulator (\d+)", "\n".join(outcomes(name).log))
    unit = "instructions" if int(release[1]) < 3 else "cycles"
    figures = {figure["name"]: figure for figure in outcomes(name).objects("bench")}
    for figure in (figures["self_ipi"], figures["deferred_call"]):
        assert figure["unit"] == unit and figure["min"] == figure["p99"], json.dumps(figure)
