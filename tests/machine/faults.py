"""Faults put into a running machine from outside, each a few patches of registers or memory, and taken back exactly.

Each names the message it stops, the drift that `audit` finds and the first broken link that `why` names.
"""

import contextlib
import re
from dataclasses import dataclass
from typing import Callable

from gdbstub import config_offset, outside
from support import device_of, devices_of, functions, messages, table_address

COMMAND, MEMORY, BUS_MASTER, LINE_DISABLE = 4, 2, 4, 0x400  # the command register and bits of it
MSIX_ENABLE, FUNCTION_MASK, MSI_ENABLE = 0x8000, 0x4000, 0x0001
POWER_STATE, D3 = 3, 3
LOW, HIGH, DATA, CONTROL = 0, 4, 8, 12  # words of a table entry
PRESENT = 1 << 47  # of an interrupt gate
IOAPIC, IOAPIC_DATA = 0xFEC00000, 0xFEC00010
PIN_ACTIVE_LOW, PIN_LEVEL, PIN_MASKED = 1 << 13, 1 << 15, 1 << 16


@dataclass(frozen=True)
class Patch:
    """Bits of one place: physical memory, virtual memory, configuration space (the address is an offset there), a register of a
    processor or of the IOAPIC (the address is its number)."""
    place: str
    address: int
    width: int
    clear: int
    put: int = 0
    register: str = ""

    def read(self, hand):
        if self.place == "register":
            hand.select(self.address)
            return hand.read_register(self.register)
        if self.place == "ioapic":
            hand.write_physical(IOAPIC, self.address)
            return hand.read_physical(IOAPIC_DATA)
        if self.place == "config":
            return hand.read_physical(hand.window + self.address, self.width)
        return (hand.read_physical if self.place == "physical" else hand.read_virtual)(self.address, self.width)

    def write(self, hand, value):
        if self.place == "register":
            hand.select(self.address)
            hand.write_register(self.register, value)
        elif self.place == "ioapic":
            hand.write_physical(IOAPIC, self.address)
            hand.write_physical(IOAPIC_DATA, value)
        elif self.place == "config":
            hand.write_physical(hand.window + self.address, value, self.width)
        else:
            (hand.write_physical if self.place == "physical" else hand.write_virtual)(self.address, value, self.width)


class Target:
    """A message of a driver's device, and where everything on its way stands."""

    def __init__(self, machine, driver, index):
        self.machine = machine
        self.devices = functions(machine)
        self.bdf = devices_of(machine, driver)[0] if driver else self.silent()
        self.function = self.devices[self.bdf]
        self.index = index
        self.all_messages = messages(machine)
        self.message = self.all_messages[self.bdf, index]

    def silent(self):
        """The first function that has messages and no driver, and leads to none that has."""
        return next(bdf for bdf, found in self.devices.items()
                    if not found["driver"] and found["msi"] and not found["bridge"])

    def bridges(self):
        """From the one on the root bus down to the one above the function."""
        bus = int(self.bdf.split(":")[1], 16)
        return [bdf for bdf, found in self.devices.items()
                if found["bridge"] and found["bridge"]["secondary"] <= bus <= found["bridge"]["subordinate"]]

    def capability(self, number):
        return next(int(found["offset"], 16) for found in self.function["capabilities"] if int(found["id"], 16) == number)

    def config(self, offset, clear, put=0, bdf=None, width=2):
        return Patch("config", config_offset(bdf or self.bdf, offset), width, clear, put)

    def entry(self, word, clear, put=0, index=None):
        place = table_address(self.function, self.index if index is None else index)
        return Patch("physical", place + word, 4, clear, put)

    def processor(self, register, value):
        return Patch("register", self.message["cpu"], 8, ~0, value, register)

    def slot(self, hand):
        """The slot back to nobody: the kernel's own objects lie one after another, so two free slots tell where this one's is."""
        hand.select(self.message["cpu"])
        slots = hand.read_register("gs_base")
        taken = {found["vector"] for found in self.all_messages.values() if found["cpu"] == self.message["cpu"]}
        first, second = [vector for vector in range(0x30, 0xC0) if vector not in taken][:2]
        objects = [hand.read_virtual(slots + 16 * vector) for vector in (first, second)]
        size = (objects[1] - objects[0]) // (second - first)
        vector = self.message["vector"]
        return Patch("virtual", slots + 16 * vector, 8, ~0, objects[0] + (vector - first) * size)

    def gate(self):
        state = self.machine.monitor("info registers -a").split("CPU#%d" % self.message["cpu"])[1]
        table = int(re.search(r"IDT= +([0-9a-f]+)", state)[1], 16)
        return Patch("virtual", table + 16 * self.message["vector"], 8, PRESENT)

    def pin(self, hand, clear, put=0, high=False):
        """The IOAPIC entry that leads to the message's vector, one half of it."""
        low_halves = [Patch("ioapic", number, 4, clear, put) for number in range(0x10, 0x40, 2)]
        low = next(patch for patch in low_halves if patch.read(hand) & 0xFF == self.message["vector"])
        return Patch("ioapic", low.address + high, 4, clear, put)

    def routine(self):
        return Patch("virtual", int(self.message["interrupt_object"], 16), 8, ~0)


