"""Remapping units are found, named and left alone."""

from support import messages, on


@on("numa")
def test_the_unit_of_the_machine_is_listed_as_its_registers_say(machine):
    unit, = machine.json("remap", "remap_unit")
    base = int(unit["base"], 16)
    version, = machine.read_memory(base, 1)
    extended, = machine.read_memory(base + 0x10, 1)
    status, = machine.read_memory(base + 0x1c, 1)
    assert int(unit["version"], 16) == version & 0xff
    assert unit["interrupt_remapping"] == bool(extended >> 3 & 1)
    assert unit["extended_interrupt_mode"] == bool(extended >> 4 & 1)
    assert unit["enabled"] == bool(status >> 25 & 1) is False
    assert unit["kind"] == "vt-d" and unit["answers"]


@on("numa")
def test_no_message_goes_through_an_entry(machine):
    assert {found["remap_index"] for found in messages(machine).values()} == {None}
    summary, = machine.json("remap", "remap_summary")
    assert (summary["units"], summary["enabled"], summary["entries"], summary["messages"]) == (1, 0, 0, len(messages(machine)))


@on("default")
def test_a_machine_without_a_unit_says_so(machine):
    assert machine.command("remap")[0].startswith("0 units, 0 on;")
