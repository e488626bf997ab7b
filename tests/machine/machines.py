"""The machines that Signalbox is tried on, one record each: processors, board, devices, options, time limit."""

from dataclasses import dataclass, replace

import acpi


@dataclass(frozen=True)
class Spec:
    name: str
    board: str = "q35"
    # Without "monitor" the firmware's parked processors sleep instead of spinning under emulation.
    cpu: str = "max,-monitor"
    cpus: int = 4
    memory: str = "256M"
    # "kernel": -kernel and -append; "fat": a FAT disk, "uboot": the same by U-Boot; "usb": the USB image on a stick,
    # "usb-iso": the ISO on one, "cd": as a CD; "direct": without UEFI (direct.py), "bios": what the options say, without
    # UEFI; "tables": after the ACPI tables below were installed (tables/tables.c); "shell": by the firmware's shell, after
    # the commands of `shell` and with these tables, if any
    boot: str = "kernel"
    shell: tuple = ()
    efi: str = ""  # the program that a FAT disk holds, where it is not the one that was built
    secure: bool = False  # Secure Boot, with the key of Debian's OVMF that everybody has
    tables: tuple = ()  # ACPI tables (acpi.py) in place of the firmware's of their kinds
    tables_beside: tuple = ()  # and behind all others
    words: str = ""  # the kernel's command line
    devices: tuple = ()  # the values of -device
    options: tuple = ()  # further arguments of QEMU
    traces: tuple = ()  # QEMU trace events, written to trace.log
    timeout: int = 240  # seconds from power-on to the prompt on a slow host

    def but(self, name, **changes):
        return replace(self, name=name, **changes)


NVME = "nvme,drive=disk,serial=signalbox"
E1000E = "e1000e,netdev=net,romfile="
RNG = "virtio-rng-pci,disable-legacy=on"

# What `make run` starts, and most tests. No driver takes a port whose slot takes no commands.
DEFAULT_DEVICES = ("VGA", NVME, E1000E, RNG, "edu", "rocker,name=sw0", "pcie-root-port,id=port0,chassis=1,hotplug=off")

DEFAULT = Spec("default", devices=DEFAULT_DEVICES)


def _seen(screen, *others):
    """The default devices with another screen; a second one goes behind all others, so that these keep their places."""
    return (screen, *DEFAULT_DEVICES[1:], *others)


SMALL = Spec("small", cpus=1, devices=(NVME, "rocker,name=sw0"))

# The 0xCF8 board has one conventional bus: no extended configuration space, no root ports.
PC = Spec("pc", board="pc", devices=("VGA", NVME, E1000E, RNG, "edu", "rocker,name=sw0", "pci-bridge,id=bridge0,chassis_nr=1",
                                     RNG + ",bus=bridge0,addr=1"))


def _slot(device, bus, slot, functions=8):
    """One slot with several functions of the same device."""
    return tuple("%s,bus=%s,addr=%x.%x,multifunction=on" % (device, bus, slot, function) for function in range(functions))


def _switch(name, bus, ports):
    """A switch: its upstream port on `bus`, and downstream ports NAME0, NAME1, ..."""
    downstream = ("xio3130-downstream,id=%s%d,bus=%sup,chassis=%d,slot=%d" % (name, port, name, ord(name), port)
                  for port in range(ports))
    return ("x3130-upstream,id=%sup,bus=%s" % (name, bus), *downstream)


# Twenty-five messages, and nothing that any firmware wants to look at for long.
FILLER = "vmxnet3,romfile="
WIDE_ROCKER_PORTS = 62


def _wide_rocker(bus):
    """A rocker of 62 ports: 128 messages. Lists of ports need the JSON form of -device."""
    ports = ",".join('"w%d"' % port for port in range(WIDE_ROCKER_PORTS))
    return '{"driver":"rocker","name":"wide","bus":"%s","ports":[%s]}' % (bus, ports)


