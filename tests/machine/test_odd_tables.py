"""ACPI tables of firmware that is wrong: each fault is named, what lies over something else is not touched, and messages
are routed."""

import pytest
from machines import NO_MEMORY, PLACE_IN_RAM, PLACE_OF_NOBODY, REMAP_UNIT
from support import device_of, devices_of, functions, logged, messages, on
from test_audit import assert_clean

WRONG = ("odd-tables", "forbidding-tables")
WORDS_AT_PLACE = 0x400 // 4  # of memory that an IOAPIC and an ECAM region were said to be at


def said(machine, text):
    """Is there a line in the log that ends with this text?"""
    return any(line.endswith(text) for line in logged(machine))


def where(machine, item):
    return [found["where"] for found in machine.json("firmware", "firmware") if found["item"] == item]


@on("odd-tables")
def test_processors_are_those_enabled_in_the_order_of_the_madt_with_the_boot_processor_first(machine):
    assert [cpu["apic_id"] for cpu in machine.json("cpus", "cpu")] == [0, 3, 1, 2]
    assert {cpu["state"] for cpu in machine.json("cpus", "cpu")} == {"online"}


@on("odd-tables")
@pytest.mark.parametrize("fault", [
    "APIC: processor listed twice, the first stands: APIC ID 0x3",
    "APIC: IOAPIC listed twice, the first stands: address 0xfec00000",
    "APIC: IRQ overridden twice, the first stands: IRQ 0x9",
    "APIC: override of something that is no ISA IRQ at offset 0xe8",
    "APIC: override of something that is no ISA IRQ at offset 0xf2",
    "APIC: NMI on a local pin that does not exist at offset 0x112",
    "APIC: NMI on a local pin with reserved flags, left out, at offset 0x118",
    "APIC: records of a type no standard has, passed over: type 0x7f",
    "APIC: record is too short for its type at offset 0x128",
    "APIC: record runs past the end at offset 0x12c",
    "MCFG: buses already belong to an earlier entry, at offset 0x6c",
    "SRAT: no domain for APIC ID 2: it counts as domain 0"])
def test_each_wrong_record_is_named_with_its_place(machine, fault):
    assert said(machine, "ACPI table " + fault)


@on("odd-tables")
def test_registers_over_memory_or_other_registers_are_named_with_both_owners(machine):
    assert where(machine, "address_conflict") == [
        "IOAPIC 7 over RAM", "IOAPIC 12 over local APIC", "ECAM of segment 2 over RAM", "ECAM of segment 3 over IOAPIC 0"]
    assert said(machine, "ECAM of segment 3 at 0xfec00000 lies over IOAPIC 0 at 0xfec00000: buses 1-7 are not used")


@on("odd-tables")
def test_memory_that_is_said_to_be_an_ioapic_is_not_written(machine):
    """Nobody else uses it: the kernel takes its memory from the top, and the firmware filled it evenly."""
    assert len(set(machine.read_memory(PLACE_IN_RAM, WORDS_AT_PLACE))) == 1


@on("odd-tables")
def test_an_ioapic_that_is_not_there_is_left_out(machine):
    assert said(machine, "ioapic 9 at 0xfec80000: does not answer")
    assert said(machine, "ioapic 0: 24 pins from gsi 0, all masked")


@on("odd-tables")
def test_without_configuration_space_where_the_mcfg_says_the_ports_are_left(machine):
    assert said(machine, "ECAM at 0x%x, segment 0, buses 0-255: mismatch" % PLACE_OF_NOBODY)
    assert said(machine, "cannot map 0x100000 bytes at 0x%x: invalid" % NO_MEMORY)
    found = functions(machine)
    assert all(bdf.startswith("0000:") for bdf in found) and device_of(machine, "nvme") in found
    assert all(device["extended_capabilities"] == [] for device in found.values())


@on("odd-tables")
def test_close_policies_find_a_processor_whatever_the_domains(machine):
    assert [cpu["node"] for cpu in machine.json("cpus", "cpu")] == [7, 7, 0xFFFFFFFE, 0]
    bdf = device_of(machine, "rocker")
    for policy in ("one_close", "all_close"):
        machine.command("policy %s %s" % (bdf, policy))
        machine.command("fire %s 1" % bdf)
    machine.command("policy %s default" % bdf)


@on("odd-tables")
def test_all_drivers_have_their_messages(machine):
    drivers = {found["driver"] for found in messages(machine).values()}
    assert {"nvme", "e1000e", "virtio-rng", "edu", "rocker"} <= drivers


@on("forbidding-tables")
def test_messages_that_the_fadt_forbids_are_not_used(machine):
    found = messages(machine)
    assert found and {message["kind"] for message in found.values()} == {"line"}
    assert "0000:00:06.0: msix absent; msi not supported, says the FADT" in machine.command("messages")
    for bdf in devices_of(machine, "edu"):
        machine.command("fire %s 0" % bdf)


@on("forbidding-tables")
def test_a_reset_register_in_memory_is_refused(machine):
    assert said(machine, "power: reset register at 0x%x lies over RAM: it is not used" % (2 * PLACE_IN_RAM))


@on("forbidding-tables")
def test_a_clock_that_stands_still_is_replaced(machine):
    assert said(machine, "time: pm timer cannot be used: timeout")
    assert any("by 8254" in line for line in logged(machine))


@on("forbidding-tables")
def test_remapping_units_in_memory_and_nowhere_are_not_believed(machine):
    assert where(machine, "address_conflict") == ["remapping unit 0 over RAM"]
    assert said(machine, "vt-d unit at 0x%x: no version: nothing answers there" % REMAP_UNIT)
    assert {unit["answers"] for unit in machine.json("remap", "remap_unit")} == {False}


@on("forbidding-tables")
def test_configuration_space_that_is_switched_off_is_found_out(machine):
    assert any("pci: ECAM at 0x" in line and line.endswith("segment 0, buses 0-255: mismatch") for line in logged(machine))
    assert len(functions(machine)) == 8


@on("odd-tables")
def test_a_serial_port_beyond_the_processors_addresses_is_refused(machine):
    assert any("console: " in line and "tried before: SPCR (no such address or speed)" in line for line in logged(machine))


@on("forbidding-tables")
def test_a_serial_port_beyond_the_last_port_is_refused(machine):
    assert any("console: " in line and "tried before: SPCR (no such address or speed)" in line for line in logged(machine))


@on(*WRONG)
def test_the_record_and_the_hardware_agree(machine):
    assert_clean(machine)
