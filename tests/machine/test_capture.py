"""capture: what a device writes when it sends a message, seen in memory."""

import re

from faults import FAULTS, injected
from support import counts, device_of, devices_of, function_messages, messages, on, wait_for_arrivals
from test_audit import assert_clean


def capture(machine, bdf, index):
    (found,) = machine.json("capture %s %d" % (bdf, index))
    return found


def fireable(machine):
    """One message of each driver that can be fired; virtio's first is its configuration's, and silent."""
    mute = re.findall(r"(\S+): 1 message, nothing fires it", "\n".join(machine.command("log")))
    drivers = {message["driver"] for message in function_messages(machine).values() if message["driver"]}
    found = [(devices_of(machine, driver)[0], 1 if driver == "virtio-rng" else 0) for driver in sorted(drivers)]
    return [(bdf, index) for bdf, index in found if bdf not in mute]


@on("default", "high-memory", "spoilt", "xhci")
def test_every_kind_of_device_writes_the_data_it_was_given_and_gets_its_route_back(machine):
    chosen = fireable(machine)
    assert len(chosen) >= 3
    for bdf, index in chosen:
        before, message = counts(machine), messages(machine, bdf)[bdf, index]
        found = capture(machine, bdf, index)
        assert (found["data"], found["bytes"]) == (message["message_data"], 4), found
        assert found["written"] and found["restored"] and found["verdict"] == "pass"
        # The captured one, made good by an interrupt between processors, and the one that tried the route.
        assert wait_for_arrivals(machine, before, (bdf, index), 2)[bdf, index] == {message["cpu"]: 2}
    assert_clean(machine)


@on("default")
def test_memory_holds_what_the_device_wrote(machine):
    """The page is free again by then, and nobody has cleared it."""
    found = capture(machine, device_of(machine, "rocker"), 2)
    data = int(found["data"], 16)
    word, behind = machine.read_memory(int(found["address"], 16), 2)
    assert word == data and behind == ~data & 0xFFFFFFFF


@on("spoilt")
def test_a_device_that_may_not_write_is_told_and_gets_its_route_back(machine):
    fault = next(fault for fault in FAULTS if fault.name == "bus master off")
    with injected(machine, fault) as target:
        reason = machine.refused("capture %s %d" % (target.bdf, target.index))
        assert "nothing was written within a second: an IOMMU may have dropped it" in reason
    machine.command("fire %s %d" % (target.bdf, target.index))
    assert_clean(machine)


@on("lines")
def test_a_line_is_refused(machine):
    assert machine.refused("capture %s 0" % devices_of(machine, "edu")[0]).endswith("a line writes no message")


@on("default")
def test_what_cannot_be_fired_is_refused(machine):
    rng, rocker = device_of(machine, "virtio-rng"), device_of(machine, "rocker")
    assert machine.refused("capture %s 0" % rng).endswith("its driver cannot fire message 0")
    silent = next(bdf for bdf, _ in messages(machine) if bdf not in devices_of(machine, "nvme") and
                  messages(machine)[bdf, 0]["driver"] is None)
    assert re.search("no driver can fire it", machine.refused("capture %s 0" % silent))
    machine.command("mask %s 3" % rocker)
    assert machine.refused("capture %s 3" % rocker).endswith("it is masked")
    machine.command("unmask %s 3" % rocker)
    assert_clean(machine)