@dataclass(frozen=True)
class Fault:
    name: str
    driver: str
    index: int
    patches: Callable
    drifts: Callable  # of the target: {(bdf, index, field, where)}
    verdict: str  # how what `why` says of the message begins
    may_fire: bool = False  # a shot at it is lost, or waits, and does no more harm

    def verdict_of(self, target):
        bridges = target.bridges()
        return self.verdict.format(bridge=bridges[0] if bridges else "", last_bridge=bridges[-1] if bridges else "",
                                   **target.message)


@contextlib.contextmanager
def injected(machine, fault):
    """The fault is in the machine inside the block, and everything as before after it."""
    target = Target(machine, fault.driver, fault.index)
    with outside(machine) as hand:
        patches = fault.patches(target, hand)
        held = [(patch, patch.read(hand)) for patch in patches]
        for patch, value in held:
            patch.write(hand, value & ~patch.clear | patch.put)
    try:
        yield target
    finally:
        with outside(machine) as hand:
            for patch, value in reversed(held):
                patch.write(hand, value)


def _own(field, where):
    return lambda target: {(target.bdf, target.index, field, where)}


def _device(field, where):
    return lambda target: {(target.bdf, 0, field, where)}


def _msix(target):
    return target.capability(0x11) + 2


def _first_on(target):
    """A processor's drift is named after the first message that goes there."""
    return next(key for key, found in target.all_messages.items() if found["cpu"] == target.message["cpu"])