# Switches behind switches, conventional bridges behind express ones, two extra root buses; functions on every level.
DEEP = Spec(
    "deep", cpus=8, memory="512M", timeout=360,
    devices=(
        "pcie-root-port,id=rp0,bus=pcie.0,chassis=1,slot=1", "pcie-root-port,id=rp1,bus=pcie.0,chassis=2,slot=2",
        "pxb-pcie,id=extra80,bus=pcie.0,bus_nr=0x80", "pxb-pcie,id=extraf0,bus=pcie.0,bus_nr=0xf0",
        "pcie-root-port,id=rp2,bus=extra80,chassis=3,slot=3", "pcie-root-port,id=rp3,bus=extraf0,chassis=4,slot=4",
        *_switch("a", "rp0", 4), *_switch("b", "a3", 2), *_switch("c", "rp2", 3),
        "pcie-pci-bridge,id=conventional0,bus=rp1", "pci-bridge,id=conventional1,bus=conventional0,addr=2,chassis_nr=9",
        NVME + ",bus=a0,max_ioqpairs=64,msix_qsize=65", _wide_rocker("b0"), RNG + ",bus=b1", "edu,bus=conventional1,addr=3",
        RNG + ",bus=conventional0,addr=4", "megasas,bus=a1", "virtio-net-pci,netdev=net,romfile=,bus=a2,vectors=10",
        "rocker,name=sw0,bus=c0", "vmxnet3,bus=c1,romfile=", "qemu-xhci,bus=c2",
        *_slot(FILLER, "pcie.0", 0x10), *_slot(FILLER, "pcie.0", 0x11), *_slot(FILLER, "pcie.0", 0x13),
        *_slot(FILLER, "conventional1", 0x4),
        *_slot(FILLER, "rp3", 0), *_slot(RNG, "pcie.0", 0x12),
    ),
    options=tuple(word for port in range(WIDE_ROCKER_PORTS)
                  for word in ("-netdev", "hubport,id=w%d,hubid=%d" % (port, port + 1))))

def _hungry_rocker(name, slot):
    """A rocker of 128 messages, its ports named after it."""
    ports = ",".join('"%s%d"' % (name, port) for port in range(WIDE_ROCKER_PORTS))
    return '{"driver":"rocker","name":"%s","addr":"%x.0","ports":[%s]}' % (name, slot, ports)


HUNGRY = ("x", "y", "z")

# Two processors have 288 vectors; these devices ask for 396, in the order of their slots.
EXHAUSTED = Spec(
    "exhausted", cpus=2,
    devices=(*(_hungry_rocker(name, 2 + slot) for slot, name in enumerate(HUNGRY)),
             *("nvme,serial=disk%d,max_ioqpairs=64,msix_qsize=2048,addr=%x" % (disk, 8 + disk) for disk in range(4))),
    options=tuple(word for number, name in enumerate(HUNGRY) for port in range(WIDE_ROCKER_PORTS)
                  for word in ("-netdev", "hubport,id=%s%d,hubid=%d" % (name, port, 1 + number * WIDE_ROCKER_PORTS + port))))

# No MSI: the educational devices fall back to their lines. Slots 6 and 10 are wired to the same pin.
LINES = Spec("lines", words="nomsi", devices=(NVME + ",addr=2", "edu,addr=6", "edu,addr=a", "rocker,name=sw0,addr=8"))

# Two lines on two pins and two processors: an end of interrupt reaches every IOAPIC, whoever it is meant for.
APART = Spec("apart", cpus=2, words="nomsi nomsix", devices=("edu,addr=6", "edu,addr=7", "e1000,addr=8,romfile="))

# A controller that has multi-message MSI and nothing else, and a device behind it that answers requests.
XHCI = Spec("xhci", devices=(NVME, "qemu-xhci,id=usb,msix=off,msi=on", "usb-tablet,bus=usb.0", "rocker,name=sw0"))

# What an ordinary PC has: a stick, a keyboard and a mouse on USB with a message for each processor and more, a disk, a
# network controller with ten messages and one with a line, sound and a SATA controller with one message each.
ORDINARY = Spec("ordinary", memory="512M", devices=(
    "VGA", "qemu-xhci,id=usb", "usb-storage,bus=usb.0,drive=stick", "usb-kbd,bus=usb.0", "usb-mouse,bus=usb.0", NVME,
    "igb,netdev=net,romfile=", "e1000-82545em,romfile=", RNG, "ich9-intel-hda,id=sound", "hda-output,bus=sound.0,audiodev=mute",
    "ide-hd,bus=ide.0,drive=sata", "ahci,id=optical", "ide-cd,bus=optical.0", "pcie-root-port,id=port0,chassis=1"),
    options=("-drive", "if=none,id=stick,format=raw,readonly=on,file.driver=null-co,file.size=64M",
             "-drive", "if=none,id=sata,format=raw,file.driver=null-co,file.size=64M", "-audiodev", "none,id=mute"))

