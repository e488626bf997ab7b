"""The machines of growing size: processors, and messages of functions behind bridges. Clock and board are bench_machines'."""

import itertools

from bench_machines import CLOCK, ONE
from machines import NVME

CPU_COUNTS = (1, 4, 16, 64, 255)
MESSAGE_COUNTS = (10, 100, 1000, 4000)
# The machines whose messages grow: 4000 need the vectors of 28 processors, and 2048 more are connected for a moment.
MESSAGE_CPUS = 64

# The same whatever the number of processors, but for the second disk controller's messages: it has them to lend.
WIDE = (NVME + ",max_ioqpairs=1,msix_qsize=2", "nvme,serial=wide,max_ioqpairs=1,msix_qsize=2048", "edu", "rocker,name=sw0")

# Ten messages, with that of the board's own disk controller.
FEW_MESSAGES = 10
FEW = (NVME + ",max_ioqpairs=3,msix_qsize=4", "edu", "rocker,name=sw0")

# The root ports' slots begin here, with as many of them to a slot as it has functions.
FIRST_SLOT, FUNCTIONS = 8, 8


def _nvme(name, place, messages):
    """A disk controller without a disk asks for a message a processor and one more. The first one's table is the largest
    there can be: it has messages to lend."""
    table = 2048 if name == "0.1" and messages > MESSAGE_CPUS else messages
    return "nvme,serial=nvme%s,max_ioqpairs=%d,msix_qsize=%d,%s" % (name, messages - 1, table, place)


def _serial(_, place, messages):
    """Nobody drives it here: its messages are connected and stay silent, a processor one at most."""
    return "virtio-serial-pci,disable-legacy=on,vectors=%d,%s" % (messages, place)


def _rng(_, place, messages):
    return "virtio-rng-pci,disable-legacy=on,%s" % place


# What stands behind a port, function by function: how it is written down, and how many messages it has at least and at most.
BEHIND = tuple({"nvme": (_nvme, 2, 1 + MESSAGE_CPUS), "serial": (_serial, 2, MESSAGE_CPUS), "rng": (_rng, 2, 2)}[kind]
               for kind in ("rng", "nvme", "serial", "nvme", "rng", "nvme", "serial", "nvme"))


def behind_port(number, left):
    """The functions behind a root port, of no more than `left` messages: (devices, messages). One slot is all it has, and each
    port makes every write to configuration space dearer for the emulator."""
    devices, taken = [], 0
    for function, (written, least, most) in enumerate(BEHIND):
        messages = min(most, left - taken)
        if messages < least:
            break
        place = "bus=port%d,addr=0.%x,multifunction=on" % (number, function)
        devices.append(written("%d.%d" % (number, function), place, messages))
        taken += messages
    return devices, taken


def with_messages(count):
    """A machine with so many messages, most of them behind bridges. The ports have a message of their own each;
    without hot plug they ask the BIOS for no I/O ports."""
    devices, left = list(FEW), count - FEW_MESSAGES
    for number in itertools.count():
        if not left:
            break
        slot, function = FIRST_SLOT + number // FUNCTIONS, number % FUNCTIONS
        behind, messages = behind_port(number, left - 1)
        devices.append("pcie-root-port,id=port%d,chassis=%d,hotplug=off,multifunction=on,addr=%x.%x" % (number, 1 + number, slot, function))
        devices += behind
        left -= 1 + messages
    return ONE.but("scale-messages-%d" % count, cpus=MESSAGE_CPUS, memory="1G", devices=tuple(devices), options=CLOCK, timeout=1800)


def with_cpus(count):
    return ONE.but("scale-cpus-%d" % count, cpus=count, memory="1G", devices=WIDE, timeout=1800)
