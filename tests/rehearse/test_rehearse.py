"""Rehearsals of two small machines that nobody owns: an ordinary one, and one whose firmware errs."""

import json
import os
import subprocess

import pytest

PROGRAM = os.path.join(os.environ.get("BUILD", "build"), "unit", "rehearse")
DUMPS = os.path.join(os.path.dirname(__file__), "dumps")
WIDTH = 100


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, timeout=60, check=False)


@pytest.fixture(name="records", scope="module")
def _records():
    found = {}
    for name in ("desk", "odd"):
        done = run("--json", os.path.join(DUMPS, name))
        assert done.returncode == 0, done.stderr.decode()
        found[name] = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return found


def of(records, kind):
    return [record for record in records if record["type"] == kind]


def texts(records, kind):
    return "\n".join(record["text"] for record in of(records, kind))


@pytest.mark.parametrize("name", ["desk", "odd"])
def test_the_text_fits_a_terminal_and_ends_with_the_dump(name):
    done = run(os.path.join(DUMPS, name))
    assert done.returncode == 0 and not done.stderr
    lines = done.stdout.decode().splitlines()
    assert max(map(len, lines)) < WIDTH
    for heading in ("Tables:", "Processors", "Functions", "Remapping units", "Routing", "Warnings:", "Of the dump:"):
        assert any(line.startswith(heading) for line in lines), heading


def test_the_ordinary_machine_is_understood_without_a_warning(records):
    desk = records["desk"]
    assert desk[-1]["type"] == "rehearse_summary"
    assert (desk[-1]["cpus"], desk[-1]["functions"], desk[-1]["remap_units"], desk[-1]["warnings"]) == (4, 5, 2, 0)
    assert [cpu["apic_id"] for cpu in of(desk, "cpu")] == [0, 2, 4, 6]
    assert of(desk, "local_apic")[0]["apic_mode"] == "xapic"
    assert "opts out" in of(desk, "local_apic")[0]["reason"]
    assert of(desk, "ecam")[0]["base"] == "0xe0000000"
    assert of(desk, "console")[0]["source"] == "SPCR"
    assert of(desk, "ioapic")[0]["remap_source"] == "f0:1f.0"
    assert of(desk, "hpet")[0]["remap_source"] == "f0:0f.0"


def test_functions_have_bars_geometry_and_places(records):
    functions = {record["bdf"]: record for record in of(records["desk"], "function")}
    nvme = functions["0000:01:00.0"]
    assert nvme["bars"] == [{"index": 0, "kind": "mem64", "address": "0xa1100000", "size": "0x4000", "prefetchable": False,
                             "refusal": None}]
    assert (nvme["msix"]["table_size"], nvme["msix"]["table_offset"], nvme["msix"]["pba_offset"]) == (33, "0x3000", "0x2000")
    assert [item["id"] for item in nvme["extended_capabilities"]] == ["0x0001", "0x0003"]
    assert functions["0000:00:01.0"]["bridge"] == {"primary": 0, "secondary": 1, "subordinate": 1}
    places = [(record["cpu"], record["vector"]) for record in of(records["desk"], "message")]
    assert len(places) == len(set(places)) == 7
    nvme_cpus = [record["cpu"] for record in of(records["desk"], "message") if record["bdf"] == "0000:01:00.0"]
    assert sorted(nvme_cpus) == [0, 1, 2, 3]
    assert "1 functions without sizes" in texts(records["desk"], "dump_note")


def test_every_function_belongs_to_one_unit(records):
    units = {unit["base"]: unit["functions"] for unit in of(records["desk"], "remap_unit")}
    assert units["0xfed90000"] == ["0000:00:02.0"]
    assert units["0xfed91000"] == ["0000:00:00.0", "0000:00:01.0", "0000:00:19.0", "0000:01:00.0"]
    assert not of(records["desk"], "remap_none")


@pytest.mark.parametrize("text", [
    "APIC: one more table of this kind", "APIC: NMI on a local pin that does not exist", "type no standard has", "RAM below 1 MiB",
    "00:0b.1: there without a function 0",
    "IVRS: block of an unknown type", "0000:00:09.0: header type 2"])
def test_firmware_that_errs_is_named(records, text):
    assert text in texts(records["odd"], "warning")


@pytest.mark.parametrize("text", [
    "05:00.0: 64 bytes of configuration space", "00:0a.0: not found by this kernel: answers all ones",
    "10000:e0:06.0: a domain that Linux made"])
def test_what_the_dump_leaves_open_is_named(records, text):
    assert text in texts(records["odd"], "dump_note")


def test_the_first_madt_and_the_unit_block_that_says_most_stand(records):
    odd = records["odd"]
    assert [cpu["apic_id"] for cpu in of(odd, "cpu")] == [0, 1]
    assert [unit["block_type"] for unit in of(odd, "remap_unit")] == ["0x11"]
    assert of(odd, "fadt")[0]["reset"] is None
    # Its ID is 9 in the IVRS and 2 in the MADT; there is but one.
    assert of(odd, "ioapic")[0]["remap_source"] == "00:14.0"


def test_a_folder_without_a_machine_is_refused(tmp_path):
    (tmp_path / "note").write_text("no machine\n")
    done = run(str(tmp_path))
    assert done.returncode == 2 and b"no ACPI table and no lspci text" in done.stderr
    assert run(str(tmp_path / "absent")).returncode == 2
