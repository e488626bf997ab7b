"""Changing live routes: one message, a device's policy, a whole processor; seen from outside in the device's own table."""

import pytest
from support import arrivals, counts, device_of, functions, messages, on, table_address, wait_for_arrivals

MACHINES = ("moves-4", "moves-xapic")


def entry(machine, bdf, index):
    """(address, data, masked) of an MSI-X entry as QEMU sees it."""
    low, high, data, control = machine.read_memory(table_address(functions(machine)[bdf], index), 4)
    return high << 32 | low, data, bool(control & 1)


def vectors(machine):
    return {cpu["cpu"]: cpu for cpu in machine.json("cpus", "cpu")}


def free_again(machine):
    """Every message may be anywhere, for the next test."""
    everywhere = (1 << machine.spec.cpus) - 1
    for bdf, index in messages(machine):
        machine.command("route %s %d 0:0x%x" % (bdf, index, everywhere))


@on(*MACHINES)
def test_a_routed_message_has_its_new_place_in_the_devices_table_and_arrives_there(machine):
    bdf = device_of(machine, "rocker")
    for cpu in (3, 1, 2, 0):
        old = messages(machine, bdf)[bdf, 1]
        moved = machine.json("route %s 1 %d" % (bdf, cpu))[0]
        new = messages(machine, bdf)[bdf, 1]
        assert moved["from"] == {"cpu": old["cpu"], "vector": old["vector"]}
        assert moved["to"] == {"cpu": cpu, "vector": new["vector"]}
        assert new["target_processor_set"] == {"group": 0, "mask": "0x%016x" % (1 << cpu)}
        assert entry(machine, bdf, 1) == (0xFEE00000 | new["apic_id"] << 12, new["vector"], False)
        before = counts(machine)
        machine.command("fire %s 1 5" % bdf)
        assert wait_for_arrivals(machine, before, (bdf, 1), 5) == {(bdf, 1): {cpu: 5}}
    free_again(machine)


@on(*MACHINES)
def test_an_msi_that_cannot_be_masked_moves_and_arrives(machine):
    bdf = device_of(machine, "edu")
    for cpu in (1, 3, 0, 2):
        machine.command("route %s 0 %d" % (bdf, cpu))
        before = counts(machine)
        machine.command("fire %s 0 3" % bdf)
        assert wait_for_arrivals(machine, before, (bdf, 0), 3) == {(bdf, 0): {cpu: 3}}
    free_again(machine)


@on("moves-4")
def test_a_masked_message_moves_and_stays_masked(machine):
    bdf = device_of(machine, "rocker")
    machine.command("mask %s 0" % bdf)
    assert machine.refused("fire %s 0" % bdf) == "masked: pending at the device"
    cpu = (messages(machine, bdf)[bdf, 0]["cpu"] + 1) % 4
    before = counts(machine)
    machine.command("route %s 0 %d" % (bdf, cpu))
    assert entry(machine, bdf, 0)[2]
    assert arrivals(before, counts(machine)) == {}
    machine.command("unmask %s 0" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 0), 1) == {(bdf, 0): {cpu: 1}}
    free_again(machine)


@on("moves-4")
def test_counts_survive_a_move(machine):
    bdf = device_of(machine, "rocker")
    machine.command("route %s 3 1" % bdf)
    machine.command("fire %s 3 7" % bdf)
    before = counts(machine)[bdf, 3]
    machine.command("route %s 3 2" % bdf)
    assert counts(machine)[bdf, 3] == before
    assert messages(machine, bdf)[bdf, 3]["count"] == sum(before)
    free_again(machine)


@on("moves-4")
def test_a_route_to_a_group_and_mask_stays_inside_it(machine):
    bdf = device_of(machine, "nvme")
    for mask in (0x1, 0x6, 0xC, 0x9, 0xF):
        machine.command("route %s 1 0:0x%x" % (bdf, mask))
        found = messages(machine, bdf)[bdf, 1]
        assert found["target_processor_set"]["mask"] == "0x%016x" % mask
        assert mask >> found["cpu"] & 1
    machine.command("read %s 3" % bdf)
    free_again(machine)


@on("moves-4")
@pytest.mark.parametrize("where", ["4", "-1", "x", "0:", ":1", "0:0", "0:0x10", "1:1", "0:1:1", "99999999999999999999", "0x100000000"])
def test_a_route_to_nowhere_is_refused_and_changes_nothing(machine, where):
    bdf = device_of(machine, "rocker")
    before = messages(machine)
    assert machine.refused("route %s 0 %s" % (bdf, where))
    assert messages(machine) == before


