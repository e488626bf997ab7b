"""The firmware's tables over the console: what acpixtract and iasl make of the capture."""

import os
import re
import subprocess

import pytest
from support import on

HEADER = re.compile(r"^(\S{4}) @ 0x([0-9A-F]{16})$")


@pytest.fixture
def extracted(machine, tmp_path):
    """signature -> bytes of each table that acpixtract finds in a capture as it came over the wire."""
    capture = tmp_path / "capture.txt"
    lines = machine.command("acpi")
    capture.write_bytes("\r\n".join(["signalbox> acpi", *lines, "signalbox> "]).encode())
    subprocess.run(["acpixtract", "-a", str(capture)], cwd=tmp_path, check=True, capture_output=True, timeout=600)
    return {path.stem: path.read_bytes() for path in tmp_path.glob("*.dat")}


@on("default")
def test_acpixtract_gets_every_table_of_the_listing_whole(machine, extracted):
    listed = machine.json("acpi", "acpi")
    assert {"facp", "apic", "mcfg", "dsdt"} <= set(extracted)
    assert len(extracted) == len(listed)
    for table in listed:
        found = extracted[table["signature"].lower()]
        assert len(found) == table["length"], table
        assert sum(found) % 256 == 0 and found[:4].decode() == table["signature"]
        assert found[10:16].rstrip(b"\0 ").decode() == table["oem_id"].rstrip()


@on("default")
def test_the_bytes_are_those_in_the_machines_memory(machine, extracted):
    for table in machine.json("acpi", "acpi"):
        words = machine.read_memory(int(table["address"], 16), table["length"] // 4)
        assert extracted[table["signature"].lower()][:len(words) * 4] == b"".join(word.to_bytes(4, "little") for word in words)


@on("default")
def test_the_dsdt_disassembles_and_names_the_root_bridge(machine, extracted, tmp_path):
    (tmp_path / "dsdt.aml").write_bytes(extracted["dsdt"])
    subprocess.run(["iasl", "-d", "dsdt.aml"], cwd=tmp_path, check=True, capture_output=True, timeout=600)
    assert "Device (PCI0)" in (tmp_path / "dsdt.dsl").read_text()


@on("default")
def test_one_table_by_its_signature_and_no_such_table(machine):
    lines = machine.command("acpi APIC")
    assert [HEADER.match(line)[1] for line in lines if HEADER.match(line)] == ["APIC"]
    assert machine.refused("acpi NONE") == "there is no table NONE"
    listed = machine.json("acpi APIC")
    assert [table["type"] for table in listed] == ["acpi", "acpi_summary"]
    assert listed[0] in machine.json("acpi", "acpi") and listed[1] == {"type": "acpi_summary", "tables": 1, "faults": 0}
    assert machine.refused("acpi NONE --json") == "there is no table NONE"


@on("default")
def test_the_listing_counts_what_it_lists(machine):
    summary = machine.json("acpi", "acpi_summary")
    assert summary == [{"type": "acpi_summary", "tables": len(machine.json("acpi", "acpi")), "faults": 0}]
    assert os.linesep.join(machine.command("acpi list")).count("good") == summary[0]["tables"]
