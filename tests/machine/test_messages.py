"""The message table: what it lists, and that the hardware was programmed from it."""

from collections import Counter

from support import arrivals, bar_address, counts, function_messages, functions, messages, on, table_address

# Messages by driver on the default machine; NVMe has one a processor and one for its admin queue. The q35 board has a
# SATA controller of its own.
EXPECTED = {"e1000e": 5, "virtio-rng": 2, "edu": 1, "rocker": 4}
OF_BOARD = {"q35": {"ahci": 1}, "pc": {}}


def driven_below(devices, bdf):
    """The functions with a driver behind a bridge; none for any other function."""
    bridge = devices[bdf]["bridge"]
    return [name for name, device in devices.items() if bridge and device["driver"]
            and bridge["secondary"] <= int(name.split(":")[1], 16) <= bridge["subordinate"]]


@on("default", "pc", "one-cpu", "high-memory", "eight-cpus", "xapic")
def test_every_driver_has_all_the_messages_its_device_can_use(machine):
    expected = {"nvme": machine.spec.cpus + 1, **EXPECTED, **OF_BOARD[machine.spec.board]}
    found = Counter((bdf, message["driver"]) for (bdf, _), message in function_messages(machine).items() if message["driver"])
    assert {driver for _, driver in found} == set(expected)
    for (bdf, driver), number in found.items():
        assert number == expected[driver], bdf


@on("default", "pc", "eight-cpus", "deep")
def test_destinations_are_spread_over_all_processors(machine):
    found = Counter(message["cpu"] for message in messages(machine).values())
    assert set(found) == set(range(machine.spec.cpus))
    assert max(found.values()) - min(found.values()) <= max(found.values()) / 2


@on("default")
def test_each_nvme_queue_message_lives_on_a_processor_of_its_own(machine):
    queues = [message for message in messages(machine).values() if message["driver"] == "nvme" and message["index"] > 0]
    assert sorted(message["cpu"] for message in queues) == list(range(machine.spec.cpus))


@on("default", "deep", "xapic")
def test_no_two_messages_share_a_vector_on_a_processor(machine):
    taken = Counter((message["cpu"], message["vector"]) for message in messages(machine).values())
    assert max(taken.values()) == 1


@on("default", "deep")
def test_every_message_has_an_irq_number_of_its_own_above_the_vectors(machine):
    numbers = [message["irq"] for message in messages(machine).values()]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= 256


@on("default", "pc", "eight-cpus", "xapic", "deep")
def test_address_and_data_are_those_of_the_manual(machine):
    """Intel SDM vol. 3, 11.11: fixed delivery, physical destination, edge."""
    for key, message in function_messages(machine).items():
        assert int(message["message_address"], 16) == 0xFEE00000 | message["apic_id"] << 12, key
        data = int(message["message_data"], 16)
        assert data & 0xFF == message["vector"] or message["kind"] == "msi" and data & 0xFF <= message["vector"], key
        assert data >> 8 == 0, key
        assert message["irql"] == message["vector"] >> 4, key
        assert 3 <= message["irql"] <= 11, key
        assert message["mode"] == "latched" and message["polarity"] == "active_high", key


@on("default", "pc", "deep")
def test_msix_tables_in_memory_hold_what_the_record_says(machine):
    devices = functions(machine)
    compared = 0
    for (bdf, index), message in messages(machine).items():
        if message["kind"] != "msix" or not int(devices[bdf]["command"], 16) & 2:
            continue
        low, high, data, control = machine.read_memory(table_address(devices[bdf], index), 4)
        assert (high << 32 | low, data) == (int(message["message_address"], 16), int(message["message_data"], 16)), bdf
        assert bool(control & 1) == message["masked"], (bdf, index)
        compared += 1
    assert compared >= 10


@on("default", "deep")
def test_unused_msix_entries_stay_masked(machine):
    devices, used = functions(machine), messages(machine)
    for bdf, device in devices.items():
        if not device["msix"] or not device["msix"]["enabled"] or not int(device["command"], 16) & 2:
            continue
        for index in range(device["msix"]["table_size"]):
            if (bdf, index) not in used:
                assert machine.read_memory(table_address(device, index) + 12, 1)[0] & 1, (bdf, index)


@on("default", "pc", "deep")
def test_a_function_with_a_driver_may_interrupt_and_its_line_is_off(machine):
    for bdf, device in functions(machine).items():
        if not device["driver"]:
            continue
        command = int(device["command"], 16)
        assert command & 0x0406 == 0x0406, "%s: memory, bus master and INTx off, not 0x%04x" % (bdf, command)
        assert not (device["msix"] or {}).get("function_masked"), bdf


@on("default", "pc", "deep")
def test_every_function_with_messages_and_no_driver_is_routed_masked_and_without_bus_master(machine):
    devices, routed = functions(machine), messages(machine)
    silent = [bdf for bdf, device in devices.items() if not device["driver"] and (device["msix"] or device["msi"])]
    assert silent
    for bdf in silent:
        own = [message for (owner, _), message in routed.items() if owner == bdf]
        assert 1 <= len(own) <= machine.spec.cpus, bdf
        assert all(message["driver"] is None and message["count"] == 0 for message in own), bdf
        if all(message["kind"] == "msix" for message in own):
            assert all(message["masked"] for message in own), bdf
        if not driven_below(devices, bdf):
            assert not int(devices[bdf]["command"], 16) & 4, bdf


@on("default", "deep")
def test_a_bridge_above_a_driven_function_masters_the_bus(machine):
    devices = functions(machine)
    for bdf, bridge in devices.items():
        below = driven_below(devices, bdf)
        if below:
            assert int(bridge["command"], 16) & 4, "%s above %s" % (bdf, below)


@on("default", "eight-cpus")
def test_the_vectors_listed_are_those_of_the_messages(machine):
    taken = {row["cpu"]: set(row["taken"]) for row in machine.json("vectors", "vectors")}
    for key, message in messages(machine).items():
        assert message["vector"] in taken[message["cpu"]], key
    total = machine.json("vectors")[-1]
    assert total["free"] + total["allocated"] + total["reserved"] + total["draining"] == total["per_cpu"] * total["cpus"]
    assert total["allocated"] == sum(map(len, taken.values()))


@on("default")
def test_counts_appear_on_the_processors_of_the_table_and_nowhere_else(machine):
    table, before = messages(machine), counts(machine)
    for bdf, index in table:
        machine.run("fire %s %d 3" % (bdf, index))  # refused where a driver cannot
    found = arrivals(before, counts(machine))
    for key, where in found.items():
        assert set(where) == {table[key]["cpu"]}, key
    assert {table[key]["cpu"] for key in found} == set(range(machine.spec.cpus))


@on("default")
def test_the_messages_of_one_function_can_be_asked_for(machine):
    bdf = next(bdf for bdf, _ in messages(machine))
    assert {owner for owner, _ in messages(machine, bdf)} == {bdf}


@on("default")
def test_what_firmware_left_on_is_listed(machine):
    found = machine.json("firmware")
    assert "OVMF" in found[-1].pop("firmware")
    assert found[-1] == {"type": "firmware_summary", "findings": len(found) - 1, "dropped": 0,
                         "machine": "QEMU Standard PC (Q35 + ICH9, 2009)", "board": None}
    devices = functions(machine)
    mastering = {finding["where"] for finding in found[:-1] if finding["item"] == "bus_master"}
    nvme = next(bdf for bdf, device in devices.items() if device["driver"] == "nvme")
    assert nvme in mastering, "the firmware drives the disk while it looks for something to boot"
    assert bar_address(devices[nvme], 0)