@on(*MACHINES)
def test_a_policy_moves_the_messages_of_a_live_device(machine):
    bdf = device_of(machine, "rocker")
    close = machine.json("policy %s one_close" % bdf)[0]
    assert close["policy"] == "one_close" and len(set(close["cpus"])) == 1
    assert {found["cpu"] for found in messages(machine, bdf).values()} == set(close["cpus"])
    for (_, index), found in messages(machine, bdf).items():
        assert entry(machine, bdf, index) == (0xFEE00000 | found["apic_id"] << 12, found["vector"], False)
        machine.command("fire %s %d" % (bdf, index))
    spread = machine.json("policy %s spread" % bdf)[0]
    assert spread["policy"] == "spread" and len(set(spread["cpus"])) > 1
    assert spread["allowed"] == [{"group": 0, "mask": "0x000000000000000f"}]
    for name in ("all", "all_close", "default"):
        machine.command("policy %s %s" % (bdf, name))
        machine.command("prove %s shots=100 moves=10" % bdf)
    for name in ("specified", "best", ""):
        assert machine.refused(("policy %s %s" % (bdf, name)).strip())


@on("moves-4")
def test_the_policies_listed_are_those_of_all_devices_with_messages(machine):
    listed = {found["bdf"]: found for found in machine.json("policy", "policy")}
    table = messages(machine)
    assert set(listed) == {bdf for bdf, _ in table}
    for bdf, found in listed.items():
        assert found["cpus"] == [table[bdf, index]["cpu"] for index in range(len(found["cpus"]))]


@on("moves-2", "moves-8", *MACHINES)
def test_a_processor_that_goes_off_leaves_no_message_and_no_vector_behind(machine):
    assert any(found["cpu"] == 1 for found in messages(machine).values())
    machine.command("cpu 1 offline")
    off = vectors(machine)[1]
    assert (off["state"], off["vectors_free"], off["vectors_allocated"], off["vectors_draining"]) == ("offline", 144, 0, 0)
    assert all(found["cpu"] != 1 for found in messages(machine).values())
    machine.command("prove shots=500 moves=50")
    assert machine.refused("route %s 0 1" % device_of(machine, "rocker")) == "cpu 1 is offline"
    assert machine.refused("cpu 1 offline") == "cpu 1 is not online"
    machine.command("cpu 1 online")
    bdf = device_of(machine, "rocker")
    machine.command("route %s 0 1" % bdf)
    before = counts(machine)
    machine.command("fire %s 0 4" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 0), 4) == {(bdf, 0): {1: 4}}
    assert vectors(machine)[1]["state"] == "online"
    free_again(machine)


@on(*MACHINES)
def test_a_processor_that_a_message_cannot_leave_stays_and_says_so_in_numbers(machine):
    bdf = device_of(machine, "rocker")
    machine.command("route %s 0 2" % bdf)
    total = sum(found["cpu"] == 2 for found in messages(machine).values())
    before = messages(machine)
    assert machine.refused("cpu 2 offline") == "1 of the %d messages on cpu 2 may live on no other online cpu" % total
    assert messages(machine) == before
    assert vectors(machine)[2]["state"] == "online"
    machine.command("fire %s 0" % bdf)
    free_again(machine)
    machine.command("cpu 2 offline")
    machine.command("cpu 2 online")


@on("moves-4")
@pytest.mark.parametrize("line,reason", [
    ("cpu 0 offline", "cpu 0 runs the console"), ("cpu 4 offline", "there are cpus 0 to 3"), ("cpu 1 online", "cpu 1 is online"),
    ("cpu 1", "usage: cpu CPU online|offline"), ("cpu x offline", "'x' is not a number"), ("cpu 1 sideways", "'sideways' is neither online nor offline")])
def test_a_processor_that_cannot_be_taken_off_is_refused(machine, line, reason):
    assert machine.refused(line) == reason
    assert {cpu["state"] for cpu in machine.json("cpus", "cpu")} == {"online"}


@on("moves-8")
def test_all_processors_but_one_go_off_and_come_back(machine):
    for cpu in range(1, 8):
        machine.command("cpu %d offline" % cpu)
    assert {found["cpu"] for found in messages(machine).values()} == {0}
    machine.command("prove shots=500")
    for cpu in range(1, 8):
        machine.command("cpu %d online" % cpu)
    machine.command("prove shots=500 moves=100")
