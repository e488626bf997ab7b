"""What lspci reads out of configuration spaces, as the records a rehearsal prints."""

import re
import subprocess

_FUNCTION = re.compile(r"^([0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ([0-9a-f]{4}): ([0-9a-f]{4}):([0-9a-f]{4})"
                       r"(?: \(rev ([0-9a-f]{2})\))?(?: \(prog-if ([0-9a-f]{2}))?")
_MEMORY = re.compile(r"^\tRegion (\d): Memory at (\S+) \((32|64|low-1M|type 3)[^,]*, (non-)?prefetchable\)")
_PORTS = re.compile(r"^\tRegion (\d): I/O ports at (\S+)")
_CAPABILITY = re.compile(r"^\tCapabilities: \[([0-9a-f]+)( v\d+)?\] (.*)")
_MSI = re.compile(r"MSI: Enable[+-] Count=\d+/(\d+) Maskable([+-]) 64bit([+-])")
_MSIX = re.compile(r"MSI-X: Enable[+-] Count=(\d+) Masked[+-]")
_PLACE = re.compile(r"^\t\t(Vector table|PBA): BAR=(\d) offset=([0-9a-f]+)")
_BUS = re.compile(r"^\tBus: primary=([0-9a-f]+), secondary=([0-9a-f]+), subordinate=([0-9a-f]+)")
_WINDOW = re.compile(r"^\t(I/O|Memory|Prefetchable memory) behind bridge: ([0-9a-f]+)-([0-9a-f]+)(?: (?!.*\[disabled\])|$)")
# The beginning of lspci's text, and the number it stands for.
STANDARD = {"Power Management": 1, "Vital Product Data": 3, "MSI:": 5, "PCI-X": 7, "HyperTransport": 8,
            "Vendor Specific": 9, "Debug port": 10, "Hot-plug": 12, "Subsystem": 13, "Express": 16, "MSI-X": 17,
            "SATA HBA": 18, "PCI Advanced Features": 19, "Enhanced Allocation": 20}
EXTENDED = {"Advanced Error": 1, "Device Serial": 3, "Power Budgeting": 4, "Vendor Specific": 11, "Access Control": 13,
            "Alternative Routing": 14, "Address Translation": 15, "Single Root I/O": 16, "Physical Resizable": 21,
            "Latency Tolerance": 24, "Secondary PCI Express": 25, "Process Address Space": 27, "L1 PM": 30,
            "Precision Time": 31, "Data Link Feature": 37, "Physical Layer 16.0": 38, "Lane Margining": 39}


def number_of(text, table):
    return next((number for start, number in table.items() if text.startswith(start)), None)


def capability(record, offset, is_extended, text):
    if text.startswith("<"):
        return  # "<chain broken>" and the like end the list
    key, table = ("extended", EXTENDED) if is_extended else ("standard", STANDARD)
    record[key].append((int(offset, 16), number_of(text, table)))
    msi, msix = _MSI.match(text), _MSIX.match(text)
    if msi:
        record["msi"] = {"maximum": int(msi[1]), "maskable": msi[2] == "+", "is_64bit": msi[3] == "+"}
    if msix:
        record["msix"] = {"table_size": int(msix[1])}


def address_of(text):
    return 0 if text.startswith("<") else int(text, 16)


def line_take(record, line):
    memory, ports, found = _MEMORY.match(line), _PORTS.match(line), _CAPABILITY.match(line)
    place, bus, window = _PLACE.match(line), _BUS.match(line), _WINDOW.match(line)
    if memory:
        record["bars"][int(memory[1])] = ("mem64" if memory[3] == "64" else "mem32", address_of(memory[2]),
                                          memory[4] is None)
    elif ports:
        record["bars"][int(ports[1])] = ("io", address_of(ports[2]), False)
    elif found:
        capability(record, found[1], found[2] is not None, found[3])
    elif place and record["msix"] is not None:
        key = "table" if place[1] == "Vector table" else "pba"
        record["msix"][key] = (int(place[2]), int(place[3], 16))
    elif bus:
        record["bridge"] = tuple(int(number, 16) for number in bus.groups())
    elif window:
        record["windows"][window[1]] = (int(window[2], 16), int(window[3], 16))
    elif line.startswith("\tSubsystem: "):
        ids = re.search(r" ([0-9a-f]{4}):([0-9a-f]{4})$", line)
        record["subsystem"] = (int(ids[1], 16), int(ids[2], 16)) if ids else None
    elif line.startswith("\tInterrupt: pin "):
        record["pin"] = "?ABCD".find(line[len("\tInterrupt: pin ")])
    elif line.startswith("\t!!! Unknown header type"):
        record["unknown"] = True


def decode(path):
    """By address: what lspci -vvv says of each function."""
    text = subprocess.run(["lspci", "-vvv", "-n", "-D", "-F", path], capture_output=True, check=True).stdout
    functions, record = {}, None
    for line in text.decode("latin-1").splitlines():
        head = _FUNCTION.match(line)
        if head:
            record = {"class": int(head[2], 16), "vendor": int(head[3], 16), "device": int(head[4], 16),
                      "revision": int(head[5] or "0", 16), "bars": {}, "standard": [], "extended": [], "msi": None,
                      "msix": None, "bridge": None, "windows": {}, "subsystem": None, "pin": 0, "unknown": False}
            functions[head[1]] = record
        elif record is not None:
            line_take(record, line)
    for record in functions.values():
        # lspci 3.9 prints the upper half of a BAR above 4 GiB as a BAR of its own.
        for index in range(1, 6):
            if record["bars"].get(index - 1, ("",))[0] == "mem64":
                record["bars"].pop(index, None)
    return functions


def sizes(path):
    """By address and BAR: the sizes that the dump itself gives."""
    found, address = {}, None
    with open(path, encoding="latin-1") as text:
        for line in text:
            head = re.match(r"^((?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s", line)
            region = re.match(r"^region (\d) (mem32|mem64|io) ([0-9a-f]+) (\d+)", line)
            if head:
                address = head[1] if head[1].count(":") == 2 else "0000:" + head[1]
            elif region and address:
                found[address, int(region[1])] = int(region[4])
    return found
