"""`pci --json` against what QEMU itself says of the same machine."""

import os
import re

import places
from support import ecam_base, ecam_offset, functions, on

PCI_IDS = os.environ.get("PCI_IDS") or places.files("pci.ids")[0]

UNMAPPED = (1 << 64) - 1
ROM_BAR = 6


def flatten(buses):
    """bdf -> function of query-pci, the ones behind bridges included."""
    found = {}
    for bus in buses:
        for device in bus["devices"]:
            found["0000:%02x:%02x.%d" % (device["bus"], device["slot"], device["function"])] = device
            bridge = device.get("pci_bridge", {})
            found.update(flatten([{"devices": bridge.get("devices", [])}]))
    return found


def both(machine):
    return functions(machine), flatten(machine.qmp.execute("query-pci"))


ALL = ("default", "pc", "deep")


@on(*ALL)
def test_the_same_functions_are_found(machine):
    ours, theirs = both(machine)
    assert sorted(ours) == sorted(theirs)


@on(*ALL)
def test_identities_and_classes_agree(machine):
    ours, theirs = both(machine)
    for bdf, function in theirs.items():
        said = ours[bdf]
        assert int(said["vendor"], 16) == function["id"]["vendor"], bdf
        assert int(said["device"], 16) == function["id"]["device"], bdf
        assert int(said["class"], 16) >> 8 == function["class_info"]["class"], bdf
        assert said["interrupt_pin"] == function["irq_pin"], bdf
        if "subsystem" in function["id"] and said["header"] == 0:
            assert int(said["subsystem_device"], 16) == function["id"]["subsystem"], bdf
            assert int(said["subsystem_vendor"], 16) == function["id"]["subsystem-vendor"], bdf


def as_ours(region):
    """A region of query-pci in the words of the contract; the address is None where nothing decodes."""
    kind = "io" if region["type"] == "io" else "mem64" if region["mem_type_64"] else "mem32"
    address = None if region["address"] in (UNMAPPED, -1) else region["address"]
    return region["bar"], kind, region["size"], bool(region.get("prefetch")), address


@on(*ALL)
def test_bars_agree_in_kind_size_address_and_prefetchability(machine):
    ours, theirs = both(machine)
    compared = 0
    for bdf, function in theirs.items():
        expected = [as_ours(region) for region in function["regions"] if region["bar"] != ROM_BAR]
        said = [(bar["index"], bar["kind"], int(bar["size"], 16), bar["prefetchable"], int(bar["address"], 16))
                for bar in ours[bdf]["bars"]]
        assert [bar[:4] for bar in said] == [bar[:4] for bar in expected], bdf
        for bar, wanted in zip(said, expected):
            if wanted[4] is not None:
                assert bar[4] == wanted[4], "%s BAR %d" % (bdf, bar[0])
                compared += 1
    assert compared > 5


@on(*ALL)
def test_bridges_name_the_same_buses(machine):
    ours, theirs = both(machine)
    for bdf, function in theirs.items():
        if "pci_bridge" not in function:
            assert ours[bdf]["bridge"] is None, bdf
            continue
        bus = function["pci_bridge"]["bus"]
        assert ours[bdf]["bridge"] == {"primary": bus["number"], "secondary": bus["secondary"],
                                       "subordinate": bus["subordinate"]}, bdf


def names():
    """(vendor,) and (vendor, device) -> name, from the file that the kernel's own table was made from."""
    found, vendor = {}, None
    with open(PCI_IDS, encoding="utf-8") as file:
        for line in file:
            if line.startswith("C "):
                break
            match = re.match(r"(\t?)([0-9a-f]{4})  (.*)", line)
            if match and match[1]:
                found[vendor, int(match[2], 16)] = match[3]
            elif match:
                vendor = int(match[2], 16)
                found[vendor,] = match[3]
    return found


@on(*ALL)
def test_vendors_and_devices_have_the_names_that_lspci_gives_them(machine):
    expected, known = names(), 0
    for bdf, function in functions(machine).items():
        vendor, device = int(function["vendor"], 16), int(function["device"], 16)
        assert function["vendor_name"] == expected.get((vendor,)), bdf
        assert function["device_name"] == expected.get((vendor, device)), bdf
        known += function["device_name"] is not None
    assert known > 5


@on("default")
def test_the_list_reads_like_lspci(machine):
    lines = machine.command("pci")
    for bdf, function in functions(machine).items():
        line = next(line for line in lines if line.startswith(bdf))
        revision = int(function["revision"], 16)
        assert len(line) < 80
        assert line.endswith(" (rev %02x)" % revision) == bool(revision), line
        vendor = function["vendor_name"]
        assert ": %s" % (vendor.split(",")[0].split(" ")[0] if vendor else "Device 1234:") in line, line
    nvme = next(index for index, line in enumerate(lines) if " Non-Volatile memory controller: Red Hat QEMU NVM" in line)
    assert lines[nvme + 1].split() == ["1b36:0010", "nvme,", "MSI-X:", "Enable+", "Count=65", "Masked-"]


@on("default", "deep")
def test_configuration_space_itself_says_the_same(machine):
    ecam = ecam_base(machine)
    for bdf, found in functions(machine).items():
        base = ecam + ecam_offset(bdf)
        words = machine.read_memory(base, 16)
        assert int(found["command"], 16) == words[1] & 0xFFFF, bdf
        assert int(found["class"], 16) == words[2] >> 8, bdf
        assert int(found["revision"], 16) == words[2] & 0xFF, bdf
        assert found["header"] == words[3] >> 16 & 0x7F, bdf
        if found["msix"]:
            control = machine.read_memory(base + int(found["msix"]["offset"], 16), 1)[0] >> 16
            assert found["msix"]["table_size"] == (control & 0x7FF) + 1, bdf
            assert found["msix"]["enabled"] == bool(control & 0x8000), bdf
            assert found["msix"]["function_masked"] == bool(control & 0x4000), bdf


@on("deep")
def test_the_deep_tree_has_sixty_functions_and_five_hundred_messages(machine):
    found = functions(machine)
    assert len(found) >= 60
    assert {bdf.split(":")[1] for bdf in found} >= {"00", "80", "f0"}
    assert len(machine.json("messages", "message")) > 500


@on("default")
def test_one_function_is_shown_by_its_name_with_and_without_the_segment(machine):
    bdf = next(bdf for bdf, found in functions(machine).items() if found["driver"] == "e1000e")
    long, short = machine.json("pci " + bdf), machine.json("pci " + bdf[len("0000:"):])
    assert [found["bdf"] for found in long if found["type"] == "function"] == [bdf]
    assert long == short
