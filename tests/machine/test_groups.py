"""More than 64 processors: two groups, messages over both, group and mask everywhere."""

from support import counts, device_of, messages, on, wait_for_arrivals


@on("wide")
def test_all_72_processors_come_online_in_two_groups(machine):
    cpus = machine.json("cpus", "cpu")
    assert [cpu["state"] for cpu in cpus] == ["online"] * 72
    assert [(cpu["group"], cpu["number"]) for cpu in cpus] == [(cpu // 64, cpu % 64) for cpu in range(72)]


@on("wide")
def test_messages_are_spread_over_both_groups(machine):
    found = messages(machine).values()
    assert {record["cpu"] // 64 for record in found} == {0, 1}
    for record in found:
        allowed = record["target_processor_set"]
        assert allowed["group"] == record["cpu"] // 64
        assert int(allowed["mask"], 16) >> record["cpu"] % 64 & 1


@on("wide")
def test_a_route_takes_a_group_and_a_mask(machine):
    bdf = device_of(machine, "rocker")
    machine.command("route %s 0 1:0x6" % bdf)
    record = messages(machine, bdf)[bdf, 0]
    assert record["cpu"] in (65, 66)
    assert record["target_processor_set"] == {"group": 1, "mask": "0x0000000000000006"}
    before = counts(machine)
    machine.command("fire %s 0 3" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 0), 3) == {(bdf, 0): {record["cpu"]: 3}}
    assert machine.refused("route %s 0 1:0x100" % bdf)
    assert machine.refused("route %s 0 2:0x1" % bdf)


@on("wide")
def test_a_processor_of_the_second_group_goes_off_and_comes_back(machine):
    machine.command("cpu 71 offline")
    assert all(record["cpu"] != 71 for record in messages(machine).values())
    machine.command("cpu 71 online")
    bdf = device_of(machine, "rocker")
    machine.command("route %s 1 71" % bdf)
    before = counts(machine)
    machine.command("fire %s 1 3" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 1), 3) == {(bdf, 1): {71: 3}}
