"""USB keyboards behind xHCI: at a port, behind a hub, plugged in and out; by MSI-X and by one message alone."""

import os
import re
import zlib

from machine import BUILD, COMMAND_TIMEOUT
from support import counts, device_of, on, wait_for_arrivals
from test_keyboard import press, type_keys


PATIENCE = 60  # seconds, for a device that is plugged in or out
ROOT_PORTS = 4  # of SuperSpeed come first


def plug(machine, driver, name, port):
    """Plugs a device in and waits for the console to say so."""
    assert machine.monitor("device_add %s,bus=usb.0,port=%s,id=%s" % (driver, port, name)) == ""
    first, _, rest = port.partition(".")
    seen = "%d%s" % (ROOT_PORTS + int(first), rest and "." + rest)
    machine.expect(r"usb \S+ port %s: \S+, [a-z ]+\r?\n" % re.escape(seen), PATIENCE, "the device at port %s" % port)


def unplug(machine, name):
    machine.monitor("device_del " + name)
    machine.expect(r"usb \S+ port \S+: unplugged\r?\n", PATIENCE, "the end of " + name)


@on("usb-keys")
def test_a_usb_keyboard_behind_a_hub_types_and_its_message_is_the_last(machine):
    bdf = device_of(machine, "xhci")
    last = max(index for device, index in counts(machine) if device == bdf)
    assert any("keyboards: 1; PS/2: none" in line for line in machine.boot_lines)
    before = counts(machine)
    assert "Signalbox" in type_keys(machine, "version")
    assert sum(wait_for_arrivals(machine, before, (bdf, last), len("version\r"))[bdf, last].values()) >= len("version\r")


@on("usb-keys")
def test_selftest_is_typed_and_passes_and_the_message_in_use_is_not_fired(machine):
    said = " ".join(type_keys(machine, "selftest").split())
    assert "0 failed" in said
    assert "15 messages arrived on their CPUs, 1 cannot be fired now" in said
    bdf = device_of(machine, "xhci")
    assert "cannot fire it" in machine.refused("fire %s 15" % bdf)
    assert machine.json("audit", "audit_summary")[0]["drifts"] == 0


@on("usb-keys")
def test_messages_of_the_controller_move_while_somebody_types(machine):
    bdf = device_of(machine, "xhci")
    for cpu in (1, 0, 1):
        machine.command("route %s 15 %d" % (bdf, cpu))
        assert "Signalbox" in type_keys(machine, "version")


@on("usb-keys")
def test_a_held_key_repeats_until_it_is_let_go(machine):
    machine.settle()
    event = {"type": "key", "data": {"down": True, "key": {"type": "qcode", "data": "k"}}}
    machine.qmp.execute("input-send-event", events=[event])
    machine.expect("kkkk", COMMAND_TIMEOUT, "a key again and again")
    event["data"]["down"] = False
    machine.qmp.execute("input-send-event", events=[event])
    machine.settle()
    assert "Signalbox" in type_keys(machine, "version")


@on("usb-keys")
def test_devices_behind_a_hub_come_and_go(machine):
    machine.settle()
    unplug(machine, "keys")
    plug(machine, "usb-kbd", "keys", "2.1")
    assert "Signalbox" in type_keys(machine, "version")
    unplug(machine, "keys")
    plug(machine, "usb-kbd", "keys", "2.3")
    assert "Signalbox" in type_keys(machine, "version")
    assert machine.command("selftest")


@on("usb-keys")
def test_a_disks_blocks_are_read_as_they_are_and_its_end_is_known(machine):
    bdf = device_of(machine, "xhci")
    with open(os.path.join(BUILD, "disk.img"), "rb") as file:
        content = file.read()
    blocks = len(content) // 4096
    assert any(re.search(r"port \S+: 46f4:0001, storage", line) for line in machine.boot_lines)
    for block in (0, 5, blocks - 1):
        (found,) = machine.json("read %s %d" % (bdf, block), "block")
        assert int(found["crc32"], 16) == zlib.crc32(content[4096 * block:4096 * (block + 1)])
    assert "out_of_bounds" in machine.refused("read %s %d" % (bdf, blocks))


@on("usb-ports")
def test_without_a_keyboard_the_boot_says_so_and_one_that_is_plugged_in_types(machine):
    assert any("keyboards: none; PS/2: none. Type at the serial port" in line for line in machine.boot_lines)
    machine.settle()
    plug(machine, "usb-kbd", "first", "1")
    assert "Signalbox" in type_keys(machine, "version")
    unplug(machine, "first")
    plug(machine, "usb-hub", "box", "2")
    plug(machine, "usb-kbd", "second", "2.4")
    assert "Signalbox" in type_keys(machine, "version")
    # The hub goes, and with it what hangs on it.
    unplug(machine, "box")
    machine.settle()
    plug(machine, "usb-kbd", "third", "3")
    assert "Signalbox" in type_keys(machine, "version")
    assert machine.json("audit", "audit_summary")[0]["drifts"] == 0
