"""A device silenced for a while, and one that lost its entries."""

from support import counts, device_of, functions, messages, on, table_address, wait_for_arrivals


@on("moves-4")
def test_an_inactive_device_is_off_and_keeps_its_routes(machine):
    bdf = device_of(machine, "rocker")
    before = messages(machine, bdf)
    machine.command("inactive %s" % bdf)
    assert functions(machine)[bdf]["msix"]["enabled"] is False
    assert machine.refused("fire %s 0" % bdf)
    assert machine.refused("inactive %s" % bdf) == "%s is inactive already" % bdf
    machine.command("active %s" % bdf)
    after = messages(machine, bdf)
    for key, record in after.items():
        assert (record["cpu"], record["vector"], record["masked"]) == (before[key]["cpu"], before[key]["vector"], False)


@on("moves-4")
def test_entries_that_were_lost_are_programmed_anew_and_arrive(machine):
    bdf = device_of(machine, "rocker")
    machine.command("inactive %s" % bdf)
    record = messages(machine, bdf)[bdf, 2]
    cpu = (record["cpu"] + 1) % 4
    machine.command("route %s 2 %d" % (bdf, cpu))
    stale = machine.read_memory(table_address(functions(machine)[bdf], 2), 3)
    machine.command("active %s" % bdf)
    fresh = machine.read_memory(table_address(functions(machine)[bdf], 2), 3)
    assert fresh != stale
    assert fresh == [0xFEE00000 | cpu << 12, 0, messages(machine, bdf)[bdf, 2]["vector"]]
    before = counts(machine)
    machine.command("fire %s 2 3" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 2), 3) == {(bdf, 2): {cpu: 3}}
    machine.command("route %s 2 0:0xf" % bdf)
