"""A hand from outside: QEMU's gdb stub, as far as tests need it to spoil a machine that is stopped.

    with outside(machine) as hand:
        hand.write_physical(address, 0x12, 2)

The machine stands still inside the block and goes on after it. Physical writes reach what the bus has there: memory,
device registers, configuration space behind its window.
"""

import contextlib
import os
import re
import socket

TIMEOUT = 60  # seconds for one answer


def config_offset(bdf, offset=0):
    """Where a register of a function's configuration space lies in the window on all of it."""
    _, bus, device, function = (int(part, 16) for part in re.split("[:.]", bdf))
    return bus << 20 | device << 15 | function << 12 | offset


def config_window(machine):
    """Where the firmware has put q35's window on configuration space, which differs from one edition to the next."""
    return int(re.search(r"^ *([0-9a-f]+)-[0-9a-f]+ .*: pcie-mmcfg-mmio$", machine.monitor("info mtree"), re.MULTILINE)[1], 16)


class GdbStub:
    """One connection to the stub: packets `$data#checksum`, each acknowledged by a plus."""

    def __init__(self, machine):
        path = os.path.join(machine.private.name, "gdb")
        machine.monitor("gdbserver unix:%s,server=on,wait=off" % path)
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(TIMEOUT)
        self.connection.connect(path)
        self.received = b""
        self.is_physical = None
        self.registers = self._register_numbers()
        self.window = config_window(machine)
        self.is_stopped = True  # a client that comes in stops the machine

    # ---- packets ----

    def _byte(self):
        if not self.received:
            self.received = self.connection.recv(65536)
            if not self.received:
                raise EOFError("the gdb stub has closed its end")
        first, self.received = self.received[:1], self.received[1:]
        return first

    def _answer(self):
        while self._byte() != b"$":
            pass  # acknowledgements
        data = b""
        while not data.endswith(b"#"):
            data += self._byte()
        self._byte(), self._byte()  # the checksum: a local socket changes no bytes
        self.connection.sendall(b"+")
        return data[:-1].decode("latin-1")

    def _send(self, data):
        self.connection.sendall(b"$%s#%02x" % (data.encode(), sum(data.encode()) & 0xFF))

    def ask(self, data, wanted=None):
        """One request, one answer; an error, or another answer than the wanted one, raises."""
        self._send(data)
        answer = self._answer()
        if answer.startswith("E") and len(answer) == 3 or wanted is not None and answer != wanted:
            raise RuntimeError("gdb stub: %s answers %r" % (data[:40], answer))
        return answer

    def _feature(self, name):
        text, offset = "", 0
        while True:
            answer = self.ask("qXfer:features:read:%s:%x,%x" % (name, offset, 0x800))
            text, offset = text + answer[1:], offset + len(answer) - 1
            if answer[0] == "l":
                return text

    def _register_numbers(self):
        """The stub's own description: registers are numbered in order, unless one names its number."""
        self.ask("qSupported:xmlRegisters=i386")
        numbers, number = {}, 0
        for include in re.findall(r'<xi:include href="([^"]+)"', self._feature("target.xml")):
            description = re.sub(r"<!--.*?-->", "", self._feature(include), flags=re.DOTALL)
            for attributes in re.findall(r"<reg ([^>]+)>", description):
                named = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
                number = int(named.get("regnum", number))
                numbers[named["name"]] = number
                number += 1
        return numbers

    # ---- running and standing still ----

    def stop(self):
        if not self.is_stopped:
            self.connection.sendall(b"\x03")
            self._answer()
            self.is_stopped = True

    def go(self):
        self._send("vCont;c")
        self.is_stopped = False

    # ---- memory and registers ----

    def _mode(self, is_physical):
        if self.is_physical != is_physical:
            self.ask("Qqemu.PhyMemMode:%d" % is_physical, "OK")
            self.is_physical = is_physical

    def _write(self, address, value, width):
        self.ask("M%x,%x:%s" % (address, width, value.to_bytes(width, "little").hex()), "OK")

    def _read(self, address, width):
        return int.from_bytes(bytes.fromhex(self.ask("m%x,%x" % (address, width))), "little")

    def write_physical(self, address, value, width=4):
        self._mode(True)
        self._write(address, value, width)

    def read_physical(self, address, width=4):
        self._mode(True)
        return self._read(address, width)

    def write_virtual(self, address, value, width=8):
        """By the page tables of the processor selected last; read-only pages are written all the same."""
        self._mode(False)
        self._write(address, value, width)

    def read_virtual(self, address, width=8):
        self._mode(False)
        return self._read(address, width)

    def select(self, cpu):
        self.ask("Hg%x" % (cpu + 1), "OK")

    def read_register(self, name):
        return int.from_bytes(bytes.fromhex(self.ask("p%x" % self.registers[name])), "little")

    def write_register(self, name, value):
        width = len(self.ask("p%x" % self.registers[name])) // 2
        self.ask("P%x=%s" % (self.registers[name], value.to_bytes(width, "little").hex()), "OK")

    def change_config(self, bdf, offset, clear, put):
        """Bits of a 16-bit register of configuration space; answers what it held."""
        address = self.window + config_offset(bdf, offset)
        held = self.read_physical(address, 2)
        self.write_physical(address, held & ~clear | put, 2)
        return held


@contextlib.contextmanager
def outside(machine):
    """The machine stands still while the block runs; the hand is the same each time."""
    if not hasattr(machine, "hand"):
        machine.hand = GdbStub(machine)
    machine.hand.stop()
    try:
        yield machine.hand
    finally:
        machine.hand.go()
