"""What iasl reads out of ACPI tables, as the records a rehearsal prints.

iasl -d prints a line a field: "[024h 0036   4]           Local Apic Address : FEE00000 [what it means]". At a subtable it
does not know it stops. Releases before 2021 do not know some that have another's layout: those get that one's type in
the copy that iasl is given. What no release knows is cut out of the copy, and IVRS entries by ACPI name, too, which are
read here.
"""

import os
import re
import subprocess
import tempfile

_FIELD = re.compile(r"^\[([0-9A-F]+)h \d+\s+(\d+)\]\s+(.+?) : (.*)$")
_FLAG = re.compile(r"^\s{8,}(.+?) : (\d+)$")
BROADCAST = {0: 0xFF, 9: 0xFFFFFFFF}
SUBTABLES = 48  # where those of DMAR and IVRS begin
KNOWN = {b"DMAR": {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 2, 6: 2},
         b"IVRS": {0x10: 0x10, 0x11: 0x11, 0x40: 0x11, 0x20: 0x20, 0x21: 0x21, 0x22: 0x22}}
ACPI_NAME = 0xF0


class Field:
    """One field: where it lies, its name and value; `flags` are the decoded bits printed below it."""

    def __init__(self, offset, size, name, value):
        self.offset, self.size, self.name, self.value, self.flags = offset, size, name, value, {}

    def number(self):
        digits = re.match(r"[0-9A-Fa-f]+", self.value.strip())
        return int(digits.group(), 16) if digits else 0

    def text(self):
        found = re.match(r'\s*"(.*)"', self.value)
        return found.group(1) if found else self.value.strip()


class Copy:
    """A table as iasl is given it: pieces of the original, each with its offset there."""

    def __init__(self, table):
        self.pieces, self.types, self.names = [], {}, []
        known, end = KNOWN.get(table[:4]), len(table)
        at = SUBTABLES if known and end > SUBTABLES else end
        self.pieces.append((0, table[:at]))
        while at + 4 <= end:
            kind = int.from_bytes(table[at:at + (2 if table[:4] == b"DMAR" else 1)], "little")
            length = int.from_bytes(table[at + 2:at + 4], "little")
            if length < 4 or at + length > end:
                break
            if kind in known:
                self.types[at] = kind
                self.subtable(table[at:at + length], at, known[kind], kind)
            at += length
        whole = bytearray(b"".join(piece for _, piece in self.pieces))
        whole[4:8] = len(whole).to_bytes(4, "little")
        self.bytes = bytes(whole)

    def subtable(self, table, at, kind, original):
        piece, entry = bytearray([kind]) + table[1:], len(table)
        if original == 0x40:
            entry = 40
        start = len(self.pieces)
        self.pieces.append((at, piece[:entry]))
        while entry < len(table):
            size = 4 << (table[entry] >> 6)
            if table[entry] == ACPI_NAME and entry + 22 <= len(table):
                size = 22 + table[entry + 21]
                self.names.append((at + entry, {
                    "entry_type": ACPI_NAME, "device_id": int.from_bytes(table[entry + 1:entry + 3], "little"),
                    "settings": table[entry + 3],
                    "name": table[entry + 4:entry + 12].split(b"\0")[0].decode("latin-1")}))
            else:
                self.pieces.append((at + entry, piece[entry:entry + size]))
            entry += size
        length = sum(len(part) for _, part in self.pieces[start:])
        self.pieces[start][1][2:4] = length.to_bytes(2, "little")

    def original(self, offset):
        """Where in the original a byte of the copy is."""
        for at, piece in self.pieces:
            if offset < len(piece):
                return at + offset
            offset -= len(piece)
        return None


class Fields(list):
    """A table's fields, and `names`: (offset, entry) of entries by ACPI name."""

    def __init__(self, names):
        super().__init__()
        self.names = names


