"""ACPI tables, made of what a test wants them to say. Offsets and types are those of ACPI 6.5 and VT-d 3.4."""

import struct

MEMORY, PORT = 0, 1  # address spaces
ISA = 0  # the bus of overrides
ENABLED = 1  # flag of processors and affinities


def table(signature, body, revision=1):
    """A whole table: header, body, the right checksum."""
    head = struct.pack("<4sIBB6s8sIII", signature.encode(), 36 + len(body), revision, 0, b"TESTS", b"TESTS", 1, 0, 1)
    whole = bytearray(head + body)
    whole[9] = -sum(whole) & 0xFF
    return bytes(whole)


def address(space, base, bits=8, access=1):
    """A generic address structure."""
    return struct.pack("<BBBBQ", space, bits, 0, access, base)


def _record(kind, layout, *values):
    body = struct.pack("<" + layout, *values)
    return bytes((kind, 2 + len(body))) + body


def local_apic(apic_id, uid=None, flags=ENABLED):
    return _record(0, "BBI", apic_id if uid is None else uid, apic_id, flags)


def local_x2apic(apic_id, uid=None, flags=ENABLED):
    return _record(9, "HIII", 0, apic_id, flags, apic_id if uid is None else uid)


def ioapic(number, base, first):
    return _record(1, "BBII", number, 0, base, first)


def override(source, line, flags, bus=ISA):
    return _record(2, "BBIH", bus, source, line, flags)


def nmi_source(line, flags=0):
    return _record(3, "HI", flags, line)


def local_nmi(pin, flags=0, uid=0xFF):
    return _record(4, "BHB", uid, flags, pin)


def madt(*records, base=0xFEE00000):
    return table("APIC", struct.pack("<II", base, 1) + b"".join(records), 5)


def mcfg(*entries):
    """Of (base, segment, first bus, last bus)."""
    return table("MCFG", bytes(8) + b"".join(struct.pack("<QHBB4x", *entry) for entry in entries))


def srat(*processors):
    """Of (APIC ID, domain)."""
    return table("SRAT", struct.pack("<IQ", 1, 0) + b"".join(_record(2, "HIIIII", 0, domain, apic_id, ENABLED, 0, 0)
                                                              for apic_id, domain in processors), 3)


def dmar(flags, *units):
    """Of register bases; each unit has all functions of segment 0."""
    return table("DMAR", struct.pack("<BB10x", 38, flags) + b"".join(struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, base) for base in units))


def spcr(space, base, interface=0, bits=8, access=1):
    return table("SPCR", struct.pack("<B3x", interface) + address(space, base, bits, access) + bytes(28), 2)


def fadt(boot_flags=0, reset=None, timer=0x608):
    """The PM timer's port is that of QEMU's boards; `reset` is an address structure."""
    body = bytearray(244 - 36)
    struct.pack_into("<H", body, 46 - 36, 9)
    struct.pack_into("<I", body, 76 - 36, timer)
    body[91 - 36] = 4
    struct.pack_into("<H", body, 109 - 36, boot_flags)
    struct.pack_into("<I", body, 112 - 36, 1 << 10 if reset else 0)
    body[116 - 36:128 - 36] = reset or bytes(12)
    body[128 - 36] = 6
    return table("FACP", bytes(body), 6)