# No MSI-X: disk, entropy device and USB by line, each on its own pin, the network controller by its single MSI. The
# entropy device prefers doorbells in an I/O BAR; without ioeventfd QEMU traces them. Pages come from the top of memory, so
# what devices read and write lies above 4 GiB.
ORDERLY = Spec("orderly", memory="6G", words="nomsix", devices=(
    NVME + ",addr=4", RNG + ",modern-pio-notify=on,ioeventfd=off,addr=5", "qemu-xhci,id=usb,addr=6", "usb-tablet,bus=usb.0", E1000E + ",addr=7"),
    traces=("virtio_pci_notify_write_pio",))

# No PS/2 keyboard: QEMU's keys go to what is plugged in at the USB controller. Of one a keyboard is behind a hub and a disk beside it, the other
# has one message for all and nothing plugged in to begin with.
USB_KEYS = Spec("usb-keys", board="q35,i8042=off", cpus=2,
                devices=("qemu-xhci,id=usb", "usb-tablet,bus=usb.0,port=1", "usb-hub,bus=usb.0,port=2,id=hub",
                         "usb-kbd,bus=usb.0,port=2.3,id=keys", "usb-storage,bus=usb.0,port=3,drive=disk"))
USB_PORTS = Spec("usb-ports", board="q35,i8042=off", cpus=2, devices=("nec-usb-xhci,id=usb,intrs=1",))

# A disk and a switch chip with two bridges above each, a controller that has only MSI, and one that no driver takes, for
# faults from outside.
SPOILT = Spec("spoilt", devices=("pcie-root-port,id=rp0,chassis=1,slot=1", *_switch("a", "rp0", 2), NVME + ",bus=a0",
                                 "rocker,name=sw0,bus=a1", "edu", E1000E, FILLER))

# Two processor groups, and more messages than the first has processors.
WIDE = Spec("wide", cpus=72, memory="512M", timeout=600, devices=(NVME + ",max_ioqpairs=72,msix_qsize=73", E1000E, "edu", "rocker,name=sw0"))

# Two proximity domains of two processors; the devices are in domain 0, behind a remapping unit that nobody turns on.
NUMA = Spec("numa", devices=("intel-iommu,intremap=on,eim=on", *DEFAULT_DEVICES),
            options=("-object", "memory-backend-ram,id=m0,size=128M", "-object", "memory-backend-ram,id=m1,size=128M",
                     "-numa", "node,nodeid=0,memdev=m0,cpus=0-1", "-numa", "node,nodeid=1,memdev=m1,cpus=2-3"))

def _config(place, register, value, width=2):
    """A shell line that writes a register of configuration space: place "bus:device.function", hexadecimal."""
    bus, device, function = place.replace(".", ":").split(":")
    kind = "-PCI" if register < 0x100 else "-PCIE"
    return "mm 00%s%s0%s%0*x %x -w %d %s -n" % (bus, device, function, 2 if register < 0x100 else 3, register, value, width, kind)


def _memory(address, value, width=4):
    return "mm %x %x -w %d -MMIO -n" % (address, value, width)


