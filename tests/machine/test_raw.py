"""Raw views against what QEMU says of the same registers; and before and after."""

from machine import error_of
from support import bar_address, device_of, functions, messages, on, table_address

RESERVED_X2APIC = 0x80E


@on("default")
def test_configuration_space_reads_as_the_inventory_has_it(machine):
    bdf = device_of(machine, "rocker")
    found = functions(machine)[bdf]
    registers = {int(line["offset"], 16): int(line["value"], 16) for line in machine.json("config " + bdf)}
    assert registers[0] == int(found["device"], 16) << 16 | int(found["vendor"], 16)
    assert registers[0x8] >> 8 == int(found["class"], 16)
    assert machine.json("config %s 0" % bdf)[0]["value"] == "0x%08x" % registers[0]
    assert machine.command("config 0:0.0")[0].startswith("000: 86 80 ")


@on("default")
def test_an_msix_table_reads_as_qemu_has_it_and_as_the_record_says(machine):
    bdf = device_of(machine, "rocker")
    found = functions(machine)[bdf]
    entries = machine.json("msix " + bdf, "msix_entry")
    assert len(entries) == found["msix"]["table_size"]
    for entry in entries:
        low, high, data, control = machine.read_memory(table_address(found, entry["index"]), 4)
        assert int(entry["message_address"], 16) == high << 32 | low
        assert (int(entry["message_data"], 16), int(entry["control"], 16)) == (data, control)
        assert entry["record"] == "same"
    assert machine.json("msix " + bdf, "msix_summary")[0]["differing"] == 0


@on("default")
def test_each_processor_is_asked_for_its_own_local_apic(machine):
    for cpu in machine.json("cpus", "cpu"):
        registers = machine.json("lapic %d" % cpu["cpu"])
        found = {line["register"]: int(line["value"], 16) for line in registers}
        assert found["ID"] in (cpu["apic_id"], cpu["apic_id"] << 24)
        assert found["SVR"] & 1 << 8
        assert len([line for line in registers if line["register"] == "IRR"]) == 8


@on("default")
def test_a_register_that_a_processor_lacks_is_an_error_and_the_machine_goes_on(machine):
    base = int(machine.json("msr 0x1b 1")[0]["value"], 16)
    assert base & 1 << 11 and not base & 1 << 8
    # QEMU's own processor answers 0 for registers it does not know, and raises #GP for reserved ones of x2APIC mode.
    if machine.json("cpus")[0]["apic_mode"] == "x2apic":
        assert "raises #GP" in machine.refused("msr 0x%x" % RESERVED_X2APIC)
        assert "raises #GP" in machine.refused("msr 0x%x 1" % RESERVED_X2APIC)
    assert machine.command("version")


@on("default")
def test_ioapic_and_cpuid_read_as_the_machine_has_them(machine):
    pins = machine.json("ioapic", "ioapic_pin")
    assert len(pins) == sum(each["pins"] for each in machine.json("ioapic", "ioapic")) and pins
    assert [pin["gsi"] for pin in pins] == list(range(len(pins)))
    leaves = {int(line["leaf"], 16): line for line in machine.json("cpuid")}
    assert int(leaves[0]["eax"], 16) == max(leaf for leaf in leaves if leaf < 0x80000000)
    assert machine.json("cpuid 1")[0]["eax"] == leaves[1]["eax"]


@on("default")
def test_memory_reads_as_qemu_has_it_and_registers_only_when_told_so(machine):
    words = [int(line["value"], 16) for line in machine.json("mem 0x200000 8")]
    assert words == machine.read_memory(0x200000, 8)
    table = table_address(functions(machine)[device_of(machine, "rocker")], 0)
    assert "a read may change the device" in machine.refused("mem 0x%x 1" % table)
    assert [int(line["value"], 16) for line in machine.json("mem 0x%x 4 device" % table)] == machine.read_memory(table, 4)
    assert "nothing is known to answer there" in machine.refused("mem 0x7ffffff00000 1 device")


@on("default")
def test_a_tree_has_every_function_below_its_bridge(machine):
    lines = machine.command("pci -t")
    for bdf in functions(machine):
        assert [line for line in lines if "-%s" % bdf.split(":", 2)[2] in line], bdf
    port = next(bdf for bdf, found in functions(machine).items() if found["bridge"])
    assert functions(machine)[port]["link"]["width"] >= 1
    assert [line for line in machine.command("pci " + port) if line.strip().startswith("link ")]


@on("moves-4")
def test_messages_come_back_to_a_processor_that_was_away(machine):
    machine.command("cpu 3 offline")
    assert not [found for found in messages(machine).values() if found["cpu"] == 3]
    machine.command("snapshot away")
    machine.command("cpu 3 online")
    assert machine.json("balance", "balance_summary")[0]["failed"] == 0
    there = [key for key, found in messages(machine).items() if found["cpu"] == 3]
    assert there
    routes = [line for line in machine.json("diff away", "diff") if line["kind"] == "route"]
    assert set(there) <= {(line["bdf"], line["index"]) for line in routes}
    assert error_of(machine.run("audit")) is None


@on("moves-4")
def test_what_fires_between_a_snapshot_and_its_diff_is_counted(machine):
    bdf = device_of(machine, "rocker")
    machine.command("snapshot shots")
    machine.command("repeat 3 fire %s 0 2" % bdf)
    counts = [line for line in machine.json("diff shots", "diff") if line["kind"] == "count" and line["bdf"] == bdf]
    assert [(line["index"], int(line["now"]) - int(line["before"])) for line in counts] == [(0, 6)]
    assert machine.json("interrupts %s nonzero" % bdf)[0]["taken"]


@on("default")
def test_listings_choose_and_sort(machine):
    bdf = device_of(machine, "rocker")
    machine.command("fire %s 1 5000" % bdf)
    totals = [sum(found["counts"]) for found in machine.json("interrupts %s sort=count" % bdf, "interrupt")]
    assert len(totals) == 4 and totals == sorted(totals, reverse=True) and totals[0] >= 5000
    assert {found["bdf"] for found in machine.json("messages driver=rocker")} == {bdf}
    assert all(found["count"] for found in machine.json("messages nonzero"))
    assert all(found["cpu"] == 1 or found["count"] for found in machine.json("messages cpu=1"))
    assert bar_address(functions(machine)[bdf], 0)
