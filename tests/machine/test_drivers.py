"""Drivers of what boards have: each message that can be fired comes once for each shot, and what cannot says why."""

import pytest
from support import counts, device_of, devices_of, messages, on, wait_for_arrivals

SHOTS = 5


def fire_all(machine, bdf, indices):
    for index in indices:
        before = counts(machine)
        assert machine.json("fire %s %d %d" % (bdf, index, SHOTS), "fire")[0]["handled"] == SHOTS
        cpu = messages(machine, bdf)[bdf, index]["cpu"]
        assert wait_for_arrivals(machine, before, (bdf, index), SHOTS)[bdf, index] == {cpu: SHOTS}


@on("ordinary")
def test_each_of_ten_network_messages_is_fired_by_its_own_cause(machine):
    bdf = device_of(machine, "igb")
    assert {message["kind"] for message in messages(machine, bdf).values()} == {"msix"}
    fire_all(machine, bdf, range(10))


@on("ordinary")
@pytest.mark.parametrize("driver, kind", [("ahci", "msi"), ("hda", "msi"), ("e1000", "line"), ("pcie-port", "msix")])
def test_the_one_message_of_a_device_comes_once_for_each_shot(machine, driver, kind):
    bdf = devices_of(machine, driver)[-1]
    assert [message["kind"] for message in messages(machine, bdf).values()] == [kind]
    fire_all(machine, bdf, [0])


@on("ordinary")
def test_a_disk_controller_whose_drive_refuses_fires_nothing_and_says_so(machine):
    optical, _ = devices_of(machine, "ahci")
    assert machine.refused("fire %s 0" % optical) == "%s 0: its driver cannot fire it" % optical
    log = "\n".join(machine.command("log"))
    assert "ahci %s: port 0: the drive does not tell its power mode: failed" % optical in log
    assert "ahci %s: 1 message, nothing fires it: no drive answers" % optical in log


@on("ordinary")
def test_messages_of_ordinary_devices_move_without_a_loss(machine):
    for driver in ("igb", "ahci", "hda", "pcie-port"):
        summary = machine.json("prove %s shots=500 moves=50" % devices_of(machine, driver)[-1], "prove_summary")[0]
        assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0), driver