# What firmware may leave behind, all of it at once. The disk it is booted from stays reachable through the remapping
# unit: its function (devfn 0xfa) has the one context entry, "pass through". Addresses of BARs are in holes of the map.
REMAP_UNIT, ROOT_TABLE, CONTEXT_TABLE, INTERRUPT_TABLE = 0xFED90000, 0x20000, 0x21000, 0x22000
SHARED_PLACE, PLACE_IN_RAM, PLACE_OF_APIC, PLACE_OUTSIDE = 0xD2000000, 0x1000000, 0xFEE00000, 0xD3000000
BAD_FIRMWARE = Spec(
    "bad-firmware", boot="shell", words="noremap", timeout=120,
    # A second table where there may be one, and a serial port in memory.
    tables_beside=(acpi.mcfg(), acpi.spcr(acpi.MEMORY, PLACE_IN_RAM)),
    devices=("intel-iommu,intremap=on,eim=on", "VGA,addr=1", E1000E + ",addr=2",
             "edu,addr=3", "edu,addr=4", "edu,addr=5", "edu,addr=6", "rocker,name=sw0,addr=7",
             *("pcie-root-port,id=rp%d,chassis=%d,addr=%x" % (port, port + 1, 8 + port) for port in range(4)),
             NVME + ",bus=rp0", "igb,bus=rp1,romfile=", "rocker,name=sw1,bus=rp2", FILLER + ",bus=rp3",
             "usb-ehci,addr=c", "piix3-usb-uhci,addr=d", FILLER + ",addr=e",
             *("pcie-root-port,id=rp%d,chassis=%d,addr=%x" % (port, port + 1, 0xC + port) for port in (4, 5))),
    shell=(
        _config("00:02.0", 0xD2, 0x81), _config("00:02.0", 0xA2, 0x8000),  # e1000e: MSI and MSI-X on
        _config("00:02.0", 0xCC, 3),  # and asleep: D3
        _config("00:03.0", 0x10, PLACE_IN_RAM, 4), _config("00:06.0", 0x10, PLACE_OF_APIC, 4),
        _config("00:04.0", 0x10, SHARED_PLACE, 4), _config("00:05.0", 0x10, SHARED_PLACE, 4),
        _config("00:07.0", 0x04, 0),  # a switch chip that decodes nothing
        _config("02:00.0", 0x170, 2), _config("02:00.0", 0x168, 9),  # two virtual functions, on
        _config("02:00.0", 0x04, 0), _config("00:0e.0", 0x04, 4),  # nobody drives the second: it only masters the bus
        _config("04:00.0", 0x10, PLACE_OUTSIDE, 4),
        _config("00:08.0", 0x04, 0),  # the port above the disk
        _config("00:0a.0", 0x18, 0, 4),  # a port without bus numbers
        _config("00:11.0", 0x18, 0x050500, 4),  # a port to the bus of another
        _config("00:0c.0", 0x68, 0x10001, 4), _config("00:0d.0", 0xC0, 0xBF),  # USB, the firmware's
        _config("00:1f.2", 0x82, 0x81),  # MSI on
        _memory(ROOT_TABLE, CONTEXT_TABLE | 1, 8), _memory(ROOT_TABLE + 0x10, 0, 8),
        _memory(CONTEXT_TABLE + 0xFA0, 9, 8), _memory(CONTEXT_TABLE + 0xFA8, 0x101, 8),
        _memory(REMAP_UNIT + 0x20, ROOT_TABLE, 8), _memory(REMAP_UNIT + 0x18, 1 << 30),
        _memory(REMAP_UNIT + 0xB8, INTERRUPT_TABLE, 8), _memory(REMAP_UNIT + 0x18, 1 << 24),
        _memory(REMAP_UNIT + 0x18, 1 << 25), _memory(REMAP_UNIT + 0x18, 1 << 31 | 1 << 25)))

# Tables as no sane firmware writes them, each with more than one fault. Configuration space is nowhere: ports are left.
NO_MEMORY, PLACE_OF_NOBODY, PLACE_BEFORE_IOAPIC = 0xFFFF << 32, 0x200000000, 0xFEB00000
ODD_TABLES = Spec(
    "odd-tables", boot="tables", words="nomenu", devices=DEFAULT_DEVICES, timeout=120,
    tables=(
        acpi.madt(
            acpi.local_apic(3), acpi.local_apic(0x55, flags=0), acpi.local_x2apic(1), acpi.local_apic(0xFF), acpi.local_apic(0),
            acpi.local_x2apic(0x155, flags=0), acpi.local_apic(2), acpi.local_x2apic(3, uid=9),
            acpi.ioapic(7, PLACE_IN_RAM, 48), acpi.ioapic(0, 0xFEC00000, 0), acpi.ioapic(9, 0xFEC80000, 24),
            acpi.ioapic(11, 0xFEC00000, 72), acpi.ioapic(12, PLACE_OF_APIC, 96),
            acpi.override(0, 2, 0), acpi.override(5, 5, 0xA), acpi.override(9, 0xFFFF, 0xD), acpi.override(9, 9, 0xD),
            acpi.override(20, 20, 0), acpi.override(1, 1, 0, bus=7),
            acpi.nmi_source(23), acpi.nmi_source(0xFFFFFFFF, flags=0xA),
            acpi.local_nmi(1), acpi.local_nmi(5), acpi.local_nmi(0, flags=0xA5A5), acpi.local_nmi(1, uid=0x77),
            b"\x7f\x04\x00\x00", b"\x00\x04\x00\x00", b"\x00\x40"),
        acpi.mcfg((PLACE_OF_NOBODY, 0, 0, 255), (PLACE_IN_RAM, 2, 0, 0), (PLACE_BEFORE_IOAPIC, 3, 0, 7),
                  (PLACE_OF_NOBODY + (1 << 32), 1, 0, 255), (PLACE_OF_NOBODY + (2 << 32), 0, 0x80, 0xFF), (NO_MEMORY, 4, 0, 0)),
        acpi.srat((0, 7), (3, 7), (1, 0xFFFFFFFE), (0x77, 3)),
        acpi.spcr(acpi.MEMORY, NO_MEMORY + 0x3F8000)))

