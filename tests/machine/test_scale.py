"""How costs grow: the machines hold as many messages as their names say, and what they measured is shown. Nothing is booted."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import scale  # noqa: E402
import scale_machines  # noqa: E402
import scale_plot  # noqa: E402

VECTORS = 144  # for devices, a processor
LENT = 2048  # connected for a moment
BOARD_MESSAGES = 1  # its disk controller's
BUSES = 256
BOARD_SLOTS = range(1, 0x1f)  # the bridge to the board's own devices has the last one

COUNTS = pytest.mark.parametrize("count", scale_machines.MESSAGE_COUNTS)


def fields(device):
    """A device's driver and its properties."""
    driver, *properties = device.split(",")
    return driver, dict(text.split("=") for text in properties)


def messages_of(device, cpus):
    """What the kernel connects for a device: drivers ask for what they can use, without one it is a message a processor."""
    driver, properties = fields(device)
    if driver == "nvme":
        return min(int(properties["msix_qsize"]), 1 + cpus)
    if driver == "virtio-serial-pci":
        return min(int(properties["vectors"]), cpus)
    return {"edu": 1, "pcie-root-port": 1, "virtio-rng-pci": 2, "rocker": 4}[driver]


def messages_in(spec):
    return BOARD_MESSAGES + sum(messages_of(device, spec.cpus) for device in spec.devices)


def behind_bridges(spec):
    return [fields(device)[0] for device in spec.devices if "bus" in fields(device)[1]]


@COUNTS
def test_a_machine_has_exactly_the_messages_it_is_named_after(count):
    spec = scale_machines.with_messages(count)
    assert messages_in(spec) == count and spec.name == "scale-messages-%d" % count


@pytest.mark.parametrize("cpus,count", [(1, 10), (4, 13), (16, 25), (64, 73), (255, 264)])
def test_only_the_lending_controllers_messages_grow_with_the_processors(cpus, count):
    assert messages_in(scale_machines.with_cpus(cpus)) == count


@COUNTS
def test_the_vectors_suffice_with_those_of_the_messages_that_are_lent(count):
    spec = scale_machines.with_messages(count)
    assert count + LENT <= VECTORS * spec.cpus


@COUNTS
def test_no_two_functions_share_a_place_or_a_name(count):
    found = [fields(device) for device in scale_machines.with_messages(count).devices]
    places = [(properties.get("bus"), properties["addr"]) for _, properties in found if "addr" in properties]
    for names in (places, *([properties[key] for _, properties in found if key in properties] for key in ("id", "chassis", "serial"))):
        assert len(set(names)) == len(names)


@COUNTS
def test_the_board_has_the_slots_and_the_bus_numbers(count):
    ports = [properties for driver, properties in map(fields, scale_machines.with_messages(count).devices) if driver == "pcie-root-port"]
    assert all(int(port["addr"].split(".")[0], 16) in BOARD_SLOTS for port in ports) and 1 + len(ports) <= BUSES


@pytest.mark.parametrize("count", [count for count in scale_machines.MESSAGE_COUNTS if count >= 100])
def test_virtio_and_nvme_stand_behind_bridges_and_bring_nearly_all_messages(count):
    spec = scale_machines.with_messages(count)
    assert {"nvme", "virtio-rng-pci"} <= set(behind_bridges(spec))
    behind = sum(messages_of(device, spec.cpus) for device in spec.devices if "bus" in fields(device)[1])
    assert behind >= 0.85 * count


def test_one_controller_of_a_large_machine_has_messages_to_lend():
    for count in (100, 1000, 4000):
        sizes = [fields(device)[1].get("msix_qsize") for device in scale_machines.with_messages(count).devices]
        assert sizes.count(str(LENT)) == 1


def test_the_machines_that_keep_the_emulator_busy_longest_are_started_first():
    names = list(scale.machines())
    assert names[0] == "messages-4000" and names[-1] == "cpus-1"
    assert len(names) == len(scale_machines.CPU_COUNTS) + len(scale_machines.MESSAGE_COUNTS)


def row(cpus, messages, used, boot, **more):
    return {"cpus": cpus, "functions": 8, "messages": messages, "used": used, "boot": boot, "message_round_trip": 27, **more}


# A message: 200 bytes of record, 1000 in all, 50 of the boot. A processor: 5000 bytes, 300 of the boot, a message more.
FOUND = {"cpus-4": row(4, 13, 10**6 + 3 * 5200, 2900, retarget=1500), "cpus-1": row(1, 10, 10**6, 2000),
         "messages-10": row(64, 10, 10**6, 10**4), "messages-1010": row(64, 1010, 2 * 10**6, 6 * 10**4, retarget=1500, bytes=200)}


def test_what_one_more_costs_is_told_and_a_message_is_not_counted_as_a_processors():
    assert scale.growth(FOUND) == {"record": 200, "message": 1000, "processor": 5000, "message_boot": 50, "processor_boot": 300}
    assert all(number in scale.prose(scale.growth(FOUND)) for number in ("200 bytes", "1 000 with", "5 000,", "50 and 300"))


def test_the_table_has_a_machine_a_row_the_smallest_of_each_kind_first():
    headings, *rows = scale.table_of(FOUND)
    assert [cells[0] for cells in rows] == ["cpus-1", "cpus-4", "messages-10", "messages-1010"]
    assert [cells[headings.index("move")] for cells in rows] == ["-", "1 500", "-", "1 500"]
    assert rows[0][headings.index("KiB in use")] == "976"


def test_the_picture_has_the_points_that_were_measured_and_no_others():
    script = scale_plot.script({axis: scale.rows_of(FOUND, axis) for axis in scale_plot.AXES})
    assert script.count("\nplot ") == 2 * len(scale_plot.PANELS)
    assert "$retarget << END\n4 1500\nEND\n" in script and "$connect_64" not in script
    assert "$boot << END\n10 0.01\n1010 0.06\nEND\n" in script


def test_ticks_are_round_and_about_five():
    assert [scale_plot.step(largest) for largest in (1, 12, 42, 255, 4000)] == [1, 5, 10, 50, 1000]


def test_what_gnuplot_leaves_empty_is_taken_out():
    assert scale_plot.without_empty_groups('<svg><g id="a">\n<g b="">\n</g></g>\n<g>x</g></svg>') == "<svg><g>x</g></svg>"


def test_samples_of_two_builds_are_told_to_be(tmp_path):
    found = {"cpus-4": row(4, 13, 10**6, 2900, version="B"), "cpus-1": row(1, 10, 10**6, 2000, version="A"), "cpus-2": row(2, 11, 10**6, 2500)}
    result = scale.write(str(tmp_path), found)
    assert result["versions"] == ["A", "B", "an older Signalbox"] and "A and B and an older" in scale.origin(result)
