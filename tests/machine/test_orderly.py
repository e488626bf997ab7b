"""Drivers without MSI-X: by line and by a single MSI, doorbells in an I/O BAR, and memory above 4 GiB for their rings."""

import pytest
from support import device_of, messages, on

PROVE_TIMEOUT = 300  # seconds
FOUR_GIB = 1 << 32


@on("orderly")
@pytest.mark.parametrize("driver, kind", [("nvme", "line"), ("virtio-rng", "line"), ("xhci", "line"), ("e1000e", "msi")])
def test_every_shot_arrives_once_while_the_one_interrupt_moves(machine, driver, kind):
    bdf = device_of(machine, driver)
    assert [found["kind"] for found in messages(machine, bdf).values()] == [kind]
    row, summary = machine.json("prove %s shots=2000 moves=200" % bdf, timeout=PROVE_TIMEOUT)
    assert (row["sent"], row["handled"], row["moves"], row["verdict"]) == (2000, 2000, 200, "pass"), row
    assert (summary["faults"], summary["strays"], summary["verdict"]) == (0, 0, "pass"), summary


@on("orderly")
@pytest.mark.parametrize("driver", ["nvme", "virtio-rng", "xhci", "e1000e"])
def test_a_storm_of_the_one_interrupt_ends_and_it_comes_back(machine, driver):
    bdf = device_of(machine, driver)
    storm, = machine.json("storm %s 0 1 limit=500" % bdf, "storm")
    assert storm["verdict"] == "pass" and storm["recovered"], storm
    machine.command("fire %s 0 10" % bdf)


@on("orderly")
def test_the_self_test_passes_without_msix_and_the_log_has_no_error(machine):
    found = machine.json("selftest")
    assert all(check["ok"] for check in found if check["type"] == "selftest"), found
    assert {check["check"] for check in found if check["type"] == "selftest"} >= {"core", "driver", "fire", "log"}
    assert len([check for check in found if check["type"] == "selftest" and check["check"] == "driver"]) == 4, found


@on("orderly")
def test_doorbells_that_the_device_prefers_in_ports_are_rung_there(machine):
    machine.command("fire %s 0 3" % device_of(machine, "virtio-rng"))
    with open(machine.log_path("trace.log"), encoding="utf-8") as file:
        assert sum("virtio_pci_notify_write_pio" in line for line in file) >= 3


@on("orderly")
def test_rings_that_devices_read_and_write_lie_above_4_gib(machine):
    """The disk's admin queues, at ASQ and ACQ; that the commands end says the device has both halves of all addresses."""
    registers = next(int(bar["address"], 16) for found in machine.json("pci", "function") if found["driver"] == "nvme"
                     for bar in found["bars"] if bar["index"] == 0)
    low, high, completion_low, completion_high = machine.read_memory(registers + 0x28, 4)
    assert high << 32 | low >= FOUR_GIB
    assert completion_high << 32 | completion_low >= FOUR_GIB
    machine.command("read %s 1" % device_of(machine, "nvme"))
