"""Messages arrive: on the processor the table names, as often as they were fired, and not while masked."""

import zlib

import image
import pytest
from support import (arrivals, counts, device_of, devices_of, functions, messages, on, pending_bit, wait_for_arrivals)

DRIVERS = ("rocker", "e1000e", "edu")


def fire_all(machine, bdf, shots):
    """Fires each message of a device and checks where it came and how often."""
    table = messages(machine, bdf)
    for (_, index), message in table.items():
        before = counts(machine)
        machine.command("fire %s %d %d" % (bdf, index, shots))
        found = wait_for_arrivals(machine, before, (bdf, index), shots)
        assert found == {(bdf, index): {message["cpu"]: shots}}


@on("default", "pc", "one-cpu", "eight-cpus", "xapic")
@pytest.mark.parametrize("driver", DRIVERS)
def test_every_message_arrives_on_the_processor_the_table_names(machine, driver):
    fire_all(machine, device_of(machine, driver), 3)


@on("deep")
def test_every_message_of_a_wide_device_behind_two_switches_arrives(machine):
    table = messages(machine)
    wide = [bdf for bdf in devices_of(machine, "rocker") if sum(owner == bdf for owner, _ in table) == 128]
    assert len(wide) == 1
    before = counts(machine)
    for index in range(128):
        machine.command("fire %s %d" % (wide[0], index))
    found = arrivals(before, counts(machine))
    assert found == {(wide[0], index): {table[wide[0], index]["cpu"]: 1} for index in range(128)}


@on("deep")
def test_messages_arrive_from_behind_an_extra_root_bus_and_a_conventional_bridge(machine):
    below = [bdf for driver in DRIVERS for bdf in devices_of(machine, driver)]
    assert any(int(bdf.split(":")[1], 16) > 0x80 for bdf in below)
    for bdf in below:
        if len(messages(machine, bdf)) < 10:
            fire_all(machine, bdf, 1)


@on("default", "pc", "deep")
def test_a_masked_message_sets_its_pending_bit_and_arrives_once_at_unmask(machine):
    bdf = devices_of(machine, "rocker")[-1]
    function, index = functions(machine)[bdf], 2
    message = messages(machine, bdf)[bdf, index]
    before = counts(machine)
    machine.command("mask %s %d" % (bdf, index))
    for _ in range(3):
        assert machine.refused("fire %s %d" % (bdf, index)) == "masked: pending at the device"
    assert messages(machine, bdf)[bdf, index]["masked"]
    assert pending_bit(machine, function, index) == 1
    assert arrivals(before, counts(machine)) == {}
    machine.command("unmask %s %d" % (bdf, index))
    found = wait_for_arrivals(machine, before, (bdf, index), 1)
    assert found == {(bdf, index): {message["cpu"]: 1}}
    assert pending_bit(machine, function, index) == 0
    assert not messages(machine, bdf)[bdf, index]["masked"]


@on("default")
def test_masking_one_message_leaves_the_others_of_its_device_alone(machine):
    bdf = device_of(machine, "rocker")
    machine.command("mask %s 0" % bdf)
    before = counts(machine)
    for index in (1, 2, 3):
        machine.command("fire %s %d" % (bdf, index))
    found = arrivals(before, counts(machine))
    machine.command("unmask %s 0" % bdf)
    assert set(found) == {(bdf, index) for index in (1, 2, 3)}


@on("default")
def test_a_device_that_cannot_mask_says_so(machine):
    assert "mask" in machine.refused("mask %s 0" % device_of(machine, "edu"))


@on("default", "pc", "one-cpu", "eight-cpus", "xapic", "deep")
def test_nvme_reads_return_the_images_bytes_and_raise_one_interrupt_each(machine):
    bdf = device_of(machine, "nvme")
    table = messages(machine, bdf)
    for block in (0, 1, 2, 1000, image.BLOCK_COUNT - 1):
        before = counts(machine)
        read = machine.json("read %s %d" % (bdf, block))[0]
        assert int(read["crc32"], 16) == zlib.crc32(image.block(block)), block
        found = arrivals(before, counts(machine))
        assert len(found) == 1, found
        (key, where), = found.items()
        assert key[0] == bdf and key[1] > 0, "an I/O queue's message, not the admin queue's: %s" % (key,)
        assert where == {table[key]["cpu"]: 1}
