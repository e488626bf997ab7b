"""Proximity: the processors' domains come from the SRAT, and the close policies stay in the device's."""

from support import device_of, messages, on


@on("numa")
def test_processors_are_in_the_domains_of_the_srat(machine):
    assert [cpu["node"] for cpu in machine.json("cpus", "cpu")] == [0, 0, 1, 1]


@on("numa")
def test_close_policies_use_the_processors_of_the_devices_domain_only(machine):
    bdf = device_of(machine, "rocker")
    machine.command("policy %s all_close" % bdf)
    records = messages(machine, bdf).values()
    assert {record["cpu"] for record in records} == {0, 1}
    assert {record["target_processor_set"]["mask"] for record in records} == {"0x0000000000000003"}
    machine.command("policy %s one_close" % bdf)
    records = messages(machine, bdf).values()
    assert len({record["cpu"] for record in records}) == 1
    assert {record["cpu"] for record in records} <= {0, 1}


@on("numa")
def test_spreading_uses_the_processors_of_all_domains(machine):
    bdf = device_of(machine, "rocker")
    machine.command("policy %s spread" % bdf)
    found = {record["cpu"] for record in messages(machine, bdf).values()}
    # Where fewest messages are: not on each when one has more than the others.
    assert len(found) >= 3 and found & {0, 1} and found & {2, 3}