def disassemble(path):
    """The fields of a table, in order; None where iasl does not know it."""
    with open(path, "rb") as source:
        given = Copy(source.read())
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "table")
        with open(copy, "wb") as target:
            target.write(given.bytes)
        subprocess.run(["iasl", "-p", os.path.join(folder, "text"), "-d", copy], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        try:
            with open(os.path.join(folder, "text.dsl"), encoding="latin-1") as text:
                lines = text.read().split("\nRaw Table Data")[0].splitlines()
        except FileNotFoundError:
            return None
    fields = Fields(given.names)
    for line in lines:
        field, flag = _FIELD.match(line), _FLAG.match(line)
        if field:
            offset = given.original(int(field[1], 16))
            value = "%X" % given.types[offset] if field[3] == "Subtable Type" and offset in given.types else field[4]
            fields.append(Field(offset, int(field[2]), field[3], value))
        elif flag and fields:
            fields[-1].flags[flag[1]] = int(flag[2])
    return fields


def split(fields, *names):
    """Runs of fields, each beginning with one of that name; what stands before the first is left out."""
    runs = []
    for field in fields:
        if field.name in names:
            runs.append([])
        if runs:
            runs[-1].append(field)
    return runs


def named(fields):
    """By name; of a name that comes twice the first."""
    found = {}
    for field in fields:
        found.setdefault(field.name, field)
    return found


def numbers(fields):
    return {name: field.number() for name, field in named(fields).items()}


def address_after(fields, name):
    """The generic address that follows the field of that name, as a rehearsal prints it."""
    at = next((i for i, field in enumerate(fields) if field.name == name), None)
    if at is None:
        return None
    value = numbers(fields[at + 1:at + 6])
    spaces = {0: "memory", 1: "port", 2: "pci"}
    return {"space": spaces.get(value["Space ID"], "other"), "address": value["Address"], "bit_width": value["Bit Width"],
            "access_size": value.get("Encoded Access Width", value.get("Access Size", 0))}


def wiring(flags):
    """Mode and polarity of MPS INTI flags, what conforms to the bus as ISA's edge, active high."""
    return {"mode": "level_sensitive" if flags >> 2 & 3 == 3 else "latched",
            "polarity": "active_low" if flags & 3 == 3 else "active_high"}


def madt(fields, refused):
    """`refused`: offsets of records that the kernel left out and named."""
    top = numbers(fields)
    records, processors, overrides = [], {}, {}
    local_apic = top["Local Apic Address"]
    for run in split(fields, "Subtable Type"):
        value, kind = numbers(run), run[0].number()
        if run[0].offset in refused:
            continue
        if kind in (0, 9):
            ident = value["Local Apic ID"] if kind == 0 else value["Processor x2Apic ID"]
            flags = named(run)["Flags (decoded below)"]
            usable = flags.number() & 3
            record = {"type": "processor", "apic_id": ident,
                      "uid": value["Processor ID"] if kind == 0 else value["Processor UID"],
                      "enabled": bool(flags.number() & 1), "online_capable": bool(flags.number() & 2),
                      "from_x2apic": kind == 9}
            held = processors.get(ident)
            if ident != BROADCAST[kind] and (held is None or (usable and not (held["enabled"] or held["online_capable"]))):
                processors[ident] = record
        elif kind == 1:
            records.append({"type": "ioapic", "id": value["I/O Apic ID"], "address": value["Address"],
                            "gsi_base": value["Interrupt"]})
        elif kind == 2:
            flags = value["Flags (decoded below)"]
            overrides.setdefault(value["Source"], dict(
                {"type": "isa_override", "irq": value["Source"], "gsi": value["Interrupt"],
                 "mode_conforms": flags >> 2 & 3 == 0, "polarity_conforms": flags & 3 == 0}, **wiring(flags)))
        elif kind == 3:
            records.append(dict({"type": "nmi_source", "gsi": value["Interrupt"]},
                                **wiring(value["Flags (decoded below)"])))
        elif kind in (4, 10):
            uid = value["Processor ID"] if kind == 4 else value["Processor UID"]
            records.append(dict({"type": "local_nmi", "all_processors": uid == (0xFF if kind == 4 else 0xFFFFFFFF),
                                 "uid": uid, "lint": value.get("Interrupt Input LINT", 0)},
                                **wiring(value["Flags (decoded below)"])))
        elif kind == 5:
            local_apic = value["APIC Address"]
    records.append({"type": "local_apic", "address": local_apic, "dual_8259": bool(top["Flags (decoded below)"] & 1)})
    return records + list(processors.values()) + list(overrides.values())


def mcfg(fields, refused):
    return [{"type": "ecam", "base": value["Base Address"], "segment": value["Segment Group Number"],
             "start_bus": value["Start Bus Number"], "end_bus": value["End Bus Number"]}
            for run in split(fields, "Base Address") if run[0].offset not in refused for value in [numbers(run)]]


def srat(fields, _refused):
    revision, records = numbers(fields)["Revision"], []
    for run in split(fields, "Subtable Type"):
        value, kind = numbers(run), run[0].number()
        if kind not in (0, 2) or not value["Flags (decoded below)"] & 1:
            continue
        domain = value["Proximity Domain Low(8)"] if kind == 0 else value["Proximity Domain"]
        if kind == 0 and revision >= 2:
            domain |= value["Proximity Domain High(24)"] << 8
        records.append({"type": "affinity", "apic_id": value["Apic ID"], "domain": domain})
    return records


def fadt(fields, _refused):
    value, flags = numbers(fields), named(fields)["Flags (decoded below)"].number()
    boot = value.get("Boot Flags (decoded below)", 0)
    record = {"type": "fadt", "revision": value["Revision"], "sci_interrupt": value["SCI Interrupt"],
              "hardware_reduced": bool(flags >> 20 & 1), "no_msi": bool(boot >> 3 & 1)}
    if value["Revision"] >= 2:
        record.update(legacy_devices=bool(boot & 1), i8042=bool(boot >> 1 & 1))
    # In the order of the table, since several fields have one name.
    dsdts = [field.number() for field in fields if field.name == "DSDT Address"]
    record["dsdt"] = dsdts[1] if len(dsdts) > 1 and dsdts[1] else dsdts[0]
    timers = [field.number() for field in fields if field.name == "PM Timer Block Address"]
    timer = address_after([field for field in fields if field.offset >= 208], "PM Timer Block")
    if timer and timer["address"]:
        record["pm_timer"] = timer
    elif timers and timers[0]:
        record["pm_timer"] = {"space": "port", "address": timers[0], "bit_width": 32, "access_size": 0}
    reset = address_after(fields, "Reset Register")
    if reset and flags >> 10 & 1:
        record["reset"] = reset
    return [record]


def spcr(fields, _refused):
    value = numbers(fields)
    port = address_after(fields, "Serial Port Register")
    if not port["address"]:
        return []
    return [{"type": "serial_port", "interface": value["Interface Type"], "port": port,
             "baud": {3: 9600, 4: 19200, 6: 57600, 7: 115200}.get(value["Baud Rate"], 0)}]


def dbg2(fields, refused):
    records = []
    # Each device begins with a revision; the table's header has one, too.
    for run in split([field for field in fields if field.offset >= 44], "Revision"):
        value = numbers(run)
        if run[0].offset in refused or "Port Type" not in value:
            continue
        record = {"type": "debug_port", "port_type": value["Port Type"], "port_subtype": value["Port Subtype"],
                  "addresses": value["Register Count"]}
        if value["Register Count"]:
            record.update(port=address_after(run, "Base Address Register"), size=value["Address Size"])
        if "Namepath" in value:
            record["name"] = named(run)["Namepath"].text()
        records.append(record)
    return records


def scopes(run):
    found = []
    for scope in split(run, "Device Scope Type"):
        value = numbers(scope)
        path = [field.value.split()[0] for field in scope if field.name == "PCI Path"]
        hops = [tuple(int(half, 16) for half in hop.split(",")) for hop in path]
        found.append({"scope_type": scope[0].number(), "enumeration_id": value["Enumeration ID"],
                      "start_bus": value["PCI Bus Number"],
                      "path": "/".join("%02x.%x" % hop for hop in hops)})
    return found


DMAR_TYPES = {0: "remap_unit", 1: "remap_memory", 2: "remap_ats", 3: "remap_affinity", 4: "remap_name",
              5: "remap_cache", 6: "remap_property"}


def dmar(fields, refused):
    flags = numbers(fields)["Flags"]
    records = [{"type": "dmar", "flags": flags, "interrupt_remapping": bool(flags & 1), "x2apic_opt_out": bool(flags & 2)}]
    for run in split(fields, "Subtable Type"):
        kind = run[0].number()
        if run[0].offset in refused or kind not in DMAR_TYPES:
            continue
        head = run[:next((i for i, field in enumerate(run) if field.name == "Device Scope Type"), len(run))]
        value = numbers(head)
        record = {"type": DMAR_TYPES[kind]}
        if kind == 0:
            record.update(base=value["Register Base Address"], segment=value["PCI Segment Number"], flags=value["Flags"])
        elif kind == 1:
            record.update(base=value["Base Address"], limit=value["End Address (limit)"],
                          segment=value["PCI Segment Number"])
        elif kind in (2, 5, 6):
            record.update(segment=value["PCI Segment Number"])
        elif kind == 3:
            record.update(base=value["Base Address"], domain=value["Proximity Domain"])
        else:
            record.update(device_number=value["Device Number"], name=named(head)["Device Name"].text())
        if kind in (0, 1, 2, 5, 6):
            record["scopes"] = scopes(run)
        records.append(record)
    return records


def ivrs_entries(run, names, end):
    """`names`: entries by ACPI name; those that lie in this block, up to `end`, have their place among the others."""
    found = [(offset, entry) for offset, entry in names if run[0].offset < offset < end]
    for entry in split(run, "Entry Type"):
        value, kind = numbers(entry), entry[0].number()
        record = {"entry_type": kind, "device_id": value["Device ID"], "settings": value["Data Setting"]}
        if kind in (0x42, 0x43, 0x48):
            record["source"] = value["Source Used Device ID"]
        if kind in (0x46, 0x47):
            record["extended"] = value["Extended Data"]
        if kind == 0x48:
            record.update(handle=value["Handle"], variety=value["Variety"])
        found.append((entry[0].offset, record))
    return [record for _, record in sorted(found, key=lambda item: item[0])]


def ivrs(fields, refused):
    units, records = [], []
    runs = split(fields, "Subtable Type")
    ends = [run[0].offset for run in runs[1:]] + [1 << 32]
    for run, end in zip(runs, ends):
        kind = run[0].number()
        if run[0].offset in refused:
            continue
        head = run[:next((i for i, field in enumerate(run) if field.name == "Entry Type"), len(run))]
        value = numbers(head)
        if kind in (0x20, 0x21, 0x22):
            records.append({"type": "remap_memory", "block_type": kind, "flags": value["Flags"],
                            "device_id": value["DeviceId"], "last_id": value["Auxiliary Data"],
                            "base": value["Start Address"], "size": value["Memory Length"]})
            continue
        if kind not in (0x10, 0x11, 0x40):
            continue
        record = {"block_type": kind, "flags": value["Flags"], "device_id": value["DeviceId"],
                  "capability": value["Capability Offset"], "base": value["Base Address"],
                  "segment": value["PCI Segment Group"], "scopes": ivrs_entries(run, fields.names, end),
                  "features": value.get("Feature Reporting", value.get("Attributes", 0))}
        if "EFR Image" in value:
            record["extended_features"] = value["EFR Image"]
        units.append((record, run[0].offset))
    for record, offset in units:
        better = [other for other, at in units if other["base"] == record["base"] and
                  (other["block_type"] > record["block_type"] or
                   (other["block_type"] == record["block_type"] and at < offset))]
        records.append(dict(record, type="remap_unit_older" if better else "remap_unit"))
    return records


def hpet(fields, _refused):
    return [{"type": "hpet", "number": numbers(fields)["Sequence Number"],
             "registers": address_after(fields, "Timer Block Register")}]


READERS = {"APIC": madt, "MCFG": mcfg, "SRAT": srat, "FACP": fadt, "SPCR": spcr, "DBG2": dbg2, "DMAR": dmar,
           "IVRS": ivrs, "HPET": hpet}
