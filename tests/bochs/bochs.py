"""One run of the product in Bochs: what is on its disk, what machine that is, what its serial port and its log said.

Bochs reads no keyboard here: what the product is to do stands in `signalbox.cfg`, and its last word switches the machine
off. Bochs' clock is one tick an instruction, so a run takes as long as its instructions; most are the firmware's.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../machine"))
import acpi  # noqa: E402
import places  # noqa: E402
from board import BUILD, MachineError, built  # noqa: E402
from contract import CONTRACT  # noqa: E402
from machine import end_with_parent  # noqa: E402

TIMEOUT = 600  # seconds; bounds what hangs, on a host with little time for it
PARTITION = "@@1M"  # where the image's volume begins
LOCAL_APIC, IOAPIC = 0xFEE00000, 0xFEC00000
TOP = 1 << 32  # the firmware's image ends here
OPTION_ROM = 512  # bytes, the least that is one
SWITCHED_OFF = "ACPI control: soft power off"

# A PC as chipsets of the nineties make it. `ips` says how many ticks are a second: the fewer, the fewer instructions go
# by in the firmware's waits. The firmware reads an MSR that this processor model lacks, which must not end it.
CONFIGURATION = """\
config_interface: textconfig
display_library: term, options="hideIPS"
plugin_ctrl: speaker=0, parallel=0, gameport=0, extfpuirq=0, biosdev=0
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
cpu: model=corei7_haswell_4770, count={cpus}, ips=10000000, reset_on_triple_fault=0, ignore_bad_msrs=1
megs: 256
romimage: file={firmware}, address={address:#x}
vgaromimage: file=vga.rom
vga: extension=none
pci: enabled=1, chipset=i440fx
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=disk.img, mode=flat
boot: disk
com1: enabled=1, mode=file, dev=serial.txt
clock: sync=none, time0=1700000000
log: bochs.log
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
"""
NETWORK = 'e1000: card=0, enabled=1, mac=52:54:00:12:34:56, ethmod=null\n'


@dataclass(frozen=True)
class Spec:
    name: str
    words: str
    cpus: int = 1
    has_tables: bool = True  # the MADT and with it IOAPIC and other processors; the firmware has none of its own here
    devices: str = NETWORK


@dataclass(frozen=True)
class Outcome:
    serial: list  # lines
    log: list

    def objects(self, kind):
        """The JSON objects of one type, all lines held to the console's contract."""
        found = CONTRACT.check([json.loads(line) for line in self.serial if line.startswith("{")])
        return [item for item in found if item["type"] == kind]


def madt(cpus):
    """Bochs' processors, its IOAPIC, whose ID is the next, and the timer's pin."""
    return acpi.madt(*map(acpi.local_apic, range(cpus)), acpi.ioapic(cpus, IOAPIC, 0), acpi.override(0, 2, 0), base=LOCAL_APIC)


def _disk(spec, directory):
    """The image that a stick is written from, with the words; with tables, tables.efi is what the firmware starts."""
    disk = shutil.copy(built("signalbox.img"), os.path.join(directory, "disk.img"))
    config, tables = (os.path.join(directory, name) for name in ("signalbox.cfg", "madt"))
    with open(config, "w", encoding="utf-8") as file:
        file.write("nomenu " + spec.words + "\n")
    with open(tables, "wb") as file:
        file.write(madt(spec.cpus))
    copies = [(config, "EFI/BOOT/signalbox.cfg")]
    if spec.has_tables:
        subprocess.run(["mmd", "-i", disk + PARTITION, "::beside"], check=True, timeout=60)
        copies = [(config, "signalbox.cfg"), (built("BOOTX64.EFI"), "signalbox.efi"), (tables, "beside/0"),
                  (built("tests/tables.efi"), "EFI/BOOT/BOOTX64.EFI")]
    for source, name in copies:
        subprocess.run(["mcopy", "-o", "-i", disk + PARTITION, source, "::" + name], check=True, timeout=60)


def _configure(spec, directory):
    firmware, = places.files("firmware-image")
    text = CONFIGURATION.format(firmware=firmware, address=TOP - os.path.getsize(firmware), cpus=spec.cpus)
    for name, content in (("bochsrc", text + spec.devices), ("debugger", "continue\n"), ("vga.rom", "\0" * OPTION_ROM)):
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(content)


def _lines(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().replace("\r", "").splitlines()


def _directory(spec):
    return os.path.join(BUILD, "bochs", spec.name)


def outcome(spec):
    """What the last run of this machine said."""
    return Outcome(*(_lines(os.path.join(_directory(spec), name)) for name in ("serial.txt", "bochs.log")))


def run(spec):
    """Runs the product until it switches the machine off. MachineError, with what was said last: it did not."""
    directory = _directory(spec)
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    _disk(spec, directory)
    _configure(spec, directory)
    # Debian's Bochs has its debugger in, which waits for commands; "continue" is all of them.
    with open(os.path.join(directory, "output.txt"), "wb") as output:
        process = subprocess.Popen(["bochs", "-q", "-f", "bochsrc", "-rc", "debugger"], cwd=directory, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, env=dict(os.environ, TERM="vt100"),
                                   preexec_fn=end_with_parent)
        try:
            process.wait(TIMEOUT)
            ending = "ended with status %d" % process.returncode
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            ending = "was still running after %d s" % TIMEOUT
    os.remove(os.path.join(directory, "disk.img"))
    found = outcome(spec)
    if not any(SWITCHED_OFF in line for line in found.log):
        raise MachineError("%s: Bochs %s, and nobody switched the machine off\n%s\n%s (%s has the rest)" % (
            spec.name, ending, "\n".join(found.serial[-20:]), "\n".join(_lines(os.path.join(directory, "output.txt"))[-15:]), directory))
    return found