# Firmware that forbids what the product is for. Its configuration space is switched off, its clock's port is nobody's.
FORBIDDING_TABLES = Spec(
    "forbidding-tables", boot="shell", words="nomenu", cpus=2, timeout=120,
    devices=(NVME + ",addr=2", "edu,addr=6", "edu,addr=a", "rocker,name=sw0,addr=8"),
    tables=(
        acpi.fadt(boot_flags=1 << 3, reset=acpi.address(acpi.MEMORY, 2 * PLACE_IN_RAM), timer=0x9990),
        acpi.dmar(3, 2 * PLACE_IN_RAM, REMAP_UNIT), acpi.srat(), acpi.spcr(acpi.PORT, 0x103F8)),
    shell=(_config("00:00.0", 0x60, 0, 4),))

MACHINES = {spec.name: spec for spec in (
    DEFAULT, SMALL, PC, DEEP,
    # A screen of another shape each.
    DEFAULT.but("one-cpu", cpus=1, devices=_seen("VGA,edid=on,xres=800,yres=600")),
    # And memory of which the kernel takes the top: page tables, stacks and what devices reach by DMA are above 4 GiB.
    DEFAULT.but("high-memory", cpus=2, memory="6G", devices=_seen("VGA,id=left", "bochs-display,id=right")),
    DEFAULT.but("eight-cpus", cpus=8, devices=_seen("VGA,edid=on,xres=800,yres=1280")),
    DEFAULT.but("xapic", cpu="qemu64", devices=_seen("VGA,edid=on,xres=2560,yres=1600,vgamem_mb=32")),
    SMALL.but("fat", boot="fat"), SMALL.but("usb", boot="usb"),
    SMALL.but("direct", boot="direct", cpus=2, words="loglevel=6"),
    # Their messages move, and their processors come and go.
    DEFAULT.but("moves-4"), DEFAULT.but("moves-2", cpus=2), DEFAULT.but("moves-8", cpus=8), DEFAULT.but("moves-xapic", cpu="qemu64"),
    EXHAUSTED, LINES, XHCI, ORDINARY, ORDERLY, USB_KEYS, USB_PORTS, SPOILT, WIDE, NUMA, BAD_FIRMWARE, ODD_TABLES, FORBIDDING_TABLES,
    LINES.but("lines-pc", board="pc", cpu="qemu64"), APART, APART.but("apart-pc", board="pc"),
    # Refused commands leave errors in the log, of which other tests say that it has none.
    DEFAULT.but("garbage"), DEFAULT.but("contract"),
    # A device register write is one line of the trace each: the firmware's own fill it, so only what the test needs.
    # Each interrupt that QEMU delivers, and nothing else, so that much may be printed.
    DEFAULT.but("counted", traces=("apic_deliver_irq",)),
    DEFAULT.but("traced", traces=("apic_deliver_irq", "msix_write_config", "memory_region_ops_write"), timeout=360),
)}


def named(name):
    """The machine of that name. LookupError says which there are."""
    try:
        return MACHINES[name]
    except KeyError:
        raise LookupError("there is no machine '%s'; there are %s" % (name, ", ".join(sorted(MACHINES)))) from None