# On the machine "spoilt". Those that name a bridge take one of the two above the function.
FAULTS = [
    Fault("bus master off at a bridge", "rocker", 1,
          lambda t, hand: [t.config(COMMAND, BUS_MASTER, bdf=t.bridges()[0])],
          # That bridge has a message of its own; two devices and the ports above them are below it.
          lambda t: {(t.bridges()[0], 0, "bus_master", "command")} | {
              (bdf, 0, "bus_master", "bridge " + t.bridges()[0])
              for bdf in (t.bdf, device_of(t.machine, "nvme"), *devices_of(t.machine, "pcie-port")) if bdf != t.bridges()[0]},
          "bus master off at bridge {bridge}: messages cannot pass it"),  # QEMU lets them pass all the same
    Fault("bus master off", "rocker", 1,
          lambda t, hand: [t.config(COMMAND, BUS_MASTER)],
          _device("bus_master", "command"),
          "bus master off: ", may_fire=True),
    Fault("function mask", "rocker", 2,
          lambda t, hand: [t.config(_msix(t), 0, FUNCTION_MASK)],
          _device("function_mask", "msix_capability"),
          "function mask set: ", may_fire=True),
    Fault("entry mask", "rocker", 3,
          lambda t, hand: [t.entry(CONTROL, 0, 1)],
          _own("masked", "msix_table"),
          "masked at the device, although ", may_fire=True),
    Fault("wrong APIC ID", "nvme", 2,
          lambda t, hand: [t.entry(LOW, 0xFF000, 0x63000)],
          _own("message_address", "msix_table"),
          "address 0xfee63000 names APIC ID 99, which no processor has"),
    Fault("address above 4 GiB", "nvme", 2,
          lambda t, hand: [t.entry(HIGH, 0, 1)],
          _own("message_address", "msix_table"),
          "address 0x1fee0{apic_id:x}000 is none of an interrupt: "),
    Fault("wrong vector", "e1000e", 4,
          lambda t, hand: [t.entry(DATA, 0xFF, 0x31)],
          _own("message_data", "msix_table"),
          "data 0x31 is vector 0x31, the record's is 0x{vector:02x}"),
    Fault("a vendor's bit", "e1000e", 4,
          lambda t, hand: [t.entry(CONTROL, 0, 0x10)],
          _own("vector_control", "msix_table"),
          "nothing is broken: "),
    # Not of a message on the boot processor, which could then do nothing else either.
    Fault("held off by the task priority", "e1000e", 2,
          lambda t, hand: [t.processor("cr8", 11)],
          lambda t: {(*_first_on(t), "task_priority", "cpu %d" % t.message["cpu"])},
          "task priority 11 on cpu {cpu} holds off everything up to vector 0xbf"),
    Fault("no slot", "rocker", 0,
          lambda t, hand: [t.slot(hand)],
          lambda t: {(t.bdf, 0, "interrupt_object", "slot"), (None, None, "slots_filled", "cpu %d" % t.message["cpu"])},
          "the slot of cpu {cpu} vector 0x{vector:02x} is nobody's: "),
    Fault("no gate", "rocker", 0,
          lambda t, hand: [t.gate()],
          _own("gate", "idt"),
          "the interrupt table of cpu {cpu} does not lead to the stub of vector 0x{vector:02x}"),
    Fault("no service routine", "rocker", 0,
          lambda t, hand: [t.routine()],
          _own("routine", "interrupt_object"),
          "the interrupt object has no service routine"),
    Fault("D3", "nvme", 1,
          lambda t, hand: [t.config(t.capability(0x01) + 4, POWER_STATE, D3)],
          _device("power_state", "power_management"),
          "the function is in D3: "),
    Fault("memory decode off", "rocker", 1,
          lambda t, hand: [t.config(COMMAND, MEMORY)],
          _device("memory_decode", "command"),
          "memory decode off: ", may_fire=True),
    Fault("memory decode off at a bridge", "nvme", 1,
          lambda t, hand: [t.config(COMMAND, MEMORY, bdf=t.bridges()[-1])],
          lambda t: {(t.bdf, 0, "memory_decode", "bridge " + t.bridges()[-1])},
          "memory decode off at bridge {last_bridge}: "),
    Fault("MSI-X disabled", "e1000e", 0,
          lambda t, hand: [t.config(_msix(t), MSIX_ENABLE)],
          _device("msix_enable", "msix_capability"),
          "MSI-X is disabled in the capability: "),
    Fault("MSI disabled", "edu", 0,
          lambda t, hand: [t.config(t.capability(0x05) + 2, MSI_ENABLE)],
          _device("msi_enable", "msi_capability"),
          "MSI is disabled in the capability"),
    Fault("wrong MSI vector", "edu", 0,
          lambda t, hand: [t.config(t.capability(0x05) + 12, 0xFF, 0x31)],
          _own("message_data", "msi_capability"),
          "data 0x31 is vector 0x31, the record's is 0x{vector:02x}"),
    Fault("MSI enabled beside MSI-X", "e1000e", 0,
          lambda t, hand: [t.config(t.capability(0x05) + 2, 0, MSI_ENABLE)],
          _device("msi_enable", "msi_capability"),
          "MSI is enabled beside MSI-X: "),
    Fault("the line on", "e1000e", 0,
          lambda t, hand: [t.config(COMMAND, LINE_DISABLE)],
          _device("interrupt_disable", "command"),
          "nothing is broken: "),
    Fault("an unused entry open", "nvme", 0,
          lambda t, hand: [t.entry(CONTROL, 1, index=60)],
          _device("masked", "msix_table entry 60"),
          "nothing is broken: "),
    Fault("a silent function masters the bus", None, 0,
          lambda t, hand: [t.config(COMMAND, 0, BUS_MASTER)],
          _device("bus_master", "command"),
          "the function has no driver: it is kept masked and without bus master"),
]


def _both(field):
    """Two devices of one driver share the pin."""
    return lambda target: {(bdf, 0, field, "ioapic") for bdf in devices_of(target.machine, target.function["driver"])}


# On the machine "lines".
LINE_FAULTS = [
    Fault("pin masked", "edu", 0,
          lambda t, hand: [t.pin(hand, 0, PIN_MASKED)],
          _both("masked"),
          "masked at the device, although ", may_fire=True),
    Fault("pin of the wrong polarity", "edu", 0,
          lambda t, hand: [t.pin(hand, PIN_ACTIVE_LOW)],
          _both("polarity"),
          "the pin is level_sensitive, active_high; the line is wired level_sensitive, active_low"),
    Fault("pin of the wrong mode", "edu", 0,
          lambda t, hand: [t.pin(hand, PIN_LEVEL)],
          _both("mode"),
          "the pin is latched, active_low; the line is wired level_sensitive, active_low"),
    Fault("pin with the wrong vector", "edu", 0,
          lambda t, hand: [t.pin(hand, 0xFF, 0x31)],
          _both("message_data"),
          "data 0x31 is vector 0x31, the record's is 0x{vector:02x}"),
    Fault("pin to the wrong processor", "edu", 0,
          lambda t, hand: [t.pin(hand, 0xFF000000, 0x63000000, high=True)],
          _both("message_address"),
          "address 0xfee63000 names APIC ID 99, which no processor has"),
    Fault("line switched off at the device", "edu", 0,
          lambda t, hand: [t.config(COMMAND, 0, LINE_DISABLE)],
          _device("interrupt_disable", "command"),
          "interrupt disable is set in the command register: the line is off", may_fire=True),
]
