"""The machines of growing size: processors, and messages of functions behind bridges. Clock and board are bench_machines'."""

import itertools
import json

from bench_machines import CLOCK, ONE
from machines import NVME

CPU_COUNTS = (1, 4, 16, 64, 255)
MESSAGE_COUNTS = (10, 100, 1000, 4000)
# The machines whose messages grow: 4000 need the vectors of 28 processors.
MESSAGE_CPUS = 32
NVME_MESSAGES, RNG_MESSAGES, RNG_FUNCTIONS, ROCKER_PORTS = 1 + MESSAGE_CPUS, 2, 8, 62
ROCKER_MESSAGES = 2 * ROCKER_PORTS + 4

# Ten messages, with that of the board's own disk controller.
FEW_MESSAGES = 10
FEW = (NVME + ",max_ioqpairs=3,msix_qsize=4", "edu", "rocker,name=sw0")
# The same whatever the number of processors, but for the second disk controller's messages: it has them to lend.
WIDE = (NVME + ",max_ioqpairs=1,msix_qsize=2", "nvme,serial=wide,max_ioqpairs=1,msix_qsize=2048", "edu", "rocker,name=sw0")


def _rngs(bus):
    return ["virtio-rng-pci,disable-legacy=on,bus=%s,addr=0.%x,multifunction=on" % (bus, function) for function in range(RNG_FUNCTIONS)]


def _rocker(bus):
    """A switch of many ports, with the back ends that it insists on. Lists need the JSON form of -device."""
    ports = ["%s-%d" % (bus, port) for port in range(ROCKER_PORTS)]
    return [json.dumps({"driver": "rocker", "name": bus, "bus": bus, "ports": ports})]


def behind_port(number, bus, count):
    """What stands behind a root port, of no more than `count` messages: (devices, messages).

    Most messages are a few functions': with a thousand functions the emulator takes hours for what the kernel does in a second.
    """
    if number % 2 and count >= ROCKER_MESSAGES:
        return _rocker(bus), ROCKER_MESSAGES
    if number % 8 in (1, 4) and count >= RNG_MESSAGES * RNG_FUNCTIONS:
        return _rngs(bus), RNG_MESSAGES * RNG_FUNCTIONS
    if count < 2:
        return [], 0
    messages = min(count, NVME_MESSAGES)
    return ["nvme,serial=%s,bus=%s,max_ioqpairs=%d,msix_qsize=%d" % (bus, bus, messages - 1, messages)], messages


def with_messages(count):
    """A machine with so many messages, most of them behind bridges. The ports stand eight to a slot, from slot 8 on, have a
    message of their own each, and without hot plug they ask the BIOS for no I/O ports."""
    devices, options, left = list(FEW), list(CLOCK), count - FEW_MESSAGES
    for number in itertools.count():
        if not left:
            break
        bus = "port%d" % number
        devices.append("pcie-root-port,id=%s,chassis=%d,hotplug=off,multifunction=on,addr=%x.%x" % (bus, 1 + number, 8 + number // 8, number % 8))
        behind, messages = behind_port(number, bus, left - 1)
        devices += behind
        left -= 1 + messages
    for name in (name for device in devices if device.startswith("{") for name in json.loads(device)["ports"]):
        options += ("-netdev", "hubport,id=%s,hubid=%d" % (name, len(options)))
    return ONE.but("scale-messages-%d" % count, cpus=MESSAGE_CPUS, memory="1G", devices=tuple(devices), options=tuple(options), timeout=1800)


def with_cpus(count):
    return ONE.but("scale-cpus-%d" % count, cpus=count, memory="1G", devices=WIDE, timeout=1800)
