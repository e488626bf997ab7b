"""What bad firmware leaves behind, spoilt by its shell before the kernel starts, is recorded, put right or refused."""

import zlib

import image
import pytest
from machines import REMAP_UNIT
from support import device_of, ecam_base, ecam_offset, functions, logged, messages, on

E1000E, SWITCH_CHIP, IGB, DISK, FILLER = "0000:00:02.0", "0000:00:07.0", "0000:02:00.0", "0000:01:00.0", "0000:04:00.0"
UNKNOWN = "0000:00:0e.0"


def findings(machine, item):
    """where -> value, of the findings of one kind."""
    return {found["where"]: int(found["value"], 16) for found in machine.json("firmware", "firmware") if found["item"] == item}


def config(machine, bdf, offset):
    """A dword of configuration space, as QEMU sees it."""
    return machine.read_memory(ecam_base(machine) + ecam_offset(bdf) + offset, 1)[0]


@on("bad-firmware")
def test_a_sleeping_function_is_woken_and_its_driver_works(machine):
    assert findings(machine, "power_state") == {E1000E: 3}
    assert config(machine, E1000E, 0xCC) & 3 == 0
    assert machine.command("fire %s 1" % E1000E)


@on("bad-firmware")
def test_bars_over_memory_the_local_apic_and_each_other_are_refused_with_both_owners(machine):
    assert set(findings(machine, "bar_conflict")) == {
        "0000:00:03.0 BAR 0 over RAM", "0000:00:06.0 BAR 0 over local APIC",
        "0000:00:04.0 BAR 0 over 0000:00:05.0 BAR 0", "0000:00:05.0 BAR 0 over 0000:00:04.0 BAR 0"}
    found = functions(machine)
    assert found["0000:00:03.0"]["bars"][0]["refusal"] == "lies over RAM"
    assert all(found["0000:00:0%d.0" % slot]["driver"] is None for slot in (3, 4, 5, 6))


@on("bad-firmware")
def test_a_bar_outside_the_window_of_its_bridge_is_refused(machine):
    assert list(findings(machine, "bar_outside_window")) == [FILLER + " BAR 0 outside bridge 0000:00:0b.0"]


@on("bad-firmware")
def test_a_disk_behind_a_closed_bridge_is_reached(machine):
    assert config(machine, "0000:00:08.0", 4) & 2
    block, = machine.json("read %s 1" % device_of(machine, "nvme"))
    assert int(block["crc32"], 16) == zlib.crc32(image.block(1))


@on("bad-firmware")
def test_what_has_a_driver_is_decoded_again_and_what_nobody_knows_is_not(machine):
    assert machine.command("fire %s 0" % SWITCH_CHIP)
    assert config(machine, IGB, 4) & 2
    assert config(machine, UNKNOWN, 4) & 2 == 0
    assert {found["kind"] for (bdf, _), found in messages(machine).items() if bdf == UNKNOWN} == {"msi"}


@on("bad-firmware")
def test_virtual_functions_are_switched_off(machine):
    assert findings(machine, "virtual_functions") == {IGB: 9}
    assert config(machine, IGB, 0x168) & 9 == 0


@on("bad-firmware")
def test_bridges_without_bus_numbers_and_with_those_of_another_are_named(machine):
    assert findings(machine, "bridge_buses") == {"0000:00:0a.0": 0, "0000:00:11.0 and 0000:00:10.0": 0x050500}
    assert not any(bdf.startswith("0000:03") for bdf in functions(machine))


@on("bad-firmware")
def test_usb_controllers_are_taken_from_the_firmware(machine):
    assert findings(machine, "usb_legacy") == {"0000:00:0c.0": 0x10001, "0000:00:0d.0": 0xBF}
    assert config(machine, "0000:00:0c.0", 0x68) >> 16 == 0x0100
    assert any("0000:00:0c.0: the firmware did not let go of the EHCI controller" in line for line in logged(machine))


@on("bad-firmware")
def test_messages_left_on_are_recorded_and_one_kind_stays(machine):
    assert findings(machine, "msi_enabled") == {"0000:00:1f.2": 0x81, E1000E: 0x81}
    assert findings(machine, "msix_enabled") == {E1000E: 0x8004}
    assert config(machine, E1000E, 0xD0) >> 16 & 1 == 0
    assert config(machine, E1000E, 0xA0) >> 16 & 0xC000 == 0x8000


@on("bad-firmware")
def test_a_function_that_nobody_drives_no_longer_masters_the_bus(machine):
    assert findings(machine, "bus_master")[UNKNOWN] == 4
    for bdf in (UNKNOWN, "0000:00:03.0", "0000:00:06.0"):
        assert config(machine, bdf, 4) & 4 == 0, bdf


@on("bad-firmware")
def test_the_remapping_unit_is_recorded_and_off(machine):
    where = "vt-d unit at 0x%x" % REMAP_UNIT
    assert findings(machine, "dma_remapping") == findings(machine, "interrupt_remapping") == {where: 1}
    assert machine.read_memory(REMAP_UNIT + 0x1C, 1)[0] & 0x86000000 == 0
    unit, = machine.json("remap", "remap_unit")
    assert not unit["enabled"]


@on("bad-firmware")
def test_a_second_table_of_a_kind_that_there_is_one_of_is_named(machine):
    assert [where for where in findings(machine, "bad_table") if where.startswith("table MCFG: one more table of this kind")]


@on("bad-firmware")
def test_a_serial_port_in_memory_is_not_touched_and_the_console_says_where_it_is(machine):
    line = next(line for line in logged(machine) if "console: ConOut" in line)
    assert line.endswith("console: ConOut at port 0x3f8; tried before: SPCR (0x1000000 lies over RAM)")


@on("bad-firmware")
def test_the_record_and_the_hardware_agree(machine):
    summary, = machine.json("audit", "audit_summary")
    assert summary["drifts"] == 0


@on("bad-firmware")
@pytest.mark.parametrize("bdf", [E1000E, SWITCH_CHIP, DISK])
def test_no_link_is_broken_to_what_is_driven(machine, bdf):
    why = machine.json("why %s 0" % bdf, "why")[0]
    assert all(link["ok"] for link in why["links"]), why["verdict"]
